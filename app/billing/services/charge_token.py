"""Charging for an eToken that was posted."""

from uuid import UUID

from app.billing import queries
from app.billing.rules.charges import ETOKEN
from app.billing.services.charge import make_charge
from app.core.db import db
from app.core.errors import NotFoundError
from app.core.transaction import transaction
from models.mail_pieces import MailPiece


def charge_token(mail_piece_id: UUID) -> bool:
    """Charge the eToken in a posted mail piece to the company ID. Safe to run twice.

    One that takes the place of a lost or damaged token was charged, or not, when that was reported; one in a letter that
    is sent again was charged with the first.

    Raises:
        NotFoundError: the mail piece was not posted.
        NoCompanyAccountError: the company has no company ID yet.
        NoPriceError: there is no price for it on the day it was posted.
    """
    with transaction():
        piece = db.session.get_one(MailPiece, mail_piece_id)
        if piece.posted_on is None:
            raise NotFoundError("posted-mail-piece")
        if piece.resend_reason:
            return False
        if piece.applicant_id is not None and queries.was_token_reported(piece.applicant_id, before=piece.created_at):
            return False
        return make_charge(
            ETOKEN,
            subject_id=piece.id,
            company_account_id=queries.get_account_of_application(piece.application_id).id,
            occurred_on=piece.posted_on,
        )
