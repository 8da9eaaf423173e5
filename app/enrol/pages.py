"""The pages of the WEB申請: number and PIN, preview and consent, and where one stands from then on.

Whoever has the letter can come back at any time: the first page leads to where it was left off.
"""

from uuid import UUID

from flask import Blueprint, current_app, flash, make_response, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core import clock
from app.core.db import db
from app.core.errors import DomainError
from app.enrol.commands import SYSTEMS
from app.enrol.forms import AgainForm, ConsentForm, StartForm
from app.enrol.important_matters import MATTERS, VERSION
from app.enrol.messages import sentence
from app.enrol.words import key_words
from app.security import PIN_LIMIT, limiter, public
from issuance.queries.contents import find_refused
from issuance.queries.progress import Progress, find_progress
from issuance.rules.receipts import receipt_state
from issuance.services.check_pin import check_pin
from issuance.services.make_revocation_pin import make_revocation_pin
from issuance.services.note_unfit_contents import note_unfit_contents
from issuance.services.open_enrolment import open_enrolment
from issuance.services.preview_certificate import Preview, preview_certificate
from models.enums import EnrolmentStatus, PinKind

enrol = Blueprint("enrol", __name__, template_folder="templates", url_prefix="/enrol")
PASSED = "enrol_pin"
AGAIN_LIMIT = "10 per hour"  # each one is an e-mail
BEFORE_ISSUE = {EnrolmentStatus.OPENED, EnrolmentStatus.REQUESTED}


@enrol.route("/", methods=["GET", "POST"])
@limiter.limit(PIN_LIMIT, methods=["POST"])
@public
def start() -> ResponseReturnValue:
    """Application number and 申請PIN; a PIN that did its work leads to what became of it."""
    form = StartForm()
    if form.validate_on_submit():
        try:
            secret = check_pin(
                form.number.data or "", form.pin.data or "", PinKind.APPLICATION, now=clock.now(), also_used=True
            )
        except DomainError as error:
            db.session.rollback()
            form.pin.errors = [*form.pin.errors, sentence(error)]
            form.pin.data = ""  # a PIN is not written back into a page
            return render_template("enrol/start.html", form=form), 422
        session[PASSED] = str(secret.id)
        note_unfit_contents(secret.id, now=clock.now())
        return redirect(url_for(".consent"))
    return render_template("enrol/start.html", form=form), 200 if not form.errors else 422


@enrol.route("/consent", methods=["GET", "POST"])
@public
def consent() -> ResponseReturnValue:
    """Preview of the certificate, the important matters, and consent."""
    progress = _progress()
    if progress is None:
        return redirect(url_for(".start"))
    if progress.status is not None:
        return redirect(url_for(".done"))
    form, applicant_id = ConsentForm(), progress.applicant.id
    preview = preview_certificate(applicant_id, now=clock.now())
    if form.validate_on_submit() and preview.problem is None and _are_as_seen(form, preview):
        try:
            open_enrolment(UUID(session[PASSED]), now=clock.now(), consent_version=VERSION)
        except DomainError as error:
            db.session.rollback()
            form.form_errors.append(sentence(error))
        else:
            return _with_revocation_pin(applicant_id)
        preview = preview_certificate(applicant_id, now=clock.now())
    if preview.problem is not None:
        form.form_errors.append(sentence(preview.problem))
        if form.is_submitted():
            note_unfit_contents(UUID(session[PASSED]), now=clock.now())
    form.seen.data = preview.seen
    days = current_app.extensions["settings"].receipt_days
    matters = [(title, str(text) % {"days": days} if "%(days)s" in str(text) else text) for title, text in MATTERS]
    page = render_template(
        "enrol/consent.html",
        form=form,
        preview=preview,
        refused=find_refused(applicant_id),
        matters=matters,
        version=VERSION,
        key_words=key_words,
    )
    return page, 422 if form.errors or form.form_errors else 200


def _are_as_seen(form: ConsentForm, preview: Preview) -> bool:
    """Whether the names are still those that the holder looked at; if not, they are looked at again."""
    if form.seen.data == preview.seen:
        return True
    form.contents.data = False
    form.form_errors.append(_("The contents were changed while you were reading. Look at them again, then tick them."))
    return False


@enrol.get("/done")
@public
def done() -> ResponseReturnValue:
    """Where the holder stands after the consent, and what to do next."""
    progress = _progress()
    if progress is None:
        return redirect(url_for(".start"))
    return _standing() if progress.status is not None else redirect(url_for(".consent"))


@enrol.post("/again")
@limiter.limit(AGAIN_LIMIT)
@public
def again() -> ResponseReturnValue:
    """A new ダウンロードPIN; the one before is void."""
    progress = _progress()
    if progress is None or progress.status is None or not AgainForm().validate_on_submit():
        return redirect(url_for(".start"))
    try:
        open_enrolment(UUID(session[PASSED]), now=clock.now())
    except DomainError as error:
        db.session.rollback()
        flash(sentence(error), "error")
    else:
        flash(_("A new download PIN was sent. The one before is void: use the newest e-mail."), "success")
    return redirect(url_for(".done"))


@enrol.post("/revocation-pin")
@limiter.limit(AGAIN_LIMIT)
@public
def revocation_pin() -> ResponseReturnValue:
    """Another 失効PIN for whoever did not write it down, as long as there is no certificate to revoke."""
    progress = _progress()
    if progress is None or progress.status not in BEFORE_ISSUE or not AgainForm().validate_on_submit():
        return redirect(url_for(".done"))
    return _with_revocation_pin(progress.applicant.id)


def _with_revocation_pin(applicant_id: UUID) -> ResponseReturnValue:
    """Make one and show it in this one answer: it is kept nowhere, so that a redirect would lose it."""
    try:
        made = make_revocation_pin(applicant_id, clock.now())
    except DomainError as error:
        db.session.rollback()
        flash(sentence(error), "error")
        return redirect(url_for(".done"))
    return _standing(revocation_pin=made)


def _progress() -> Progress | None:
    """How far the person of this session has come; None if no PIN was accepted here."""
    passed = session.get(PASSED)
    return find_progress(UUID(passed)) if passed else None


def _standing(*, revocation_pin: str = "") -> ResponseReturnValue:
    progress = find_progress(UUID(session[PASSED]))
    certificate = progress.certificate
    due = certificate.receipt_due_on if certificate else None
    response = make_response(
        render_template(
            "enrol/done.html",
            progress=progress,
            address=_masked(progress.applicant.email),
            systems=SYSTEMS,
            server=current_app.extensions["settings"].public_url,
            form=AgainForm(),
            revocation_pin=revocation_pin,
            receipt=receipt_state(due_on=due, is_confirmed=progress.confirmed_at is not None, today=clock.today()),
        )
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _masked(address: str) -> str:
    """Enough of an address to recognise it."""
    local, _at, domain = address.partition("@")
    return f"{local[:2]}{'•' * max(1, len(local) - 2)}@{domain}"
