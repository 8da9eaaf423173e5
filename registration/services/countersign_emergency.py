"""A second person who never worked on the case countersigns the emergency: that is what approves it."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from app import audit
from app.core.actor import Actor
from app.core.errors import DomainError
from app.core.transaction import transaction
from app.jobs import defer
from models.applications import Application
from models.emergencies import EmergencyApproval
from models.enums import ControlSide, DecisionKind
from registration import decision_queries, queries
from registration.errors import ChangedSinceReviewError, EmergencyError
from registration.rules.approval_profile import EMERGENCY_STEP
from registration.rules.states import Event, next_status
from registration.services.approval_steps import (
    complete_approval,
    flush_as_decider,
    require_confirmed,
    require_decidable,
)
from registration.services.steps import add_decision, stand_on_side


def countersign_emergency(  # noqa: PLR0913  which, on which digest, what was confirmed, who, when
    emergency_id: UUID,
    *,
    digest: str,
    actor: Actor,
    now: datetime,
    confirmations: Collection[str] | None = None,
    extend_over_closed_days: bool = True,
) -> None:
    """Approve the case by the emergency procedure: one step, in place of those that the profile asks for.

    Four eyes over the whole case, freshness, checks, expiry and digest hold as ever, and everything that the profile's
    steps ask to be confirmed is confirmed here.

    Args:
        emergency_id: the declaration.
        digest: of the page that the person looked at.
        actor: an officer; never who declared it, nor anybody who worked on the case.
        now: the present moment.
        confirmations: as in `approve_application`.
        extend_over_closed_days: see the rule of freshness.

    Raises:
        EmergencyError: emergency-own, emergency-done, emergency-withdrawn.
        FourEyesError, StepRefusedError, IncompleteReviewError, LapsedError, ChangedSinceReviewError, ChangeError,
            IllegalTransitionError: as in an ordinary approval.
    """
    application_id = decision_queries.get_emergency(emergency_id).application_id
    try:
        with transaction():
            case = queries.case_for_update(application_id)
            row = _waiting(emergency_id, actor)
            next_status(case.status, Event.APPROVE)
            stand_on_side(application_id, ControlSide.DECIDED, actor=actor, now=now)
            flush_as_decider()
            profile = decision_queries.get_profile(case.approval_profile_version)
            require_decidable(case, profile, digest=digest, now=now, extend_over_closed_days=extend_over_closed_days)
            if row.digest != digest:
                raise ChangedSinceReviewError
            confirmed = require_confirmed(profile.confirmations, confirmations)
            row.countersigned_by, row.countersigned_by_name, row.countersigned_at = actor.id, actor.name, now
            _decide(case, row, confirmed, digest=digest, actor=actor, now=now)
            complete_approval(case, now=now)
    except DomainError as error:
        audit.attempt(
            "emergency:countersign",
            subject_type="emergency_approval",
            subject_id=emergency_id,
            actor=actor,
            outcome="refused",
            error=error.code,
        )
        raise


def _waiting(emergency_id: UUID, actor: Actor) -> EmergencyApproval:
    row = decision_queries.get_emergency(emergency_id, lock=True)
    if row.withdrawn_at is not None:
        raise EmergencyError("emergency-withdrawn")
    if row.countersigned_at is not None:
        raise EmergencyError("emergency-done", name=row.countersigned_by_name, at=row.countersigned_at)
    if row.declared_by == actor.id:
        raise EmergencyError("emergency-own")
    return row


def _decide(
    case: Application, row: EmergencyApproval, confirmed: list[str], *, digest: str, actor: Actor, now: datetime
) -> None:
    add_decision(
        case,
        DecisionKind.EMERGENCY_APPROVED,
        digest=digest,
        actor=actor,
        now=now,
        reason=row.reason,
        step=EMERGENCY_STEP,
        confirmations=confirmed,
    )
    flush_as_decider()
    audit.record(
        "emergency:countersign",
        subject_type="emergency_approval",
        subject_id=row.id,
        actor=actor,
        detail={
            "application": case.number,
            "digest": digest,
            "declared_by": row.declared_by_name,
            "confirmed": confirmed,
            "profile_version": case.approval_profile_version,
        },
    )
    defer("mailings.jobs.email_emergency", row.id)
