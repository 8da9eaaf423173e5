"""What several pages of the desk read: what runs out, who is who, what was noted and what happened."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import current_app
from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.security import current_staff, permissions_of
from models.applications import Application
from models.audit import AuditEntry
from models.enums import ApplicationStatus
from models.judgements import CaseNote
from models.staff import StaffUser
from registration.rules.due import Runs, what_runs_out


@dataclass(frozen=True, slots=True)
class Due:
    """What runs out, and how soon."""

    day: date
    days: int
    runs: Runs


def extends_over_closed_days() -> bool:
    """Policy HOLIDAY_EXTENSION: a freshness period that ends on a closed day ends on the next open one (Civil Code 142)."""
    return bool(current_app.extensions["settings"].freshness_extends_over_closed_days)


def due_of(case: Application) -> Due | None:
    """What runs out on an open case."""
    if case.closed_on is not None:
        return None
    runs = what_runs_out(
        due_on=case.due_on,
        received_on=case.received_on,
        is_incomplete=case.status is ApplicationStatus.INCOMPLETE,
    )
    return Due(case.due_on, (case.due_on - clock.today()).days, runs)


def people(ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """Names of members of staff."""
    wanted = {each for each in ids if each is not None}
    if not wanted:
        return {}
    return dict(db.session.execute(select(StaffUser.id, StaffUser.name).where(StaffUser.id.in_(wanted))).all())


def officers() -> list[tuple[UUID, str]]:
    """Active staff who may review: to whom a case can be given."""
    rows = db.session.execute(
        select(StaffUser.id, StaffUser.name, StaffUser.roles).where(StaffUser.active).order_by(StaffUser.name)
    ).all()
    return [(each, name) for each, name, roles in rows if "application:review" in permissions_of(roles)]


def notes_of(application_id: UUID) -> list[CaseNote]:
    """The notes on a case, newest first."""
    return list(
        db.session.scalars(
            select(CaseNote)
            .where(CaseNote.application_id == application_id)
            .order_by(CaseNote.written_at.desc())
            .limit(50)
        )
    )


def timeline_of(application_id: UUID) -> list[AuditEntry]:
    """What happened to a case, newest first."""
    return list(
        db.session.scalars(
            select(AuditEntry)
            .where(AuditEntry.subject_id == str(application_id), AuditEntry.event != "paper:view")
            .order_by(AuditEntry.seq.desc())
            .limit(12)
        )
    )


def my_statuses() -> tuple[ApplicationStatus, ...]:
    """States of a case in which the signed-in person has something to do."""
    granted = permissions_of(person.roles) if (person := current_staff()) else frozenset()
    found: tuple[ApplicationStatus, ...] = ()
    if "application:review" in granted:
        found += (ApplicationStatus.RECEIVED, ApplicationStatus.IN_REVIEW)
    if "application:approve" in granted:
        found += (ApplicationStatus.REVIEWED,)
    return found
