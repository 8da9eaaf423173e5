"""eTokens, and the mail pieces that they travel with."""

from uuid import UUID

from sqlalchemy import select

from app.core.db import db
from app.core.errors import NotFoundError
from models.enums import (
    TokenStatus,
)
from models.mail_pieces import MailPiece
from models.tokens import Token


def find_token_of_piece(mail_piece_id: UUID) -> Token | None:
    """The token that is paired with a mail piece, locked."""
    return db.session.scalar(
        select(Token)
        .where(Token.mail_piece_id == mail_piece_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def find_free_token() -> Token | None:
    """The oldest token in stock, locked; those that others are just taking are passed over."""
    return db.session.scalar(
        select(Token)
        .where(Token.status == TokenStatus.IN_STOCK)
        .order_by(Token.created_at, Token.serial_number)
        .limit(1)
        .with_for_update(skip_locked=True)
    )


def find_token_of_applicant(applicant_id: UUID, statuses: tuple[TokenStatus, ...]) -> Token | None:
    """The applicant's token in one of these states, locked."""
    return db.session.scalar(
        select(Token)
        .where(Token.applicant_id == applicant_id, Token.status.in_(statuses))
        .order_by(Token.changed_at.desc())
        .limit(1)
        .with_for_update()
    )


def get_mail_piece(mail_piece_id: UUID) -> MailPiece:
    """One mail piece. Raises NotFoundError."""
    found = db.session.get(MailPiece, mail_piece_id, populate_existing=True)
    if found is None:
        raise NotFoundError("mail piece", id=mail_piece_id)
    return found
