"""The emergency procedure begins: the persons whom the profile asks for are absent, and the case cannot wait."""

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from app import audit
from app.core.actor import Actor
from app.core.calendar import next_open_day
from app.core.clock import day_in_tokyo
from app.core.db import db
from app.core.errors import DomainError
from app.core.transaction import transaction
from models.applications import Application
from models.emergencies import EmergencyApproval
from models.enums import ControlSide
from registration import decision_queries, queries
from registration.errors import EmergencyError
from registration.rules.states import Event, next_status
from registration.services.approval_steps import require_decidable
from registration.services.steps import stand_on_side

FOLLOW_UP_WITHIN_DAYS = 7


def declare_emergency(  # noqa: PLR0913  which case, on which digest, why, who, when
    application_id: UUID,
    *,
    digest: str,
    reason: str,
    actor: Actor,
    now: datetime,
    extend_over_closed_days: bool = True,
) -> UUID:
    """Declare that a reviewed case is to be approved by the emergency procedure. Nothing is approved by this alone.

    The declarer stands on the working side of the case from now on and can never decide it.

    Args:
        application_id: the case.
        digest: of the page that the declarer looked at.
        reason: who is absent and why the case cannot wait.
        actor: an officer.
        now: the present moment.
        extend_over_closed_days: see the rule of freshness.

    Returns:
        key of the declaration.

    Raises:
        EmergencyError: emergency-reason-needed, emergency-open.
        FourEyesError, IncompleteReviewError, LapsedError, ChangedSinceReviewError, IllegalTransitionError: as in an
            ordinary approval; the procedure relaxes none of them.
    """
    try:
        with transaction():
            case = queries.case_for_update(application_id)
            next_status(case.status, Event.APPROVE)
            if not reason.strip():
                raise EmergencyError("emergency-reason-needed", field="reason")
            if decision_queries.find_emergency(application_id) is not None:
                raise EmergencyError("emergency-open")
            stand_on_side(application_id, ControlSide.WORKED, actor=actor, now=now)
            profile = decision_queries.get_profile(case.approval_profile_version)
            require_decidable(case, profile, digest=digest, now=now, extend_over_closed_days=extend_over_closed_days)
            return _store(case, digest, reason.strip(), actor, now)
    except DomainError as error:
        audit.attempt(
            "emergency:declare",
            subject_type="application",
            subject_id=application_id,
            actor=actor,
            outcome="refused",
            error=error.code,
        )
        raise


def _store(case: Application, digest: str, reason: str, actor: Actor, now: datetime) -> UUID:
    assert actor.id is not None
    row = EmergencyApproval(
        application_id=case.id,
        digest=digest,
        reason=reason,
        declared_by=actor.id,
        declared_by_name=actor.name,
        declared_at=now,
        follow_up_due_on=_due(day_in_tokyo(now)),
    )
    db.session.add(row)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise EmergencyError("emergency-open") from error
    audit.record(
        "emergency:declare",
        subject_type="emergency_approval",
        subject_id=row.id,
        actor=actor,
        detail={"application": case.number, "digest": digest, "reason": reason, "due": row.follow_up_due_on},
    )
    return row.id


def _due(today: date) -> date:
    return next_open_day(today + timedelta(days=FOLLOW_UP_WITHIN_DAYS))
