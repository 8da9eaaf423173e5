"""The audit log, for reading and proving."""

from typing import Any

from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import lazy_gettext as _l
from sqlalchemy import literal_column, or_

from admin.access import needs
from admin.base import RecordView
from admin.listing import found_by
from app.audit.verify import verify_chain
from app.core.search import Search
from models.audit import NOT_DONE, AuditEntry


class AuditView(RecordView):
    """Every event, the newest first; found by event, subject or person."""

    model_class = AuditEntry
    title = _l("Audit log")
    path = "audit"
    permission = "audit:read"
    column_list = ("seq", "at", "event", "outcome", "actor_name", "subject_type", "subject_id", "detail")
    column_labels = {  # noqa: RUF012
        "seq": _l("No."),
        "at": _l("Moment"),
        "event": _l("Event"),
        "outcome": _l("Outcome"),
        "actor_kind": _l("Kind of person"),
        "actor_name": _l("Person"),
        "subject_type": _l("Concerns"),
        "subject_id": _l("Key"),
        "detail": _l("Detail"),
        "previous_hash": _l("Hash of the entry before"),
        "hash": _l("Hash"),
    }
    column_details_list = (*column_list, "actor_kind", "previous_hash", "hash")
    column_sortable_list = ()
    newest_first = "seq"
    list_template = "admin/audit.html"
    tabs = (
        ("all", _l("All"), None),
        ("refused", _l("Refused or failed"), literal_column(f"({NOT_DONE})")),
    )

    def search(self, text: str) -> Any:  # noqa: ANN401
        each = (
            AuditEntry.event == text,
            AuditEntry.event.startswith(f"{text}:", autoescape=True),
            AuditEntry.subject_id == text,
            AuditEntry.actor_name == text,
        )
        return Search(or_(*each), found_by(AuditEntry, *each))

    @expose("/verify/", methods=["POST"])
    @needs("audit:read")
    def verify(self) -> ResponseReturnValue:
        """Check the whole chain now."""
        return self.render("admin/audit_report.html", report=verify_chain())
