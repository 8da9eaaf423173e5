"""An officer gives a case back."""

from uuid import UUID

from app import audit
from app.core.actor import Actor
from app.core.transaction import transaction
from registration import queries
from registration.errors import CaseWorkError


def release_case(application_id: UUID, *, actor: Actor) -> None:
    """Give back what one has taken; somebody else's case is reassigned instead, with a reason.

    Raises:
        CaseWorkError: the person has not got it.
    """
    with transaction():
        case = queries.case_for_update(application_id)
        if case.claimed_by is None:
            raise CaseWorkError("not-claimed")
        if case.claimed_by != actor.id:
            raise CaseWorkError("claim-of-another")
        case.claimed_by = case.claimed_at = None
        audit.record("application:release", subject_type="application", subject_id=application_id, actor=actor)
