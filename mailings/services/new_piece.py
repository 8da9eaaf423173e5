"""The inner step that every kind of letter is prepared by: number, row, glyph gate, audit entry."""

from collections.abc import Callable
from datetime import datetime

from app import audit
from app.core.actor import Actor
from app.core.clock import day_in_tokyo
from app.core.db import db
from app.core.transaction import require_transaction
from mailings import plain_letters
from models.enums import MailPieceStatus
from models.mail_pieces import MailPiece


def add_new_piece(
    piece: MailPiece,
    *,
    detail: dict[str, str],
    actor: Actor,
    now: datetime,
    replaces: MailPiece | None = None,
    unprintable: Callable[[MailPiece], str | None] = plain_letters.unprintable,
) -> MailPiece:
    """Add an envelope that says what is in it and how it travels; what it is about is locked by the caller.

    Args:
        piece: new, with kind, posting and the keys of what it is about.
        detail: what the audit entry says besides number and kind.
        actor: who asked for it.
        now: the present moment.
        replaces: the piece in whose place it goes.
        unprintable: says what of the letter no font has, or nothing; such a letter is blocked until an officer decides.

    Returns:
        the same piece, with its number.
    """
    require_transaction()
    piece.number, piece.status, piece.created_at = "", MailPieceStatus.PREPARED, now
    piece.replaces_id = replaces.id if replaces else None
    db.session.add(piece)
    db.session.flush()
    piece.number = f"L-{day_in_tokyo(now).year}-{piece.sequence:06d}"
    piece.blocked_reason = unprintable(piece)
    audit.record(
        "letter:prepare",
        subject_type="mail_piece",
        subject_id=piece.id,
        actor=actor,
        detail={"number": piece.number, "kind": piece.kind, "blocked": piece.blocked_reason, **detail},
    )
    return piece
