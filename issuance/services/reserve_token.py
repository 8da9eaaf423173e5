"""A token of the stock is set aside for a letter."""

from datetime import datetime
from uuid import UUID

from app import audit
from app.core.actor import SYSTEM
from app.core.transaction import transaction
from issuance import queries
from issuance.errors import TokenError
from issuance.rules.states import require_step
from models.enums import MailPieceStatus, TokenStatus


def reserve_token(mail_piece_id: UUID, *, now: datetime) -> None:
    """Reserve the oldest free token for a piece. Safe to run twice.

    Raises:
        TokenError: the stock is empty (`no-token-in-stock`): the promise is tried again until tokens arrive.
    """
    with transaction():
        piece = queries.get_mail_piece(mail_piece_id)
        if piece.status is MailPieceStatus.SPOILED or queries.find_token_of_piece(mail_piece_id) is not None:
            return
        if piece.applicant_id is None:
            return
        token = queries.find_free_token()
        if token is None:
            raise TokenError("no-token-in-stock")
        token.status = require_step(token.status, TokenStatus.RESERVED)
        token.mail_piece_id, token.applicant_id, token.changed_at = piece.id, piece.applicant_id, now
        audit.record(
            "token:reserve",
            subject_type="token",
            subject_id=token.id,
            actor=SYSTEM,
            detail={"serial": token.serial_number, "mail_piece": piece.number},
        )
