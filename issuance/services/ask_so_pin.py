"""Somebody needs the SO-PIN of a token and says why: another person decides."""

from datetime import datetime
from uuid import UUID, uuid4

from app import audit
from app.core.actor import Actor
from app.core.db import db
from app.core.transaction import transaction
from issuance.errors import TokenError
from issuance.queries.so_pins import find_open_disclosure
from issuance.queries.tokens import get_token_for_update
from models.tokens import SoPinDisclosure


def ask_so_pin(token_id: UUID, *, reason: str, actor: Actor, now: datetime) -> UUID:
    """Ask to see the SO-PIN of a token.

    Returns:
        key of the request.

    Raises:
        TokenError: so-pin-reason, so-pin-none: it came without one; so-pin-open: somebody asked already.
        NotFoundError: there is no such token.
    """
    if not reason.strip():
        raise TokenError("so-pin-reason", field="reason")
    with transaction():
        token = get_token_for_update(token_id)
        if token.so_pin_sealed is None:
            raise TokenError("so-pin-none")
        found = find_open_disclosure(token_id)
        if found is not None:
            raise TokenError("so-pin-open", name=found.asked_by_name)
        row = SoPinDisclosure(
            id=uuid4(),
            token_id=token_id,
            reason=reason.strip()[:500],
            asked_by=actor.id,
            asked_by_name=actor.name,
            asked_at=now,
        )
        db.session.add(row)
        db.session.flush()
        audit.record(
            "token:so-pin-ask",
            subject_type="token",
            subject_id=token_id,
            actor=actor,
            detail={"serial": token.serial_number, "reason": row.reason},
        )
        return row.id
