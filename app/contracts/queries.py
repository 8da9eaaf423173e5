"""Reading contracts."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, or_, select, text
from sqlalchemy.orm import aliased, joinedload, selectinload

from app.core.db import db
from app.core.errors import NotFoundError
from app.core.search import matches
from models.accounts import CompanyAccount, Customer
from models.applications import Application
from models.companies import Company
from models.contracts import Contract, ContractParty, ContractRevision, SigningCode, SigningSession
from models.enums import CustomerKind, PartyStatus, SigningSessionStatus

PAGE = 30


@dataclass(frozen=True, slots=True)
class Search:
    """What a person looks for; everything that is given must hold (電帳法: dates, amounts and parties, combined)."""

    date_from: date | None = None
    date_to: date | None = None
    amount_from: int | None = None
    amount_to: int | None = None
    counterparty: str = ""
    title: str = ""


def list_contracts(customer: Customer, search: Search, *, before: int | None = None) -> list[Contract]:
    """One page of the contracts that an ID may read, the newest first; PAGE + 1 rows if there is a next page.

    Args:
        customer: a user ID sees those it is a party of, a company ID those of all its user IDs.
        search: criteria.
        before: sequence of the last contract on the page before.
    """
    query = select(Contract).where(_is_visible_to(customer)).options(*_WITH_PARTIES)
    query = _narrowed(query, customer, search)
    if before is not None:
        query = query.where(Contract.sequence < before)
    return list(db.session.scalars(query.order_by(Contract.sequence.desc()).limit(PAGE + 1)))


def get_contract(customer: Customer, contract_id: UUID) -> Contract:
    """One contract that the ID may read, with its parties. Raises NotFoundError."""
    found = db.session.scalar(
        select(Contract).where(Contract.id == contract_id, _is_visible_to(customer)).options(*_WITH_PARTIES)
    )
    if found is None:
        raise NotFoundError("contract")
    return found


def get_revision(contract: Contract, number: int) -> ContractRevision:
    """One revision of a contract. Raises NotFoundError."""
    found = db.session.scalar(
        select(ContractRevision).where(ContractRevision.contract_id == contract.id, ContractRevision.number == number)
    )
    if found is None:
        raise NotFoundError("revision")
    return found


def get_contract_for_update(contract_id: UUID) -> Contract:
    """One contract, locked. Raises NotFoundError."""
    found = db.session.get(Contract, contract_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFoundError("contract")
    return found


def find_party(contract_id: UUID, customer_id: UUID) -> ContractParty | None:
    """The part that a user ID has in a contract."""
    return db.session.scalar(
        select(ContractParty).where(ContractParty.contract_id == contract_id, ContractParty.customer_id == customer_id)
    )


def latest_revision(contract_id: UUID) -> ContractRevision | None:
    """The current revision."""
    return db.session.scalar(
        select(ContractRevision)
        .where(ContractRevision.contract_id == contract_id)
        .order_by(ContractRevision.number.desc())
        .limit(1)
    )


def next_party(contract_id: UUID) -> ContractParty | None:
    """Whose turn comes after the parties that have signed."""
    return db.session.scalar(
        select(ContractParty)
        .where(ContractParty.contract_id == contract_id, ContractParty.status == PartyStatus.WAITING)
        .order_by(ContractParty.slot)
        .limit(1)
    )


def find_user_id(login_id: str) -> Customer | None:
    """An active user ID by its login ID, however it was typed."""
    return db.session.scalar(
        select(Customer).where(
            Customer.login_id == login_id.strip().upper(), Customer.kind == CustomerKind.USER_ID, Customer.active
        )
    )


def find_code(code_sha256: str) -> SigningCode | None:
    """A signing code by its hash."""
    return db.session.scalar(select(SigningCode).where(SigningCode.code_sha256 == code_sha256))


def list_live_codes(party_id: UUID, now: datetime) -> list[SigningCode]:
    """Codes of a party that could still open a session."""
    return list(
        db.session.scalars(
            select(SigningCode).where(
                SigningCode.party_id == party_id, SigningCode.session_id.is_(None), SigningCode.expires_at > now
            )
        )
    )


def find_code_of_session(session_id: UUID, code_sha256: str) -> SigningCode | None:
    """The code that opened this session, if it is this one."""
    return db.session.scalar(
        select(SigningCode).where(SigningCode.session_id == session_id, SigningCode.code_sha256 == code_sha256)
    )


def get_session(session_id: UUID) -> SigningSession:
    """One signing session. Raises NotFoundError."""
    found = db.session.get(SigningSession, session_id, populate_existing=True)
    if found is None:
        raise NotFoundError("signing-session")
    return found


def get_session_for_update(session_id: UUID) -> SigningSession:
    """One signing session, locked. Raises NotFoundError."""
    found = db.session.get(SigningSession, session_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFoundError("signing-session")
    return found


def next_sequence() -> int:
    """The next number of a contract."""
    statement = text("SELECT nextval(pg_get_serial_sequence('contract', 'sequence'))")
    return int(db.session.execute(statement).scalar_one())


_WITH_PARTIES = (
    selectinload(Contract.parties).joinedload(ContractParty.customer),
    selectinload(Contract.parties).joinedload(ContractParty.company_account).joinedload(CompanyAccount.company),
)


def _is_visible_to(customer: Customer) -> ColumnElement[bool]:
    party = aliased(ContractParty)
    if customer.kind is CustomerKind.COMPANY_ID:
        mine = party.company_account_id == customer.company_account_id
    else:
        mine = party.customer_id == customer.id
    return exists().where(party.contract_id == Contract.id, mine)


def _narrowed(query: Select[Contract], customer: Customer, search: Search) -> Select[Contract]:
    if search.date_from:
        query = query.where(Contract.contract_date >= search.date_from)
    if search.date_to:
        query = query.where(Contract.contract_date <= search.date_to)
    if search.amount_from is not None:
        query = query.where(Contract.amount >= search.amount_from)
    if search.amount_to is not None:
        query = query.where(Contract.amount <= search.amount_to)
    if search.title:
        query = query.where(Contract.title.icontains(search.title, autoescape=True))
    if search.counterparty:
        query = query.where(_has_counterparty(customer, search.counterparty))
    return query


def _has_counterparty(customer: Customer, words: str) -> ColumnElement[bool]:
    party, account = aliased(ContractParty), aliased(CompanyAccount)
    company, person = aliased(Company), aliased(Customer)
    application = aliased(Application)  # its search key has the names with variants folded: 高崎 finds 髙﨑
    return (
        exists()
        .where(party.contract_id == Contract.id)
        .where(party.company_account_id != customer.company_account_id)
        .where(account.id == party.company_account_id, company.id == account.company_id)
        .where(person.id == party.customer_id)
        .where(
            or_(
                company.name.icontains(words, autoescape=True),
                exists().where(application.company_id == company.id, matches(application.search_key, words)),
                person.name.icontains(words, autoescape=True),
                person.login_id == words.strip().upper(),
            )
        )
    )


def list_revisions(contract_id: UUID) -> list[ContractRevision]:
    """Every revision of a contract, the first first."""
    return list(
        db.session.scalars(
            select(ContractRevision)
            .where(ContractRevision.contract_id == contract_id)
            .order_by(ContractRevision.number)
        )
    )


def get_revision_by_id(revision_id: UUID) -> ContractRevision:
    """One revision by its key."""
    return db.session.get_one(ContractRevision, revision_id)


def find_revision_of_party(party_id: UUID) -> ContractRevision | None:
    """The revision that carries a party's signature."""
    return db.session.scalar(select(ContractRevision).where(ContractRevision.party_id == party_id))


def list_open_sessions(contract_id: UUID) -> list[SigningSession]:
    """Signing sessions of a contract that still wait for a signature."""
    return list(
        db.session.scalars(
            select(SigningSession)
            .join(ContractParty, ContractParty.id == SigningSession.party_id)
            .where(ContractParty.contract_id == contract_id, SigningSession.status == SigningSessionStatus.OPEN)
        )
    )


def load_party(party_id: UUID) -> ContractParty:
    """One party with its contract and person."""
    return db.session.scalars(
        select(ContractParty)
        .where(ContractParty.id == party_id)
        .options(joinedload(ContractParty.contract), joinedload(ContractParty.customer))
    ).one()
