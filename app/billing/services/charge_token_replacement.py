"""Charging for another eToken, when the holder lost or damaged the one before."""

from uuid import UUID

from app.billing import queries
from app.billing.rules.charges import ETOKEN_REPLACEMENT
from app.billing.services.charge import make_charge
from app.core.clock import day_in_tokyo
from app.core.db import db
from app.core.errors import NotFoundError
from app.core.transaction import transaction
from models.applications import Applicant
from models.tokens import Token, TokenEvent


def charge_token_replacement(token_event_id: UUID) -> bool:
    """Charge a replacement to the company ID of the holder. Safe to run twice.

    Args:
        token_event_id: the line of the token's book that says that it is lost or damaged, and that it is charged.

    Returns:
        whether a charge was written.

    Raises:
        NotFoundError: no such line, or a token that nobody holds.
        NoCompanyAccountError: the company has no company ID yet.
        NoPriceError: there is no price for it on the day it was recorded.
    """
    with transaction():
        line = db.session.get(TokenEvent, token_event_id)
        if line is None:
            raise NotFoundError("token-event")
        if not line.detail.get("charged"):
            return False
        token = db.session.get_one(Token, line.token_id)
        applicant = db.session.get(Applicant, token.applicant_id) if token.applicant_id else None
        if applicant is None:
            raise NotFoundError("holder-of-token")
        return make_charge(
            ETOKEN_REPLACEMENT,
            subject_id=line.id,
            company_account_id=queries.get_account_of_application(applicant.application_id).id,
            occurred_on=day_in_tokyo(line.at),
        )
