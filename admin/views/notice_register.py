"""The register of deficiency notices: what the companies owe us, the first due first."""

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload

from admin.access import may
from admin.base import RecordView
from admin.hrefs import url_for
from admin.listing import found_by
from app.core.clock import today
from app.core.search import Search, matches
from models.applications import Application
from models.enums import NoticeStatus
from models.notices import DeficiencyNotice


def overdue() -> Any:
    """Open notices whose day has passed."""
    return (DeficiencyNotice.status == NoticeStatus.OPEN) & (DeficiencyNotice.due_on < today())


class NoticeRegisterView(RecordView):
    """Every notice."""

    model_class = DeficiencyNotice
    title = _l("Deficiency notices")
    path = "notice-list"
    permission = "notice:read"
    column_list = ("due_on", "number", "application", "company", "status", "items", "reminded_at")
    column_details_list = ("number", "status", "issued_on", "due_on", "written_by_name", "written_at", "closed_at")
    column_labels = {
        "number": _l("Notice"),
        "status": _l("State"),
        "issued_on": _l("Written"),
        "due_on": _l("To reach us by"),
        "written_by_name": _l("Written by"),
        "written_at": _l("Written at"),
        "closed_at": _l("Ended"),
    }
    column_sortable_list = ("due_on",)
    newest_first = "due_on"
    descending = False
    list_template = "admin/registration/notice_list.html"
    tabs = (
        ("open", _l("Waiting for the company"), DeficiencyNotice.status == NoticeStatus.OPEN),
        ("overdue", _l("Overdue"), overdue),
        ("answered", _l("Answered"), DeficiencyNotice.status == NoticeStatus.ANSWERED),
        ("expired", _l("Lapsed"), DeficiencyNotice.status == NoticeStatus.EXPIRED),
        ("all", _l("All"), None),
    )

    def search(self, text: str) -> Any:
        wanted, of_case = matches(Application.search_key, text), Application.id == DeficiencyNotice.application_id
        has_number = DeficiencyNotice.number == text.upper()
        by_name = select(DeficiencyNotice.id).join(Application, of_case).where(wanted)
        name_fits = select(wanted.test).where(of_case).scalar_subquery()  # asked row by row, never for all at once
        return Search(or_(has_number, name_fits), found_by(DeficiencyNotice, has_number, by_name))

    def eager(self) -> tuple[Any, ...]:
        return (
            joinedload(DeficiencyNotice.application).joinedload(Application.company),
            selectinload(DeficiencyNotice.items),
        )

    def row_href(self, row: DeficiencyNotice) -> str:
        """A row leads to the notice's own page."""
        return url_for("notices.show", notice_id=row.id)

    def waiting(self) -> Iterable[tuple[Any, ...]]:
        """Those that are overdue."""
        if may("notice:write"):
            yield DeficiencyNotice, overdue()
