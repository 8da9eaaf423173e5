"""The refusal, by a second person, with its reason."""

from datetime import datetime
from uuid import UUID

from app import audit
from app.core.actor import Actor
from app.core.clock import day_in_tokyo
from app.core.errors import DomainError
from app.core.transaction import transaction
from models.enums import ControlSide, DecisionKind
from registration import queries
from registration.rules.states import Event, next_status
from registration.services.steps import add_decision, digest_of, refresh_due, stand_on_side


class RefusalError(DomainError):
    """A refusal needs a reason. Code: reason-needed."""


def refuse_application(application_id: UUID, *, reason: str, actor: Actor, now: datetime) -> None:
    """Refuse a case. The papers are kept for ten years from today (施行規則12(2)).

    Raises:
        RefusalError: no reason.
        FourEyesError: this person worked on the case.
        IllegalTransitionError: the case cannot be refused any more.
    """
    try:
        _refuse(application_id, reason.strip(), actor, now)
    except DomainError as error:
        audit.attempt(
            "application:refuse",
            subject_type="application",
            subject_id=application_id,
            actor=actor,
            outcome="refused",
            error=error.code,
        )
        raise


def _refuse(application_id: UUID, reason: str, actor: Actor, now: datetime) -> None:
    if not reason:
        raise RefusalError("reason-needed", field="reason")
    with transaction():
        case = queries.case_for_update(application_id)
        status = next_status(case.status, Event.REFUSE)
        stand_on_side(application_id, ControlSide.DECIDED, actor=actor, now=now)
        case.status, case.closed_on = status, day_in_tokyo(now)
        refresh_due(case)
        add_decision(case, DecisionKind.REFUSED, digest=digest_of(case), actor=actor, now=now, reason=reason)
        audit.record(
            "application:refuse",
            subject_type="application",
            subject_id=application_id,
            actor=actor,
            detail={"reason": reason},
        )
