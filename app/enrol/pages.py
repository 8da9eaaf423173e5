"""The three pages of the WEB申請: number and PIN, consent and preview, and "look into your mail"."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, StringField
from wtforms.validators import InputRequired, Length

from app.core import clock
from app.core.db import db
from app.core.errors import DomainError
from app.enrol.messages import sentence
from app.security import PIN_LIMIT, limiter, public
from issuance.rules.profile import Holder, subject_of
from issuance.services.build_certificates import holder_of_applicant
from issuance.services.check_pin import check_pin
from issuance.services.open_enrolment import open_enrolment
from models.applications import Applicant
from models.enums import PinKind
from models.pin_secrets import PinSecret

enrol = Blueprint("enrol", __name__, template_folder="templates", url_prefix="/enrol")
PASSED = "enrol_pin"


class StartForm(FlaskForm):
    """What stands in the letter."""

    number = StringField(
        _l("Application number"),
        validators=[InputRequired(), Length(max=40)],
        description=_l("As in the letter, e.g. A-2026-000001-1"),
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "autofocus": True},
    )
    pin = StringField(
        _l("Application PIN"),
        validators=[InputRequired(), Length(max=60)],
        description=_l("16 characters; hyphens may be left out"),
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
    )


class ConsentForm(FlaskForm):
    """What the holder agrees to."""

    contents = BooleanField(_l("The contents of the certificate are right."), validators=[InputRequired()])
    terms = BooleanField(
        _l("I keep the eToken and its PIN to myself and report a loss at once."), validators=[InputRequired()]
    )


@enrol.route("/", methods=["GET", "POST"])
@limiter.limit(PIN_LIMIT, methods=["POST"])
@public
def start() -> ResponseReturnValue:
    """Application number and 申請PIN."""
    form = StartForm()
    if form.validate_on_submit():
        try:
            secret = check_pin(form.number.data or "", form.pin.data or "", PinKind.APPLICATION, now=clock.now())
        except DomainError as error:
            db.session.rollback()
            form.pin.errors = [*form.pin.errors, sentence(error)]
            form.pin.data = ""  # a PIN is not written back into a page
            return render_template("enrol/start.html", form=form), 422
        session[PASSED] = str(secret.id)
        return redirect(url_for(".consent"))
    return render_template("enrol/start.html", form=form), 200 if not form.errors else 422


@enrol.route("/consent", methods=["GET", "POST"])
@public
def consent() -> ResponseReturnValue:
    """Preview of the certificate, and consent."""
    passed = session.get(PASSED)
    if passed is None:
        return redirect(url_for(".start"))
    form = ConsentForm()
    secret = db.session.get_one(PinSecret, UUID(passed))
    applicant = db.session.get_one(Applicant, secret.applicant_id)
    if form.validate_on_submit():
        try:
            open_enrolment(UUID(passed), now=clock.now())
        except DomainError as error:
            db.session.rollback()
            form.form_errors.append(sentence(error))
        else:
            session.pop(PASSED, None)
            session["enrol_done"] = str(secret.applicant_id)
            return redirect(url_for(".done"))
        secret = db.session.get_one(PinSecret, UUID(passed))
        applicant = db.session.get_one(Applicant, secret.applicant_id)
    holder = holder_of_applicant(applicant)
    page = render_template(
        "enrol/consent.html", form=form, applicant=applicant, holder=holder, subject=_subject(holder)
    )
    return page, 422 if form.errors or form.form_errors else 200


@enrol.route("/done")
@public
def done() -> ResponseReturnValue:
    """The ダウンロードPIN is on its way to the address of form 5."""
    key = session.get("enrol_done")
    if key is None:
        return redirect(url_for(".start"))
    applicant = db.session.get_one(Applicant, UUID(key))
    return render_template("enrol/done.html", applicant=applicant, address=_masked(applicant.email))


def _subject(holder: Holder) -> str:
    try:
        return subject_of(holder).rfc4514_string()
    except DomainError as error:
        return sentence(error)


def _masked(address: str) -> str:
    """Enough of an address to recognise it."""
    local, _at, domain = address.partition("@")
    return f"{local[:2]}{'•' * max(1, len(local) - 2)}@{domain}"
