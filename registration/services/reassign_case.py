"""A case goes to another officer: somebody is absent, or has too much."""

from datetime import datetime
from uuid import UUID

from app import audit
from app.core.actor import Actor
from app.core.db import db
from app.core.transaction import transaction
from app.security import permissions_of
from models.enums import ControlSide
from models.staff import StaffUser
from registration import queries
from registration.errors import CaseWorkError, FourEyesError
from registration.rules.my_number import contains_my_number


def reassign_case(application_id: UUID, *, to: UUID, reason: str, actor: Actor, now: datetime) -> None:
    """Give a case to an officer, whoever has it now.

    Raises:
        CaseWorkError: no reason, not an active officer, or the case is closed.
        FourEyesError: that person decided the case.
    """
    reason = reason.strip()
    if not reason or contains_my_number(reason):
        raise CaseWorkError("reassign-reason", field="reason")
    with transaction():
        case = queries.case_for_update(application_id)
        if case.closed_on is not None:
            raise CaseWorkError("case-is-closed")
        person = db.session.get(StaffUser, to)
        if person is None or not person.active or "application:review" not in permissions_of(person.roles):
            raise CaseWorkError("not-an-officer", field="to")
        standing = queries.find_control_action(application_id, to)
        if standing is not None and standing.side is ControlSide.DECIDED:
            raise FourEyesError
        before = case.claimed_by
        case.claimed_by, case.claimed_at = person.id, now
        audit.record(
            "application:reassign",
            subject_type="application",
            subject_id=application_id,
            actor=actor,
            detail={"from": before, "to": person.id, "name": person.name, "reason": reason},
        )
