"""A case goes on."""

from uuid import UUID

from app import audit
from app.core.actor import Actor
from app.core.transaction import transaction
from registration import queries
from registration.errors import CaseWorkError


def resume_case(application_id: UUID, *, actor: Actor) -> None:
    """Take a case off hold.

    Raises:
        CaseWorkError: it is not on hold.
    """
    with transaction():
        case = queries.case_for_update(application_id)
        if case.held_at is None:
            raise CaseWorkError("not-on-hold")
        reason = case.held_reason
        case.held_at = case.held_by = None
        case.held_reason = ""
        audit.record(
            "application:resume",
            subject_type="application",
            subject_id=application_id,
            actor=actor,
            detail={"held_for": reason},
        )
