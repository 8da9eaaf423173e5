"""The desk took a letter back: its envelope is taken out of the mailroom's trays."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app.core.actor import SYSTEM
from app.core.db import db
from app.core.transaction import transaction
from mailings.rules.states import NEXT, MailPieceEventKind
from mailings.services.steps import advance
from models.mail_pieces import MailPiece


def stop_letter(letter_id: UUID, *, now: datetime) -> None:
    """Stop the envelopes of a letter that have not left the house. Safe to run twice."""
    with transaction():
        pieces = db.session.scalars(select(MailPiece).where(MailPiece.letter_id == letter_id).with_for_update()).all()
        for piece in pieces:
            if (piece.status, MailPieceEventKind.STOP) in NEXT:
                advance(piece, MailPieceEventKind.STOP, actor=SYSTEM, now=now)
