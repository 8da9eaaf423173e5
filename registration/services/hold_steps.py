"""Inner step of holds, for whoever places one by hand and for a disclosure that places its own."""

from datetime import datetime

from app.core.actor import Actor
from app.core.db import db
from app.core.errors import DomainError
from app.core.transaction import require_transaction
from models.applications import Application
from models.enums import HoldKind
from models.sheets import RetentionHold


class HoldError(DomainError):
    """A hold cannot be placed or lifted like this. Codes: hold-reason, hold-lifted."""


def add_hold(case: Application, kind: HoldKind, *, reason: str, actor: Actor, now: datetime) -> RetentionHold:
    """Write a hold down. The case's row must be locked: whoever destroys its sheets waits for that lock."""
    require_transaction()
    assert actor.id is not None
    hold = RetentionHold(
        application_id=case.id,
        kind=kind,
        reason=reason,
        placed_by=actor.id,
        placed_by_name=actor.name,
        placed_at=now,
    )
    db.session.add(hold)
    db.session.flush()
    return hold
