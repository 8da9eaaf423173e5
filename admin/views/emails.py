"""E-mails: the register of what was sent, and in development the mails themselves."""

from email import message_from_bytes, policy
from typing import Any

from flask import abort, current_app
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import lazy_gettext as _l
from sqlalchemy import or_

from admin.access import needs
from admin.base import PageView, RecordView
from models.emails import OutgoingEmail
from models.enums import EmailStatus

KINDS = {
    "login": _l("ID and password link"),
    "download_pin": _l("Download PIN"),
    "certificate_issued": _l("Certificate issued"),
    "contract_turn": _l("Contract to sign"),
    "contract_completed": _l("Contract completed"),
    "invoice": _l("Invoice"),
}


def _kind(_view: object, _context: object, row: OutgoingEmail, _name: str) -> str:
    return str(KINDS.get(row.template, row.template))


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
    }
    column_details_list = (*column_list, "message_id")
    column_sortable_list = ()
    newest_first = "id"
    column_formatters = {"template": _kind}
    tabs = (
        ("all", _l("All"), None),
        ("open", _l("Not sent"), OutgoingEmail.status != EmailStatus.SENT),
    )

    def search(self, text: str) -> Any:
        return or_(OutgoingEmail.recipient == text, OutgoingEmail.template == text)


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
