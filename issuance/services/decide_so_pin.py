"""Another person grants that an SO-PIN is shown, or refuses it, also afterwards as long as it was not shown."""

from datetime import datetime
from uuid import UUID

from app import audit
from app.core.actor import Actor
from app.core.transaction import transaction
from issuance.errors import TokenError
from issuance.queries.so_pins import OPEN, get_disclosure_for_update
from models.enums import SoPinStatus


def decide_so_pin(disclosure_id: UUID, *, is_granted: bool, actor: Actor, now: datetime) -> None:
    """Decide on a request.

    Raises:
        TokenError: so-pin-own: who asked does not decide; so-pin-over: it is granted, shown or refused already.
        NotFoundError: there is no such request.
    """
    with transaction():
        row = get_disclosure_for_update(disclosure_id)
        if actor.id is None or row.asked_by == actor.id:
            raise TokenError("so-pin-own")
        if row.status not in OPEN or (is_granted and row.status is not SoPinStatus.ASKED):
            raise TokenError("so-pin-over")
        row.status = SoPinStatus.GRANTED if is_granted else SoPinStatus.REFUSED
        row.decided_by, row.decided_by_name, row.decided_at = actor.id, actor.name, now
        audit.record(
            "token:so-pin-grant" if is_granted else "token:so-pin-refuse",
            subject_type="token",
            subject_id=row.token_id,
            actor=actor,
            detail={"asked_by": row.asked_by_name, "reason": row.reason},
        )
