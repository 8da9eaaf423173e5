"""E-mails: the register of what was sent, addresses that mails come back from, and in development the mails themselves."""

from email import message_from_bytes, policy
from typing import Any
from uuid import UUID

from flask import abort, current_app, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import or_

from admin.access import needs
from admin.base import PageView, RecordView
from admin.messages import sentence
from app.core import clock
from app.core.db import db
from app.core.errors import DomainError
from app.security import staff_actor
from mailings.services.release_address import release_address, send_again
from models.emails import EmailAddress, OutgoingEmail
from models.enums import EmailAddressState, EmailStatus

KINDS = {
    "login": _l("ID and password link"),
    "download_pin": _l("Download PIN"),
    "contents_refused": _l("Contents refused by the holder or the profile"),
    "contents_answered": _l("Answer about the contents of a certificate"),
    "contents_ended": _l("Contents wrong, no certificate"),
    "key_refused": _l("Key refused"),
    "enrolment_stopped": _l("Issue stopped"),
    "enrolment_ended": _l("Issue ended without a certificate"),
    "certificate_issued": _l("Certificate issued"),
    "certificate_revoked": _l("Certificate revoked"),
    "contract_turn": _l("Contract to sign"),
    "contract_completed": _l("Contract completed"),
    "invoice": _l("Invoice"),
    "invoice_readdressed": _l("Invoice, new addressee"),
    "notice_reminder": _l("Reminder of a deficiency notice"),
    "emergency": _l("Emergency approval"),
    "renewal_online": _l("Renewal notice (renewed online)"),
    "renewal_papers": _l("Renewal notice (new application)"),
    "receipt_reminder": _l("Reminder to confirm the certificate"),
    "revocation_refused": _l("Revocation not carried out"),
    "low_stock": _l("Low stock of eTokens"),
    "kept_letter": _l("Letter waits at the post office"),
    "kept_letter_company": _l("Letter waits at the post office (to the company)"),
    "deficiency_notice": _l("Deficiency notice"),
    "refusal_notice": _l("Refusal"),
    "withdrawal_notice": _l("Confirmation of withdrawal"),
    "lapse_notice": _l("Notice of lapse"),
}
ERRORS = {
    "address-blocked": _l("not sent: earlier mails to this address came back"),
    "address-malformed": _l("not sent: this is no e-mail address"),
    "tried-too-long": _l("given up after four days"),
}
LOST = (EmailStatus.GIVEN_UP, EmailStatus.BOUNCED)


def _kind(_view: object, _context: object, row: OutgoingEmail, _name: str) -> str:
    return str(KINDS.get(row.template, row.template))


def _error(_view: object, _context: object, row: OutgoingEmail, _name: str) -> str:
    """What we say in words; what a server said as it said it, behind our words if both are there."""
    code, _colon, rest = (row.last_error or "").partition(": ")
    words = str(ERRORS.get(code, row.last_error or ""))
    return f"{words} ({rest})" if rest and code in ERRORS else words


class EmailView(RecordView):
    """What was sent to whom, and what was not. Never with a secret."""

    model_class = OutgoingEmail
    title = _l("E-mails")
    path = "emails"
    permission = "email:read"
    column_list = ("created_at", "template", "recipient", "status", "attempts", "last_error", "sent_at")
    column_labels = {
        "created_at": _l("Made"),
        "template": _l("Kind"),
        "recipient": _l("Recipient"),
        "status": _l("State"),
        "attempts": _l("Attempts"),
        "last_error": _l("Last error"),
        "sent_at": _l("Sent"),
        "bounced_at": _l("Came back"),
        "bounce": _l("What the other server said"),
        "message_id": _l("Message-ID"),
    }
    column_details_list = (*column_list, "bounced_at", "bounce", "message_id")
    column_sortable_list = ()
    newest_first = "sequence"
    column_formatters = {"template": _kind, "last_error": _error}
    column_formatters_detail = column_formatters
    stacks = True
    details_template = "admin/mailings/email.html"
    tabs = (
        ("all", _l("All"), None),
        ("lost", _l("Came back or given up"), OutgoingEmail.status.in_(LOST)),
        (
            "open",
            _l("On their way"),
            OutgoingEmail.status.in_((EmailStatus.WAITING, EmailStatus.SENDING, EmailStatus.FAILED)),
        ),
    )
    counted_tabs = ("lost",)

    def search(self, text: str) -> Any:
        return or_(OutgoingEmail.recipient == text, OutgoingEmail.message_id == text)

    @expose("/<uuid:email_id>/again/", methods=["POST"])
    @needs("email:release")
    def again(self, email_id: UUID) -> ResponseReturnValue:
        """Try once more a mail that was given up or came back."""
        try:
            send_again(email_id, actor=staff_actor())
        except DomainError as error:
            db.session.rollback()
            flash(sentence(error), "error")
        else:
            flash(_("The e-mail is sent once more within a minute."), "success")
        return redirect(url_for(".details_view", id=email_id))


class EmailAddressView(RecordView):
    """Addresses that mails come back from: nothing is sent to a blocked one until somebody asked the addressee."""

    model_class = EmailAddress
    title = _l("Addresses that bounce")
    path = "email-addresses"
    permission = "email:read"
    column_list = ("address", "state", "reason", "changed_at", "released_by_name")
    column_labels = {
        "address": _l("E-mail address"),
        "state": _l("State"),
        "reason": _l("What the other server said"),
        "changed_at": _l("Changed"),
        "released_by_name": _l("Last released by"),
        "released_at": _l("Released"),
        "soft_bounces": _l("Came back in a row"),
    }
    column_details_list = (*column_list, "released_at", "soft_bounces")
    column_sortable_list = ()
    newest_first = "changed_at"
    stacks = True
    details_template = "admin/mailings/email_address.html"
    tabs = (
        ("blocked", _l("No such mailbox"), EmailAddress.state == EmailAddressState.BLOCKED),
        ("doubtful", _l("Mails come back at times"), EmailAddress.state == EmailAddressState.DOUBTFUL),
        ("all", _l("All"), None),
    )
    counted_tabs = ("blocked",)

    def search(self, text: str) -> Any:
        return EmailAddress.address == text.strip().lower()

    @expose("/<uuid:address_id>/release/", methods=["POST"])
    @needs("email:release")
    def release(self, address_id: UUID) -> ResponseReturnValue:
        """The addressee was asked and the address is right: try again."""
        count = release_address(address_id, actor=staff_actor(), now=clock.now())
        flash(_("The address is taken as good. E-mails that are sent once more: %(count)s.", count=count), "success")
        return redirect(url_for(".details_view", id=address_id))


class OutboxView(PageView):
    """The mails of the local sink. Exists in development only: they hold one-time links and PINs."""

    title = _l("Outbox (development)")
    path = "outbox"
    permission = "email:read"

    @expose("/")
    @needs("email:read")
    def index(self) -> ResponseReturnValue:
        settings = current_app.extensions["settings"]
        if not settings.is_development:
            abort(404)
        files = sorted((settings.var_dir / "mail").glob("*.eml"), reverse=True)[:50]
        mails = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in files]
        shown = [
            {"to": mail["To"], "subject": mail["Subject"], "date": mail["Date"], "body": mail.get_content()}
            for mail in mails
        ]
        return self.render("admin/mailings/outbox.html", mails=shown)
