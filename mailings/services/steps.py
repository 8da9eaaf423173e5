"""Inner steps that several services share."""

from datetime import datetime
from typing import Any

from app import audit
from app.core.actor import Actor
from app.core.db import db
from app.core.transaction import require_transaction
from app.jobs import defer
from mailings.rules.states import MailPieceEventKind, next_status
from models.mail_pieces import MailPiece, MailPieceEvent


def advance(
    piece: MailPiece,
    event: MailPieceEventKind,
    *,
    actor: Actor,
    now: datetime,
    witness: str = "",
    detail: dict[str, Any] | None = None,
) -> None:
    """Bring a locked piece one step further: status, ledger line, audit entry, and the promise that its token follows.

    Raises:
        IllegalTransitionError: the piece is not in the state for this.
    """
    require_transaction()
    piece.status = next_status(piece.status, event)
    db.session.add(
        MailPieceEvent(
            mail_piece_id=piece.id,
            status=piece.status,
            at=now,
            actor_name=actor.name,
            witness_name=witness,
            detail=detail or {},
        )
    )
    audit.record(
        f"letter:{event.value}",
        subject_type="mail_piece",
        subject_id=piece.id,
        actor=actor,
        detail={"number": piece.number, **({"witness": witness} if witness else {}), **(detail or {})},
    )
    defer("issuance.jobs.follow_mail_piece", piece.id)
