"""Finding originals, and what a file's digest says."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import exists, select
from sqlalchemy.orm import selectinload

from app.core.db import db
from models.accounts import CompanyAccount, Customer
from models.contracts import Contract, ContractParty, ContractRevision
from models.enums import CustomerKind
from models.originals import Original


class Known(StrEnum):
    """What is known of a file."""

    ORIGINAL = "original"
    EARLIER = "earlier"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the public is told of a SHA-256. No names and no amounts: whoever has the file can read them there."""

    known: Known
    sha256: str
    number: str = ""
    revision: int = 0
    last_revision: int = 0
    at: datetime | None = None
    kept_until: date | None = None


def find_by_hash(sha256: str) -> Answer:
    """Whether a file is an original, an earlier revision of a contract, or unknown.

    Args:
        sha256: 64 hexadecimal digits, lower case.
    """
    original = db.session.execute(
        select(Original, Contract.number)
        .join(Contract, Contract.id == Original.contract_id)
        .where(Original.sha256 == sha256)
    ).first()
    if original:
        kept, number = original
        last = int(kept.manifest["file"]["revision"])
        return Answer(Known.ORIGINAL, sha256, number, last, last, kept.kept_at, kept.kept_until)
    row = db.session.execute(
        select(ContractRevision, Contract.number)
        .join(Contract, Contract.id == ContractRevision.contract_id)
        .where(ContractRevision.sha256 == sha256)
        .limit(1)
    ).first()
    if row is None:
        return Answer(Known.UNKNOWN, sha256)
    revision, number = row
    newest = db.session.scalar(
        select(ContractRevision.number)
        .where(ContractRevision.contract_id == revision.contract_id)
        .order_by(ContractRevision.number.desc())
        .limit(1)
    )
    return Answer(Known.EARLIER, sha256, number, revision.number, newest or revision.number, revision.created_at)


def find_of_contract(contract_id: object) -> Original | None:
    """The original of a contract."""
    return db.session.scalar(select(Original).where(Original.contract_id == contract_id))


def list_originals(customer: Customer) -> list[tuple[Original, Contract]]:
    """The originals that an ID may read, the newest first."""
    mine = (
        ContractParty.company_account_id == customer.company_account_id
        if customer.kind is CustomerKind.COMPANY_ID
        else ContractParty.customer_id == customer.id
    )
    rows = db.session.execute(
        select(Original, Contract)
        .join(Contract, Contract.id == Original.contract_id)
        .where(exists().where(ContractParty.contract_id == Contract.id, mine))
        .options(
            selectinload(Contract.parties).joinedload(ContractParty.company_account).joinedload(CompanyAccount.company)
        )
        .order_by(Original.kept_at.desc(), Original.id)
        .limit(200)
    )
    return [(original, contract) for original, contract in rows]
