"""The queue: applications by what runs out first, found by number, company or name."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask import g
from flask_babel import lazy_gettext as _l
from sqlalchemy import and_, select
from sqlalchemy.orm import joinedload, selectinload

from admin import messages_review
from admin.access import may
from admin.base import RecordView
from admin.hrefs import url_for
from admin.views import desk
from app.core import clock
from app.core.db import db
from app.security import current_staff
from models.applications import Application
from models.decisions import ControlAction
from models.enums import ApplicationStatus as S
from models.enums import ControlSide
from models.staff import StaffUser
from registration.search import case_search

OPEN = Application.closed_on.is_(None)


@dataclass
class Standing:
    """Who acted on a case, and whether the signed-in person may."""

    worked: list[str] = field(default_factory=list)
    decided: list[str] = field(default_factory=list)
    mine: ControlSide | None = None


def _mine() -> Any:  # noqa: ANN401  as the base class says it
    person = current_staff()
    return and_(OPEN, Application.claimed_by == (person.id if person else None))


class QueueView(RecordView):
    """Every application, the open ones first."""

    model_class = Application
    title = _l("Queue")
    path = "applications"
    permission = "application:read"
    column_list = (
        "due_on",
        "number",
        "applicants",
        "company",
        "services",
        "status",
        "claimed_by",
        "acted",
        "received_on",
    )
    column_sortable_list = ("received_on", "due_on")
    newest_first = ("due_on", "received_on")  # what runs out first
    descending = False
    sorts = {"approved": ("received_on",), "all": ("received_on",)}  # noqa: RUF012  nothing runs out on a closed case
    orders = {"approved": ("received_on", True), "all": ("received_on", True)}  # noqa: RUF012  Flask-Admin reads it
    list_template = "admin/queue.html"
    tabs = (
        ("open", _l("All open"), OPEN),
        ("mine", _l("Mine"), _mine),
        ("unclaimed", _l("Not taken"), and_(OPEN, Application.claimed_by.is_(None))),
        ("held", _l("On hold"), and_(OPEN, Application.held_at.is_not(None))),
        ("overdue", _l("Overdue"), lambda: and_(OPEN, Application.due_on < clock.today())),
        ("today", _l("Due today"), lambda: and_(OPEN, Application.due_on == clock.today())),
        ("received", _l("Received"), and_(OPEN, Application.status == S.RECEIVED)),
        ("in_review", _l("In review"), and_(OPEN, Application.status == S.IN_REVIEW)),
        ("reviewed", _l("Awaiting approval"), and_(OPEN, Application.status == S.REVIEWED)),
        ("incomplete", _l("Incomplete"), and_(OPEN, Application.status == S.INCOMPLETE)),
        ("approved", _l("Approved"), Application.status == S.APPROVED),
        ("all", _l("All"), None),
    )
    counted_tabs = ("mine", "unclaimed", "overdue")

    def search(self, text: str) -> Any:  # noqa: ANN401  as the base class says it
        return case_search(text)

    def eager(self) -> tuple[Any, ...]:
        return (joinedload(Application.company), selectinload(Application.applicants))

    def get_list(self, *args: Any, **kwargs: Any) -> tuple[None, list[Any]]:  # noqa: ANN401  as the base class says it
        """The page's rows, and for all of them together who has them and who acted on them."""
        count, rows = super().get_list(*args, **kwargs)
        g.standings = _standings([row.id for row in rows])
        g.staff_names = desk.people([row.claimed_by for row in rows])
        return count, rows

    def waiting(self) -> Iterable[tuple[Any, ...]]:
        """Open cases of the signed-in person."""
        yield Application, _mine()

    def row_href(self, row: Application) -> str:
        """Where a row leads: to the page on which the next thing is done."""
        page = "approval.show" if row.status is S.REVIEWED else "review.show"
        return url_for(page, application_id=row.id)

    def due(self, row: Application) -> desk.Due | None:
        """What runs out on a row."""
        return desk.due_of(row)

    def standing(self, row: Application) -> Standing:
        """Who acted on a row."""
        return g.standings.get(row.id) or Standing()

    def can_act(self, row: Application) -> bool:
        """Whether the signed-in person has something to do here: roles, and the side on which they stand."""
        mine = self.standing(row).mine
        if row.status is S.REVIEWED:
            return may("application:confirm") and mine is not ControlSide.WORKED
        return row.closed_on is None and may("application:review") and mine is not ControlSide.DECIDED

    @property
    def words(self) -> Any:  # noqa: ANN401  as the base class says it
        """Sentences of the review."""
        return messages_review


def _standings(ids: list[UUID]) -> dict[UUID, Standing]:
    """Sides of everybody on these cases, by one query."""
    if not ids:
        return {}
    person = current_staff()
    found: dict[UUID, Standing] = {}
    for application_id, staff_id, side, name in db.session.execute(
        select(ControlAction.application_id, ControlAction.staff_id, ControlAction.side, StaffUser.name)
        .join(StaffUser, StaffUser.id == ControlAction.staff_id)
        .where(ControlAction.application_id.in_(ids))
        .order_by(ControlAction.first_at)
    ):
        standing = found.setdefault(application_id, Standing())
        (standing.worked if side is ControlSide.WORKED else standing.decided).append(name)
        if person is not None and staff_id == person.id:
            standing.mine = side
    return found
