"""A case waits, with a reason that everybody can read."""

from datetime import datetime
from uuid import UUID

from app import audit
from app.core.actor import Actor
from app.core.transaction import transaction
from registration import queries
from registration.errors import CaseWorkError
from registration.rules.my_number import contains_my_number


def hold_case(application_id: UUID, *, reason: str, actor: Actor, now: datetime) -> None:
    """Put a case on hold: it is not handed out as the next one, and its review cannot be finished. What is due stays due.

    Raises:
        CaseWorkError: no reason, an individual number in it, on hold already, or closed.
    """
    reason = reason.strip()
    if not reason:
        raise CaseWorkError("case-hold-reason", field="reason")
    if contains_my_number(reason):
        raise CaseWorkError("note-my-number", field="reason")
    with transaction():
        case = queries.case_for_update(application_id)
        if case.closed_on is not None:
            raise CaseWorkError("case-is-closed")
        if case.held_at is not None:
            raise CaseWorkError("case-on-hold", reason=case.held_reason)
        case.held_at, case.held_by, case.held_reason = now, actor.id, reason
        audit.record(
            "application:hold",
            subject_type="application",
            subject_id=application_id,
            actor=actor,
            detail={"reason": reason},
        )
