"""Reading prices, charges and invoices."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select

from app.billing.errors import NoCompanyAccountError, NoPriceError
from app.billing.rules.charges import InvoiceLine, lines_of
from app.core.db import db
from app.core.errors import NotFoundError
from models.accounts import CompanyAccount, Customer
from models.applications import Application
from models.billing import Charge, Invoice, InvoiceAddressee, Price
from models.companies import Company, ContactPerson
from models.enums import ContactRole, CustomerKind, InvoiceStatus
from models.tokens import Token, TokenEvent


@dataclass(frozen=True, slots=True)
class OpenAccount:
    """A company ID with charges that no invoice has yet."""

    company_account_id: UUID
    login_id: str
    company_name: str
    department: str
    charge_count: int
    net: int
    oldest_on: date
    newest_on: date


def get_price(code: str, on: date) -> Price:
    """The price of the day: the latest whose first day is not after it.

    Raises:
        NoPriceError: there is none.
    """
    price = db.session.scalar(
        select(Price).where(Price.code == code, Price.valid_from <= on).order_by(Price.valid_from.desc()).limit(1)
    )
    if price is None:
        raise NoPriceError(code, on)
    return price


def find_price_from(code: str, valid_from: date) -> Price | None:
    """The price that begins on exactly this day."""
    return db.session.scalar(select(Price).where(Price.code == code, Price.valid_from == valid_from))


def find_charge(code: str, subject_id: UUID) -> Charge | None:
    """The charge already made for this subject."""
    return db.session.scalar(select(Charge).where(Charge.code == code, Charge.subject_id == subject_id))


def get_account_of_application(application_id: UUID) -> CompanyAccount:
    """The company ID that pays for an application: the one it opened, else the company's oldest.

    Raises:
        NoCompanyAccountError: the company has none (yet).
    """
    company_id = select(Application.company_id).where(Application.id == application_id).scalar_subquery()
    account = db.session.scalar(
        select(CompanyAccount)
        .where(CompanyAccount.company_id == company_id)
        .order_by(CompanyAccount.application_id != application_id, CompanyAccount.created_at, CompanyAccount.id)
        .limit(1)
    )
    if account is None:
        raise NoCompanyAccountError(application_id)
    return account


def was_token_reported(applicant_id: UUID, *, before: datetime) -> bool:
    """Whether a token of this holder was reported lost or damaged before this moment."""
    reported = (
        select(TokenEvent.id)
        .join(Token, Token.id == TokenEvent.token_id)
        .where(Token.applicant_id == applicant_id, TokenEvent.at < before, TokenEvent.detail.has_key("circumstance"))
    )
    return bool(db.session.scalar(select(reported.exists())))


def is_first_user_id(customer: Customer) -> bool:
    """Whether no user ID of the same company ID is older."""
    older = select(func.count()).where(
        Customer.company_account_id == customer.company_account_id,
        Customer.kind == CustomerKind.USER_ID,
        Customer.sequence < customer.sequence,
    )
    return db.session.scalar(older) == 0


def list_open_charges(company_account_id: UUID, period_from: date, period_to: date) -> Sequence[Charge]:
    """The charges of a period that no invoice has yet, in the order of an invoice."""
    return db.session.scalars(_open_charges(company_account_id, period_from, period_to)).all()


def list_open_charges_for_update(company_account_id: UUID, period_from: date, period_to: date) -> Sequence[Charge]:
    """The same, locked. Who waits here for another person's invoice finds nothing left afterwards."""
    return db.session.scalars(_open_charges(company_account_id, period_from, period_to).with_for_update()).all()


def _open_charges(company_account_id: UUID, period_from: date, period_to: date) -> Select[Charge]:
    return (
        select(Charge)
        .where(
            Charge.company_account_id == company_account_id,
            Charge.invoice_id.is_(None),
            Charge.occurred_on.between(period_from, period_to),
        )
        .order_by(Charge.occurred_on, Charge.id)
    )


