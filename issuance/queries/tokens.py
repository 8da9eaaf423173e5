"""eTokens, and the mail pieces that they travel with."""

from uuid import UUID

from sqlalchemy import exists, select

from app.core.db import db
from app.core.errors import NotFoundError
from models.audit import AuditEntry
from models.enums import TokenStatus
from models.mail_pieces import MailPiece
from models.tokens import Token, TokenEvent, TokenModel

GONE = (TokenStatus.LOST, TokenStatus.DAMAGED, TokenStatus.RETURNED, TokenStatus.RETIRED)


def get_token(token_id: UUID) -> Token:
    """A token. Raises NotFoundError."""
    found = db.session.get(Token, token_id, populate_existing=True)
    if found is None:
        raise NotFoundError("token", id=token_id)
    return found


def get_token_for_update(token_id: UUID) -> Token:
    """A token, locked. Raises NotFoundError."""
    found = db.session.get(Token, token_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFoundError("token", id=token_id)
    return found


def get_token_event(event_id: UUID) -> TokenEvent:
    """A line of a token's book. Raises NotFoundError."""
    found = db.session.get(TokenEvent, event_id)
    if found is None:
        raise NotFoundError("token event", id=event_id)
    return found


def list_token_events(token_id: UUID) -> list[TokenEvent]:
    """A token's book, the oldest line first."""
    return list(
        db.session.scalars(select(TokenEvent).where(TokenEvent.token_id == token_id).order_by(TokenEvent.sequence))
    )


def find_token_of_piece(mail_piece_id: UUID) -> Token | None:
    """The token that is paired with a mail piece and not gone, locked."""
    return db.session.scalar(
        select(Token)
        .where(Token.mail_piece_id == mail_piece_id, Token.status.not_in(GONE))
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def find_free_token() -> Token | None:
    """The oldest token in stock of an approved model, locked; those that others are just taking are passed over."""
    approved = select(TokenModel.name).where(TokenModel.approved)
    return db.session.scalar(
        select(Token)
        .where(Token.status == TokenStatus.IN_STOCK, Token.model.in_(approved))
        .order_by(Token.sequence)
        .limit(1)
        .with_for_update(of=Token, skip_locked=True)
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


def has_later_print(piece: MailPiece) -> bool:
    """Whether another letter to the same holder was printed after this one: the PIN of this one is void since."""
    later = exists().where(
        MailPiece.applicant_id == piece.applicant_id,
        MailPiece.sequence > piece.sequence,
        MailPiece.printed_at.is_not(None),
    )
    return bool(db.session.scalar(select(later)))


def find_loss(piece_id: UUID) -> AuditEntry | None:
    """Who recorded that a letter is lost, and when."""
    return db.session.scalar(
        select(AuditEntry)
        .where(AuditEntry.subject_id == str(piece_id), AuditEntry.event == "letter:lose", AuditEntry.outcome == "done")
        .order_by(AuditEntry.seq.desc())
        .limit(1)
    )
