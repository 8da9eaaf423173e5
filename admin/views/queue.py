"""The queue: applications by state, found by number, company or name."""

from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import and_
from sqlalchemy.orm import joinedload, selectinload

from admin.base import RecordView
from models.applications import Application
from models.enums import ApplicationStatus as S
from registration.search import case_search

IS_OPEN = Application.closed_on.is_(
    None
)  # said of every open state too: the indexes of open cases hold these rows alone


class QueueView(RecordView):
    """Every application, the open ones first."""

    model_class = Application
    title = _l("Queue")
    path = "applications"
    permission = "application:read"
    column_list = ("received_on", "number", "applicants", "company", "services", "status", "claimed_by")
    column_sortable_list = ("received_on",)
    newest_first = ("due_on", "received_on")  # what runs out first
    descending = False
    orders = {"approved": ("received_on", True), "all": ("received_on", True)}  # noqa: RUF012  Flask-Admin reads it
    list_template = "admin/queue.html"
    tabs = (
        ("open", _l("All open"), IS_OPEN),
        ("received", _l("Received"), and_(IS_OPEN, Application.status == S.RECEIVED)),
        ("in_review", _l("In review"), and_(IS_OPEN, Application.status == S.IN_REVIEW)),
        ("reviewed", _l("Awaiting approval"), and_(IS_OPEN, Application.status == S.REVIEWED)),
        ("incomplete", _l("Incomplete"), and_(IS_OPEN, Application.status == S.INCOMPLETE)),
        ("approved", _l("Approved"), Application.status == S.APPROVED),
        ("all", _l("All"), None),
    )
    counted_tabs = ("open", "received", "in_review", "reviewed", "incomplete")

    def search(self, text: str) -> Any:  # noqa: ANN401
        return case_search(text)

    def eager(self) -> tuple[Any, ...]:
        return (joinedload(Application.company), selectinload(Application.applicants))

    def row_href(self, row: Application) -> str:
        """Where a row leads: to the page on which the next thing is done."""
        page = "approval.show" if row.status is S.REVIEWED else "review.show"
        return url_for(page, application_id=row.id)
