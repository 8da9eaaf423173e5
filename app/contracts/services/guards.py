"""What every use case of contracts asks first."""

from datetime import datetime
from uuid import UUID

from app.contracts.errors import CompanyIdCannotActError, ContractError
from app.core.db import db
from models.accounts import Customer
from models.contracts import ContractParty, SigningSession
from models.enums import AccountStatus, ContractStatus, CustomerKind, PartyStatus, SigningSessionStatus


def require_user_id(customer_id: UUID) -> Customer:
    """The acting customer, who must be a user ID in good standing.

    Raises:
        CompanyIdCannotActError: a company ID reads only.
        ContractError: `account-closed`.
    """
    customer = db.session.get_one(Customer, customer_id)
    if customer.kind is not CustomerKind.USER_ID:
        raise CompanyIdCannotActError
    if not customer.active or customer.company_account.status is not AccountStatus.OPEN:
        raise ContractError("account-closed")
    return customer


def require_turn(party: ContractParty | None) -> ContractParty:
    """The party, whose turn it must be.

    Raises:
        ContractError: `not-a-party`, or `not-your-turn`.
    """
    if party is None:
        raise ContractError("not-a-party")
    if party.status is not PartyStatus.OPEN or party.contract.status is not ContractStatus.OPEN:
        raise ContractError("not-your-turn")
    return party


def require_refusable(session: SigningSession) -> None:
    """The session must not have ended; one that is too old may still be refused.

    Raises:
        ContractError: `signing-session-closed`.
    """
    if session.status is not SigningSessionStatus.OPEN:
        raise ContractError("signing-session-closed")


def require_open(session: SigningSession, now: datetime) -> None:
    """The session must still take a signature.

    Raises:
        ContractError: `signing-session-closed` or `signing-session-expired`.
    """
    require_refusable(session)
    if session.expires_at < now:
        raise ContractError("signing-session-expired")
