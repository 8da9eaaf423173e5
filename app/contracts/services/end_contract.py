"""Ending a contract that is not complete: the receiver declines, or the sender withdraws. Always with a reason."""

from datetime import datetime
from uuid import UUID

from app import audit
from app.contracts import queries
from app.contracts.errors import ContractError
from app.contracts.rules import states
from app.contracts.services.guards import require_turn, require_user_id
from app.core.actor import Actor
from app.core.db import db
from app.core.transaction import transaction
from models.contracts import Contract, SigningSession
from models.enums import SigningSessionStatus

LONGEST_REASON = 500


def decline_contract(contract_id: UUID, reason: str, *, customer_id: UUID, actor: Actor, now: datetime) -> None:
    """The party whose turn it is will not sign.

    Raises:
        CompanyIdCannotActError: a company ID cannot act.
        ContractError: `reason-missing`, `not-a-party`, `not-your-turn`.
        IllegalTransitionError: the contract is not open any more.
    """
    with transaction():
        customer = require_user_id(customer_id)
        contract = queries.get_contract_for_update(contract_id)
        party = require_turn(queries.find_party(contract.id, customer.id))
        if contract.sender_id == customer.id:
            raise ContractError("sender-withdraws")
        party.status = states.next_party_status(party.status, states.DECLINE)
        _end(contract, states.DECLINE, reason, actor, now)


def withdraw_contract(contract_id: UUID, reason: str, *, customer_id: UUID, actor: Actor, now: datetime) -> None:
    """The sender takes the contract back before it is complete.

    Raises:
        CompanyIdCannotActError: a company ID cannot act.
        ContractError: `reason-missing`, or `not-the-sender`.
        IllegalTransitionError: the contract is complete, declined or withdrawn.
    """
    with transaction():
        customer = require_user_id(customer_id)
        contract = queries.get_contract_for_update(contract_id)
        if contract.sender_id != customer.id:
            raise ContractError("not-the-sender")
        _end(contract, states.WITHDRAW, reason, actor, now)


def _end(contract: Contract, event: str, reason: str, actor: Actor, now: datetime) -> None:
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise ContractError("reason-missing", field="reason")
    contract.status = states.next_contract_status(contract.status, event)
    contract.closed_reason = reason.strip()
    for session in queries.list_open_sessions(contract.id):
        _expire(session, now)
    db.session.flush()
    audit.record(
        f"contract:{event}",
        subject_type="contract",
        subject_id=contract.id,
        actor=actor,
        detail={"reason": reason.strip()},
    )


def _expire(session: SigningSession, now: datetime) -> None:
    session.status = SigningSessionStatus.EXPIRED
    session.expires_at = min(session.expires_at, now)
