"""/enrol/revoke: the holder has a certificate revoked with the 失効PIN, at any hour, without the key."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateTimeLocalField, RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional

from app.core import clock
from app.core.clock import TOKYO, day_in_tokyo, to_tokyo
from app.core.db import db
from app.core.errors import DomainError
from app.core.forms import Form, InputRequired
from app.enrol.messages import sentence
from app.enrol.messages_revocation import CIRCUMSTANCES, PIN_MESSAGES
from app.security import PIN_LIMIT, limiter, public
from issuance.queries.revocations import (
    find_open_request,
    find_publication,
    find_revocation,
    get_request,
    list_certificates_to_revoke,
    list_revoked_of,
)
from issuance.rules.revocation_policy import COMPROMISES
from issuance.services.check_pin import check_pin
from issuance.services.revoke_by_pin import HolderWish, revoke_by_pin
from models.applications import Applicant
from models.certificates import Revocation
from models.enums import PinKind, RevocationRequestStatus
from models.pin_secrets import PinSecret

revocation = Blueprint("revocation", __name__, template_folder="templates", url_prefix="/enrol/revoke")
PASSED, DONE = "revoke_pin", "revoke_done"
PASSED_FOR_SECONDS = 15 * 60
SHOWN_ON_A_WRONG_PIN = 422


class StartForm(Form):
    """What the holder kept when the certificate was applied for."""

    number = StringField(
        _l("Application number"),
        validators=[InputRequired(), Length(max=40)],
        description=_l("As in the letter, e.g. A-2026-000001-1"),
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "autofocus": True},
    )
    pin = StringField(
        _l("Revocation PIN"),
        validators=[InputRequired(), Length(max=60)],
        description=_l("16 characters; hyphens may be left out"),
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
    )


class ChooseForm(Form):
    """Which certificate, what happened, and that it is meant."""

    certificates = SelectMultipleField(_l("Certificate"))
    circumstance = RadioField(
        _l("Reason"),
        choices=[SelectChoice(*each) for each in CIRCUMSTANCES.items()],
        validators=[InputRequired(message=_l("Choose what happened."))],
    )
    since = DateTimeLocalField(
        _l("Since when"),
        format="%Y-%m-%dT%H:%M",
        validators=[Optional()],
        description=_l("Only if you know it, in Japanese time: from then on, signatures with your key are doubtful."),
    )
    explanation = TextAreaField(
        _l("Anything else that we should know"), validators=[Length(max=1000)], render_kw={"rows": 2}
    )
    meant = BooleanField(
        _l("I ask for the revocation. I know that it cannot be taken back."),
        validators=[InputRequired(message=_l("Tick this to go on."))],
    )


@revocation.route("", methods=["GET", "POST"])
@limiter.limit(PIN_LIMIT, methods=["POST"])
@public
def start() -> ResponseReturnValue:
    """Application number and 失効PIN."""
    form = StartForm()
    status = 200
    if form.validate_on_submit():
        try:
            secret = check_pin(form.number.data or "", form.pin.data or "", PinKind.REVOCATION, now=clock.now())
        except DomainError as error:
            db.session.rollback()
            form.pin.errors = [*form.pin.errors, str(PIN_MESSAGES.get(error.code) or sentence(error))]
            status = SHOWN_ON_A_WRONG_PIN
        else:
            session[PASSED] = [str(secret.id), int(clock.now().timestamp())]
            return redirect(url_for(".choose"))
    elif form.errors:
        status = SHOWN_ON_A_WRONG_PIN
    form.pin.data = ""  # a PIN is not written back into a page
    server = current_app.extensions["settings"].public_url  # whatever name the request came by
    return render_template("enrol/revoke_start.html", form=form, server=server), status


@revocation.route("/confirm", methods=["GET", "POST"])
@limiter.limit(PIN_LIMIT, methods=["POST"])
@public
def choose() -> ResponseReturnValue:
    """Which certificate it is, what happened, and the holder's word."""
    pin_id = _passed()
    if pin_id is None:
        return redirect(url_for(".start"))
    holder = db.session.get_one(Applicant, db.session.get_one(PinSecret, pin_id).applicant_id)
    found = list_certificates_to_revoke(holder.id, now=clock.now())
    if not found:
        gone = [(certificate, row, _publication(row)) for certificate, row in list_revoked_of(holder.id)]
        return render_template("enrol/revoke_gone.html", holder=holder, gone=gone), 410
    form = ChooseForm()
    form.certificates.choices = [SelectChoice(str(each.id), each.serial) for each in found]
    if request.method == "GET":
        form.certificates.data = [str(found[0].id)] if len(found) == 1 else []
    if form.validate_on_submit():
        try:
            made = _revoke(pin_id, form)
        except DomainError as error:
            db.session.rollback()
            field = form.since if error.field == "since" else form.certificates
            field.errors = [*field.errors, str(PIN_MESSAGES.get(error.code) or sentence(error))]
        else:
            session.pop(PASSED, None)
            session[DONE] = [str(each) for each in made]
            return redirect(url_for(".done"))
    waiting = {each.id: asked for each in found if (asked := find_open_request(each.id))}
    spans = {each.id: (_day(each.not_before), _day(each.not_after)) for each in found}
    page = render_template(
        "enrol/revoke_choose.html",
        form=form,
        holder=holder,
        found=found,
        spans=spans,
        waiting=waiting,
        at_once=COMPROMISES,
    )
    return page, 422 if form.errors or form.form_errors else 200


@revocation.route("/done")
@public
def done() -> ResponseReturnValue:
    """What became of it; reloaded, it shows the CRL."""
    rows = [get_request(UUID(each)) for each in session.get(DONE, [])]
    if not rows:
        return redirect(url_for(".start"))
    shown = []
    for asked in rows:
        row = find_revocation(asked.certificate_id) if asked.status is RevocationRequestStatus.REVOKED else None
        shown.append((asked, row, _publication(row) if row else ""))
    return render_template("enrol/revoke_done.html", shown=shown)


def _passed() -> UUID | None:
    """The PIN that was right a moment ago in this browser."""
    passed: Any = session.get(PASSED)
    if not isinstance(passed, list) or clock.now().timestamp() - passed[1] > PASSED_FOR_SECONDS:
        session.pop(PASSED, None)
        return None
    return UUID(passed[0])


def _revoke(pin_id: UUID, form: ChooseForm) -> list[UUID]:
    since: datetime | None = form.since.data
    wish = HolderWish(
        circumstance=form.circumstance.data,
        invalid_since=since.replace(tzinfo=TOKYO) if since else None,
        explanation=form.explanation.data or "",
    )
    return revoke_by_pin(pin_id, [UUID(each) for each in form.certificates.data or []], wish, now=clock.now())


def _day(moment: datetime | None) -> date:
    assert moment is not None  # an issued certificate has both
    return day_in_tokyo(moment)


def _publication(row: Revocation) -> str:
    """失効登録済（公開処理中）, then 失効公開済 with number and time."""
    found = find_publication(row)
    if found is None:
        return _("Revocation recorded (being published)")
    at = to_tokyo(found.issued_at).strftime("%Y-%m-%d %H:%M")
    return _("Revocation published (CRL number %(number)s, %(at)s)", number=found.number, at=at)
