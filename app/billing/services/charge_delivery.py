"""Charging for what the post costs beyond the first letter: an agent who receives it, a letter sent again."""

from uuid import UUID

from app.billing import queries
from app.billing.rules.charges import AGENT_DELIVERY, RESEND
from app.billing.services.charge import make_charge
from app.core.db import db
from app.core.errors import NotFoundError
from app.core.transaction import transaction
from models.mail_pieces import MailPiece


def charge_agent_delivery(mail_piece_id: UUID) -> bool:
    """Charge the delivery to an agent (代人) to the company ID, for a piece that was posted with one. Safe to run twice.

    Raises:
        NotFoundError: the piece was not posted, or names no agent.
        NoCompanyAccountError: the company has no company ID yet.
        NoPriceError: there is no price for it on the day it was posted.
    """
    return _charge(AGENT_DELIVERY, mail_piece_id)


def charge_resend(mail_piece_id: UUID) -> bool:
    """Charge a letter that was sent again because the holder lost the one before. Safe to run twice.

    Raises:
        NotFoundError: the piece was not posted, or takes no other's place.
        NoCompanyAccountError, NoPriceError: as above.
    """
    return _charge(RESEND, mail_piece_id)


def _charge(code: str, mail_piece_id: UUID) -> bool:
    with transaction():
        piece = db.session.get_one(MailPiece, mail_piece_id)
        is_due = piece.agent_name if code == AGENT_DELIVERY else piece.resend_reason
        if piece.posted_on is None or not is_due:
            raise NotFoundError("posted-mail-piece")
        return make_charge(
            code,
            subject_id=piece.id,
            company_account_id=queries.get_account_of_application(piece.application_id).id,
            occurred_on=piece.posted_on,
        )
