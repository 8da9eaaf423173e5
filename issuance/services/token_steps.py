"""The inner step that moves a token: its state, a line in its book, an audit entry. Nothing else assigns a token's state."""

from datetime import datetime
from typing import Any

from app import audit
from app.core.actor import Actor
from app.core.db import db
from app.core.transaction import require_transaction
from issuance.rules.states import require_step
from models.enums import TokenEventKind, TokenStatus
from models.tokens import Token, TokenEvent


def move(  # noqa: PLR0913  what goes where, how it is called in the book, who and when, who stood by
    token: Token,
    to: TokenStatus,
    *,
    kind: TokenEventKind = TokenEventKind.MOVED,
    actor: Actor,
    now: datetime,
    witness: str = "",
    detail: dict[str, Any] | None = None,
) -> TokenEvent:
    """Move a token that the caller's transaction has locked. A token of the stock belongs to no letter and no holder.

    Args:
        token: its row, read with a lock in this transaction.
        to: the state after it.
        kind: what the line is called in its book.
        actor: who does it; the name is copied.
        now: the present moment.
        witness: name of the second person, where there must be one.
        detail: JSON values that explain it; never a secret.

    Raises:
        IllegalTransitionError: the machine has no such step (`issuance.rules.states.TOKEN`).
    """
    require_transaction()
    before = token.status
    token.status = require_step(before, to)
    token.changed_at = now
    if to is TokenStatus.IN_STOCK:
        token.mail_piece_id = token.applicant_id = None
    return write_line(
        token, kind, actor=actor, now=now, witness=witness, detail={"from": before.value, **(detail or {})}
    )


def write_line(
    token: Token,
    kind: TokenEventKind,
    *,
    actor: Actor,
    now: datetime,
    witness: str = "",
    detail: dict[str, Any] | None = None,
) -> TokenEvent:
    """A line in the token's book and in the audit log, for what does not move it."""
    require_transaction()
    line = TokenEvent(
        token_id=token.id,
        kind=kind,
        status=token.status,
        at=now,
        actor_name=actor.name,
        witness_name=witness,
        detail=detail or {},
    )
    db.session.add(line)
    db.session.flush()
    audit.record(
        f"token:{kind.value}",
        subject_type="token",
        subject_id=token.id,
        actor=actor,
        detail={
            "serial": token.serial_number,
            "to": token.status.value,
            **({"witness": witness} if witness else {}),
            **(detail or {}),
        },
    )
    return line
