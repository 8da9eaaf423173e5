"""A letter that could not be printed is looked at again: the name was corrected, or a font was added."""

from datetime import datetime
from uuid import UUID

from app import audit
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import IllegalTransitionError
from app.core.transaction import transaction
from mailings import plain_letters, queries
from mailings.errors import BlockedPieceError
from mailings.services import prepare_letter
from models.applications import Applicant
from models.enums import MailPieceStatus


def check_again(piece_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Let a blocked letter be printed if everything on it can be printed now.

    Raises:
        NotFoundError: no such letter.
        IllegalTransitionError: it does not wait to be printed, or nothing blocks it.
        BlockedPieceError: it still cannot be printed; what is wrong stands in the error, and on the piece as before.
    """
    with transaction():
        piece = queries.piece_for_update(piece_id)
        if piece.status is not MailPieceStatus.PREPARED or not piece.blocked_reason:
            raise IllegalTransitionError("mail-piece", current=piece.status, event="check again")
        if piece.applicant_id is not None:
            reason = prepare_letter.unprintable(db.session.get_one(Applicant, piece.applicant_id))
        else:
            reason = plain_letters.unprintable(piece)
        if reason:
            raise BlockedPieceError(piece.number, reason)
        audit.record(
            "letter:unblock",
            subject_type="mail_piece",
            subject_id=piece.id,
            actor=actor,
            detail={"number": piece.number, "was": piece.blocked_reason, "at": now.isoformat()},
        )
        piece.blocked_reason = None