def list_open_accounts() -> list[OpenAccount]:
    """Every company ID with open charges, the longest waiting first."""
    rows = db.session.execute(
        select(
            Charge.company_account_id,
            Customer.login_id,
            Company.name,
            CompanyAccount.department,
            func.count(),
            func.sum(Charge.amount),
            func.min(Charge.occurred_on),
            func.max(Charge.occurred_on),
        )
        .join(CompanyAccount, CompanyAccount.id == Charge.company_account_id)
        .join(Company, Company.id == CompanyAccount.company_id)
        .join(Customer, (Customer.company_account_id == CompanyAccount.id) & (Customer.kind == CustomerKind.COMPANY_ID))
        .where(Charge.invoice_id.is_(None))
        .group_by(Charge.company_account_id, Customer.login_id, Company.name, CompanyAccount.department)
        .order_by(func.min(Charge.occurred_on), Customer.login_id)
    )
    return [OpenAccount(*row) for row in rows]


def get_account(company_account_id: UUID) -> CompanyAccount:
    """A company account.

    Raises:
        NotFoundError: there is none with this key.
    """
    account = db.session.get(CompanyAccount, company_account_id)
    if account is None:
        raise NotFoundError("company-account")
    return account


def get_company_login(company_account_id: UUID) -> str:
    """The 企業ID as the customer knows it, e.g. C10000001."""
    return db.session.scalars(
        select(Customer.login_id).where(
            Customer.company_account_id == company_account_id, Customer.kind == CustomerKind.COMPANY_ID
        )
    ).one()


def find_billing_contact(company_id: UUID) -> ContactPerson | None:
    """The 請求担当者 of form 4."""
    return db.session.scalar(
        select(ContactPerson).where(ContactPerson.company_id == company_id, ContactPerson.role == ContactRole.BILLING)
    )


def get_invoice(invoice_id: UUID) -> Invoice:
    """An invoice.

    Raises:
        NotFoundError: there is none with this key.
    """
    invoice = db.session.get(Invoice, invoice_id)
    if invoice is None:
        raise NotFoundError("invoice")
    return invoice


def get_invoice_of(company_account_id: UUID, invoice_id: UUID) -> Invoice:
    """An invoice of this company ID.

    Raises:
        NotFoundError: there is none with this key, or it is another company's: the caller cannot tell which.
    """
    invoice = get_invoice(invoice_id)
    if invoice.company_account_id != company_account_id:
        raise NotFoundError("invoice")
    return invoice


def list_invoices_of(company_account_id: UUID) -> Sequence[Invoice]:
    """The invoices of a company ID, the newest first."""
    return db.session.scalars(
        select(Invoice)
        .where(Invoice.company_account_id == company_account_id)
        .order_by(Invoice.year.desc(), Invoice.sequence.desc())
    ).all()


def list_unpaid_invoices_of_company(company_id: UUID, *, without_change: UUID) -> Sequence[Invoice]:
    """The company's invoices that are not paid and were not readdressed for this change, the oldest first."""
    done = select(InvoiceAddressee.invoice_id).where(InvoiceAddressee.application_id == without_change)
    return db.session.scalars(
        select(Invoice)
        .join(CompanyAccount, CompanyAccount.id == Invoice.company_account_id)
        .where(CompanyAccount.company_id == company_id, Invoice.status != InvoiceStatus.PAID, Invoice.id.not_in(done))
        .order_by(Invoice.year, Invoice.sequence)
    ).all()


def latest_recipient(invoice: Invoice) -> dict[str, Any]:
    """Whom an invoice goes to now: the newest addressee, else the one printed on it."""
    row = db.session.scalar(
        select(InvoiceAddressee)
        .where(InvoiceAddressee.invoice_id == invoice.id)
        .order_by(InvoiceAddressee.created_at.desc(), InvoiceAddressee.id)
        .limit(1)
    )
    return row.recipient if row else invoice.recipient


def lines_of_invoice(invoice: Invoice) -> list[InvoiceLine]:
    """The lines of an issued invoice, as they stand in its PDF."""
    return lines_of(invoice.charges)


def last_sequence(year: int) -> int:
    """The last number given in a year; 0 if none. Ask only under the lock of the number series."""
    return db.session.scalar(select(func.max(Invoice.sequence)).where(Invoice.year == year)) or 0
