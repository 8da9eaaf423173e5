"""Somebody who was to approve sends the case back to the officers, with the reason."""

from datetime import datetime
from uuid import UUID

from app import audit
from app.core.actor import Actor
from app.core.errors import DomainError
from app.core.transaction import transaction
from models.enums import ControlSide
from registration import queries
from registration.errors import StepRefusedError
from registration.rules.states import Event, next_status
from registration.services.steps import stand_on_side, void_review


def send_back(application_id: UUID, *, reason: str, actor: Actor, now: datetime) -> None:
    """Void the review and the approvals given on it, and put the case back into review.

    Raises:
        StepRefusedError: send-back-reason: no reason was given.
        FourEyesError: this person worked on the case and may simply change it.
        IllegalTransitionError: the case does not wait for approval.
    """
    try:
        with transaction():
            case = queries.case_for_update(application_id)
            status = next_status(case.status, Event.SEND_BACK)
            stand_on_side(application_id, ControlSide.DECIDED, actor=actor, now=now)
            if not reason.strip():
                raise StepRefusedError("send-back-reason", field="reason")
            void_review(case, actor=actor, now=now, reason=reason.strip())
            case.status = status
            audit.record(
                "application:send_back",
                subject_type="application",
                subject_id=application_id,
                actor=actor,
                detail={"reason": reason.strip()},
            )
    except DomainError as error:
        audit.attempt(
            "application:send_back",
            subject_type="application",
            subject_id=application_id,
            actor=actor,
            outcome="refused",
            error=error.code,
        )
        raise
