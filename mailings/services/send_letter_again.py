"""A letter with eToken came back, or was lost: the holder gets a new one, with a new PIN that comes with its printing."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app import audit
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import DomainError, IllegalTransitionError
from app.core.transaction import transaction
from mailings import queries
from mailings.errors import LetterKindError
from mailings.rules.resending import ResendReason, is_charged, possible_reasons
from mailings.services.prepare_letter import add_piece
from models.applications import Applicant
from models.enums import MailPieceStatus
from models.mail_pieces import MailPiece


def send_letter_again(piece_id: UUID, *, reason: ResendReason, actor: Actor, now: datetime) -> UUID:
    """Prepare another letter in the place of one. What the holder lost is charged when the new one is posted.

    Returns:
        key of the new piece.

    Raises:
        LetterKindError: a letter to a company is simply put into another envelope (prepare_again).
        IllegalTransitionError: it neither came back nor was lost, or another went out already.
        DomainError: return-not-inspected: two people look at the envelope first. resend-reason: the reason does not fit.
    """
    with transaction():
        piece = queries.piece_for_update(piece_id)
        if piece.applicant_id is None:
            raise LetterKindError(piece.number)
        applicant = db.session.get_one(Applicant, piece.applicant_id, with_for_update=True)
        _require_newest(piece)
        if reason not in possible_reasons(piece.status, piece.delivered_on):
            raise DomainError("resend-reason", field="reason")
        if piece.status is MailPieceStatus.RETURNED and piece.inspection is None:
            raise DomainError("return-not-inspected", number=piece.number)
        new = add_piece(applicant, now=now, replaces=piece)
        new.resend_reason = reason
        audit.record(
            "letter:send-again",
            subject_type="mail_piece",
            subject_id=new.id,
            actor=actor,
            detail={"instead_of": piece.number, "reason": reason, "charged": is_charged(reason)},
        )
        return new.id


def _require_newest(piece: MailPiece) -> None:
    newest = db.session.scalar(
        select(MailPiece.id)
        .where(MailPiece.applicant_id == piece.applicant_id)
        .order_by(MailPiece.sequence.desc())
        .limit(1)
    )
    if newest != piece.id:
        raise IllegalTransitionError("mail-piece", current=piece.status, event="send again")
