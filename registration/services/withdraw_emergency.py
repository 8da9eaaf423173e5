"""An emergency that was declared and not countersigned is taken back: somebody came after all."""

from datetime import datetime
from uuid import UUID

from app import audit
from app.core.actor import Actor
from app.core.transaction import transaction
from registration import decision_queries, queries
from registration.errors import EmergencyError


def withdraw_emergency(emergency_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Take the declaration back; the case waits for the steps of its profile again.

    Raises:
        EmergencyError: emergency-done, emergency-withdrawn.
    """
    application_id = decision_queries.get_emergency(emergency_id).application_id
    with transaction():
        case = queries.case_for_update(application_id)
        row = decision_queries.get_emergency(emergency_id, lock=True)
        if row.withdrawn_at is not None:
            raise EmergencyError("emergency-withdrawn")
        if row.countersigned_at is not None:
            raise EmergencyError("emergency-done", name=row.countersigned_by_name, at=row.countersigned_at)
        row.withdrawn_at = now
        audit.record(
            "emergency:withdraw",
            subject_type="emergency_approval",
            subject_id=row.id,
            actor=actor,
            detail={"application": case.number},
        )
