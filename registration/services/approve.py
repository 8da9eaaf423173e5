"""The approval, step by step of the case's profile, by people who never worked on it, of exactly what was reviewed."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from app import audit
from app.core.actor import Actor
from app.core.errors import DomainError
from app.core.transaction import transaction
from models.applications import Application
from models.enums import ControlSide, DecisionKind
from registration import decision_queries, queries
from registration.errors import StepRefusedError
from registration.rules.approval_profile import Profile, Step
from registration.rules.states import Event, next_status
from registration.services.approval_steps import (
    complete_approval,
    flush_as_decider,
    require_confirmed,
    require_decidable,
)
from registration.services.steps import add_decision, drop_emergency, stand_on_side


def approve_application(  # noqa: PLR0913  who decides what, on which digest, why
    application_id: UUID,
    *,
    digest: str,
    actor: Actor,
    now: datetime,
    reason: str = "",
    step: str | None = None,
    confirmations: Collection[str] | None = None,
    extend_over_closed_days: bool = True,
) -> bool:
    """Take the open step of a reviewed case's approval; with the last one, promise what follows.

    Args:
        application_id: the case.
        digest: of the page that the approver looked at.
        actor: somebody with the step's role who has never worked on this case and took no step of it yet.
        now: the present moment; whether the review has lapsed is judged on it.
        reason: for the record; may be empty.
        step: code of the step that the person saw as open; None takes whichever is.
        confirmations: what was ticked, by code. A screen always sends what it got, an empty list too; None means that
            the caller is no screen and vouches for every confirmation of the step.
        extend_over_closed_days: see the rule of freshness.

    Returns:
        whether this was the last step, so that the case is approved now.

    Raises:
        FourEyesError: this person worked on the case.
        StepRefusedError: another person took the step, this one took one already, has not its role, or left a
            confirmation out.
        LapsedError: the review or the application is too old.
        ChangedSinceReviewError: the case is not what was reviewed, or not what was on the screen.
        IncompleteReviewError: a paper is stale or a check is missing after all.
        ChangeError: the company's record changed since the change was recorded.
        IllegalTransitionError: the case is not waiting for approval.
    """
    try:
        with transaction():
            case = queries.case_for_update(application_id)
            next_status(case.status, Event.APPROVE)
            stand_on_side(application_id, ControlSide.DECIDED, actor=actor, now=now)
            flush_as_decider()
            profile = decision_queries.get_profile(case.approval_profile_version)
            taken = _step_for(case, profile, step, actor)
            require_decidable(case, profile, digest=digest, now=now, extend_over_closed_days=extend_over_closed_days)
            confirmed = require_confirmed(taken.confirmations, confirmations)
            is_last = taken == profile.steps[-1]
            _write(case, taken, confirmed, digest=digest, actor=actor, now=now, reason=reason)
            if is_last:
                drop_emergency(case, actor=actor, now=now, cause="application:approve")
                complete_approval(case, now=now)
            return is_last
    except DomainError as error:
        audit.attempt(
            "application:approve",
            subject_type="application",
            subject_id=application_id,
            actor=actor,
            outcome="refused",
            error=error.code,
        )
        raise


def _step_for(case: Application, profile: Profile, seen: str | None, actor: Actor) -> Step:
    """The open step, if this person may take it and it is the one that the person saw."""
    taken = decision_queries.steps_taken(case)
    if by_other := next((each for each in taken if each.step == seen and each.decided_by != actor.id), None):
        raise StepRefusedError("step-taken", name=by_other.decided_by_name, at=by_other.decided_at)
    if any(each.decided_by == actor.id for each in taken):
        raise StepRefusedError("second-step")
    step = decision_queries.open_step(case, profile)
    if step is None or (seen is not None and step.code != seen):
        raise StepRefusedError("no-open-step")
    if step.role not in decision_queries.roles_of(actor.id):
        raise StepRefusedError("wrong-role", role=step.role)
    return step


def _write(  # noqa: PLR0913  each is a column
    case: Application, step: Step, confirmed: list[str], *, digest: str, actor: Actor, now: datetime, reason: str
) -> None:
    add_decision(
        case,
        DecisionKind.APPROVED,
        digest=digest,
        actor=actor,
        now=now,
        reason=reason,
        step=step.code,
        confirmations=confirmed,
    )
    flush_as_decider()
    audit.record(
        "application:approve",
        subject_type="application",
        subject_id=case.id,
        actor=actor,
        detail={"digest": digest, "reason": reason, "step": step.code, "confirmed": confirmed},
    )
