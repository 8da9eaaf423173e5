"""A hold has served its purpose."""

from datetime import datetime
from uuid import UUID

from app import audit
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import NotFoundError
from app.core.transaction import transaction
from models.sheets import RetentionHold
from registration.services.hold_steps import HoldError


def lift_hold(hold_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Let the retention run on.

    Raises:
        NotFoundError: there is no such hold.
        HoldError: it was lifted before (`hold-lifted`).
    """
    with transaction():
        hold = db.session.get(RetentionHold, hold_id, with_for_update=True)
        if hold is None:
            raise NotFoundError("hold")
        if hold.lifted_at is not None:
            raise HoldError("hold-lifted")
        hold.lifted_by, hold.lifted_by_name, hold.lifted_at = actor.id, actor.name, now
        audit.record(
            "hold:lift",
            subject_type="application",
            subject_id=hold.application_id,
            actor=actor,
            detail={"kind": hold.kind, "reason": hold.reason},
        )
