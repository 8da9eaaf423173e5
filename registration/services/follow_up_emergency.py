"""A third person looks at an emergency afterwards and writes down what was found; or the declarer takes it back."""

from datetime import datetime
from uuid import UUID

from app import audit
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import DomainError
from app.core.transaction import transaction
from models.enums import ControlSide
from registration import decision_queries, queries
from registration.errors import EmergencyError, FourEyesError


def follow_up_emergency(emergency_id: UUID, *, finding: str, actor: Actor, now: datetime) -> None:
    """Record what a third person found. Late is better than never: an overdue one is taken as well.

    Raises:
        EmergencyError: emergency-finding-needed, emergency-not-countersigned, emergency-followed-up, emergency-own.
        FourEyesError: this person worked on the case.
    """
    try:
        with transaction():
            row = decision_queries.get_emergency(emergency_id, lock=True)
            if row.countersigned_at is None:
                raise EmergencyError("emergency-not-countersigned")
            if row.followed_up_at is not None:
                raise EmergencyError("emergency-followed-up", name=row.followed_up_by_name, at=row.followed_up_at)
            if actor.id in {row.declared_by, row.countersigned_by}:
                raise EmergencyError("emergency-own")
            assert actor.id is not None
            standing = queries.find_control_action(row.application_id, actor.id)
            if standing is not None and standing.side is ControlSide.WORKED:
                raise FourEyesError
            if not finding.strip():
                raise EmergencyError("emergency-finding-needed", field="finding")
            row.followed_up_by, row.followed_up_by_name, row.followed_up_at = actor.id, actor.name, now
            row.finding = finding.strip()
            db.session.flush()
            audit.record(
                "emergency:follow_up",
                subject_type="emergency_approval",
                subject_id=row.id,
                actor=actor,
                detail={"finding": row.finding, "due": row.follow_up_due_on},
            )
    except DomainError as error:
        audit.attempt(
            "emergency:follow_up",
            subject_type="emergency_approval",
            subject_id=emergency_id,
            actor=actor,
            outcome="refused",
            error=error.code,
        )
        raise
