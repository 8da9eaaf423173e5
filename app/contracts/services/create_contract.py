"""A user ID sends a contract: the PDF, what it is about, and with whom."""

from datetime import date, datetime
from uuid import UUID, uuid4

from app import audit, jobs, storage
from app.contracts import queries
from app.contracts.errors import ContractError
from app.contracts.services.guards import require_user_id
from app.contracts.signing.intake import require_fit
from app.contracts.signing.places import slot_of
from app.core.actor import Actor
from app.core.clock import day_in_tokyo
from app.core.db import db
from app.core.transaction import transaction
from models.contracts import Contract, ContractParty
from models.enums import AccountStatus

LONGEST_TITLE = 200
PDF = "application/pdf"


def create_contract(
    pdf: bytes,
    *,
    title: str,
    amount: int | None,
    contract_date: date,
    sender_id: UUID,
    counterparty: str,
    actor: Actor,
    now: datetime,
) -> UUID:
    """Take a contract in and promise its sealing. The sender signs first, then the counterparty.

    Args:
        pdf: the file as uploaded.
        title: what the contract is called.
        amount: yen, with tax; None if there is none.
        contract_date: the contract's own date.
        sender_id: the user ID that sends.
        counterparty: login ID of the other party's user ID, as typed.
        actor: who does it.
        now: the present moment.

    Returns:
        the contract's id.

    Raises:
        UnfitPdfError: the PDF cannot become a contract.
        CompanyIdCannotActError: a company ID cannot send.
        ContractError: `title-missing`, `amount-negative`, `counterparty-unknown`, `counterparty-self`,
            `account-closed`.
        SignerUnavailableError: the storage's key is away; nothing was kept.
    """
    if not title.strip() or len(title) > LONGEST_TITLE:
        raise ContractError("title-missing", field="title")
    if amount is not None and amount < 0:
        raise ContractError("amount-negative", field="amount")
    fit = require_fit(pdf)
    with transaction():
        sender = require_user_id(sender_id)
        other = queries.find_user_id(counterparty)
        if other is None or other.company_account.status is not AccountStatus.OPEN:
            raise ContractError("counterparty-unknown", field="counterparty")
        if other.id == sender.id:
            raise ContractError("counterparty-self", field="counterparty")
        sequence = queries.next_sequence()
        contract = Contract(
            id=uuid4(),
            sequence=sequence,
            number=f"K-{day_in_tokyo(now).year}-{sequence:06d}",
            title=title.strip(),
            amount=amount,
            contract_date=contract_date,
            sender_id=sender.id,
            upload_sha256=storage.put(pdf, PDF),
            created_at=now,
        )
        for number, person in enumerate((sender, other), start=1):
            contract.parties.append(
                ContractParty(
                    slot=number,
                    customer_id=person.id,
                    company_account_id=person.company_account_id,
                    field_name=slot_of(number).field_name,
                )
            )
        db.session.add(contract)
        db.session.flush()
        audit.record(
            "contract:create",
            subject_type="contract",
            subject_id=contract.id,
            actor=actor,
            detail={
                "number": contract.number,
                "upload_sha256": contract.upload_sha256,
                "counterparty": other.login_id,
                "pages": fit.pages,
            },
        )
        jobs.defer("app.contracts.jobs.seal_contract", contract.id)
        return contract.id
