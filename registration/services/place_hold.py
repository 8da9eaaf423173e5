"""The papers of a case must stay, although their day may pass: a dispute, a disclosure, an audit."""

from datetime import datetime
from uuid import UUID

from app import audit
from app.core.actor import Actor
from app.core.transaction import transaction
from models.enums import HoldKind
from registration import queries
from registration.services.hold_steps import HoldError, add_hold


def place_hold(application_id: UUID, kind: HoldKind, *, reason: str, actor: Actor, now: datetime) -> UUID:
    """Stop the destruction of every sheet that this case used, also of one that was proposed already.

    Returns:
        id of the hold.

    Raises:
        NotFoundError: there is no such case.
        HoldError: no reason (`hold-reason`).
    """
    if not reason.strip():
        raise HoldError("hold-reason", field="reason")
    with transaction():
        case = queries.case_for_update(application_id)
        hold = add_hold(case, kind, reason=reason.strip(), actor=actor, now=now)
        audit.record(
            "hold:place",
            subject_type="application",
            subject_id=application_id,
            actor=actor,
            detail={"kind": kind, "reason": reason.strip()},
        )
        return hold.id
