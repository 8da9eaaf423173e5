"""A second person grants or refuses a disclosure."""

from datetime import datetime
from uuid import UUID

from app import audit
from app.core.actor import Actor
from app.core.errors import IllegalTransitionError
from app.core.transaction import transaction
from models.enums import DisclosureStatus
from registration.services.disclosure_steps import DisclosureError, request_for_update


def decide_disclosure(request_id: UUID, *, is_granted: bool, reason: str, actor: Actor, now: datetime) -> None:
    """Decide, with a reason and the name of who decided.

    Raises:
        NotFoundError: there is no such request.
        DisclosureError: no reason, or the person who received it (`disclosure-two-people`).
        IllegalTransitionError: it is decided already.
    """
    if not reason.strip():
        raise DisclosureError("disclosure-reason", field="reason")
    with transaction():
        request = request_for_update(request_id)
        if request.status is not DisclosureStatus.RECEIVED:
            raise IllegalTransitionError("disclosure", current=request.status, event="decide")
        if actor.id == request.received_by:
            raise DisclosureError("disclosure-two-people")
        request.status = DisclosureStatus.GRANTED if is_granted else DisclosureStatus.REFUSED
        request.decided_by, request.decided_by_name, request.decided_at = actor.id, actor.name, now
        request.reason = reason.strip()
        audit.record(
            "disclosure:decide",
            subject_type="application",
            subject_id=request.application_id,
            actor=actor,
            detail={"number": request.number, "granted": is_granted, "reason": request.reason},
        )
