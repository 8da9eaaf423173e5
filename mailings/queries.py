"""Reading mail pieces, e-mails and what they are about."""

from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.core.db import db
from app.core.errors import NotFoundError
from models.applications import Applicant, Application
from models.enums import MailPieceStatus
from models.mail_pieces import MailPiece
from models.tokens import Token

LIVE = (
    MailPieceStatus.PREPARED,
    MailPieceStatus.PRINTED,
    MailPieceStatus.ENCLOSED,
    MailPieceStatus.POSTED,
    MailPieceStatus.NOTIFIED,
)


def piece_for_update(piece_id: UUID) -> MailPiece:
    """A piece, locked. Raises NotFoundError."""
    piece = db.session.get(MailPiece, piece_id, with_for_update=True, populate_existing=True)
    if piece is None:
        raise NotFoundError("mail piece")
    return piece


def find_piece_by_number(number: str) -> MailPiece | None:
    """A piece by what its letter's QR code says."""
    return db.session.scalars(select(MailPiece).where(MailPiece.number == number)).first()


def list_pieces(status: MailPieceStatus, limit: int = 200) -> list[MailPiece]:
    """Pieces in a status, the oldest first."""
    return list(
        db.session.scalars(
            select(MailPiece).where(MailPiece.status == status).order_by(MailPiece.sequence).limit(limit)
        )
    )


def list_posted_on(day: date) -> list[MailPiece]:
    """What was handed in on a day, in the order of the item numbers."""
    return list(db.session.scalars(select(MailPiece).where(MailPiece.posted_on == day).order_by(MailPiece.item_number)))


def applicants_of(pieces: list[MailPiece]) -> dict[UUID, Applicant]:
    """The holders of pieces, with company."""
    ids = {piece.applicant_id for piece in pieces}
    rows = db.session.scalars(
        select(Applicant)
        .where(Applicant.id.in_(ids))
        .options(joinedload(Applicant.application).joinedload(Application.company))
    )
    return {row.id: row for row in rows}


def tokens_of(pieces: list[MailPiece]) -> dict[UUID, Token]:
    """The tokens that are set aside for pieces."""
    ids = {piece.id for piece in pieces}
    rows = db.session.scalars(select(Token).where(Token.mail_piece_id.in_(ids)))
    return {row.mail_piece_id: row for row in rows if row.mail_piece_id}
