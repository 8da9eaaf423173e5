"""A token of the stock is set aside for a letter."""

from datetime import datetime
from uuid import UUID

from app.core.actor import SYSTEM
from app.core.transaction import transaction
from issuance import queries
from issuance.errors import TokenError
from issuance.services.token_steps import move
from models.enums import MailPieceStatus, TokenStatus

BEFORE_ENCLOSING = (MailPieceStatus.PREPARED, MailPieceStatus.PRINTED)


def reserve_token(mail_piece_id: UUID, *, now: datetime) -> None:
    """Reserve the oldest free token of an approved model for a piece that is not enclosed yet. Safe to run twice.

    Raises:
        TokenError: the stock is empty (`no-token-in-stock`): the promise is tried again until tokens arrive.
    """
    with transaction():
        piece = queries.get_mail_piece(mail_piece_id)
        if piece.status not in BEFORE_ENCLOSING or queries.find_token_of_piece(mail_piece_id) is not None:
            return
        if piece.applicant_id is None:
            return
        token = queries.find_free_token()
        if token is None:
            raise TokenError("no-token-in-stock")
        token.mail_piece_id, token.applicant_id = piece.id, piece.applicant_id
        move(token, TokenStatus.RESERVED, actor=SYSTEM, now=now, detail={"mail_piece": piece.number})
