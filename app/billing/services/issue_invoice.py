"""Issuing an invoice."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import func, select

from app import audit, jobs, storage
from app.billing import queries
from app.billing.documents.invoice import render
from app.billing.documents.values import InvoiceDocument, Issuer, Recipient
from app.billing.errors import (
    ChargesChangedError,
    NoBillingContactError,
    NothingToInvoiceError,
)
from app.billing.rules.charges import invoice_number, lines_of, payment_due_on
from app.billing.rules.tax import Rounding, TaxLine, invoice_totals
from app.core import clock
from app.core.actor import Actor
from app.core.db import db
from app.core.transaction import require_transaction, transaction
from models.accounts import CompanyAccount
from models.billing import Charge, Invoice

NUMBER_LOCK = 0x494E564F  # "INVO": held until the transaction ends, so that no number is skipped


@dataclass(frozen=True, slots=True)
class Period:
    """The days whose charges an invoice takes, both included."""

    first: date
    last: date


def issue_invoice(
    company_account_id: UUID,
    period: Period,
    *,
    expected_net: int,
    issuer: Issuer,
    rounding: Rounding,
    actor: Actor,
    now: datetime,
) -> UUID:
    """Put all open charges of a company ID in a period on one qualified invoice (消費税法57条の4第1項).

    The number, the charges' mark and the PDF come into being together or not at all, so the numbers of a year have no
    gap. An issued invoice never changes; a correction is a new document.

    Args:
        company_account_id: who is charged.
        period: the days.
        expected_net: sum without tax that the person looked at, in yen.
        issuer: who issues, with the registration number.
        rounding: how the tax of each rate is rounded, once per rate (消費税法施行令70条の10).
        actor: who decided.
        now: the present moment; its day in Japan is the day of issue.

    Returns:
        the invoice's id.

    Raises:
        NothingToInvoiceError: no open charge in the period; somebody else may have been quicker.
        ChargesChangedError: the open charges are not those that the person looked at.
        NoBillingContactError: form 4 names no billing contact.
        MissingGlyphError: a name has a character that no font has.
    """
    with transaction():
        charges = queries.list_open_charges_for_update(company_account_id, period.first, period.last)
        if not charges:
            raise NothingToInvoiceError
        found = sum(charge.amount for charge in charges)
        if found != expected_net:
            raise ChargesChangedError(expected_net, found)
        recipient = recipient_of(queries.get_account(company_account_id))

        issued_on = clock.day_in_tokyo(now)
        sequence = _take_number(issued_on.year)
        lines = lines_of(charges)
        document = InvoiceDocument(
            number=invoice_number(issued_on.year, sequence),
            issued_on=issued_on,
            due_on=payment_due_on(issued_on),
            period_from=period.first,
            period_to=period.last,
            issuer=issuer,
            recipient=recipient,
            lines=lines,
            totals=invoice_totals([TaxLine(line.amount, line.tax_percent) for line in lines], rounding),
            rounding=rounding,
        )
        invoice = _store(document, company_account_id, charges)
        audit.record(
            "invoice:issue",
            subject_type="invoice",
            subject_id=invoice.id,
            actor=actor,
            detail={"number": invoice.number, "total": invoice.total, "pdf": invoice.pdf_sha256},
        )
        jobs.defer("mailings.jobs.email_invoice", invoice.id)
        return invoice.id


def recipient_of(account: CompanyAccount) -> Recipient:
    """Who an invoice is addressed to: the company, care of the billing contact of form 4.

    Raises:
        NoBillingContactError: form 4 names none.
    """
    company = account.company
    contact = queries.find_billing_contact(company.id)
    if contact is None:
        raise NoBillingContactError(company.name)
    return Recipient(
        login_id=queries.get_company_login(account.id),
        company_name=company.name,
        postal_code=contact.postal_code or company.postal_code,
        address=contact.address or company.address,
        department=contact.department or account.department,
        contact_name=contact.name,
        email=contact.email,
    )


def _take_number(year: int) -> int:
    require_transaction()
    db.session.execute(select(func.pg_advisory_xact_lock(NUMBER_LOCK, year)))
    return queries.last_sequence(year) + 1


def _store(document: InvoiceDocument, company_account_id: UUID, charges: Sequence[Charge]) -> Invoice:
    totals = document.totals
    year, sequence = (int(part) for part in document.number.split("-")[1:])
    invoice = Invoice(
        id=uuid4(),
        number=document.number,
        year=year,
        sequence=sequence,
        company_account_id=company_account_id,
        period_from=document.period_from,
        period_to=document.period_to,
        issued_on=document.issued_on,
        due_on=document.due_on,
        recipient=document.recipient.as_json(),
        net=totals.net,
        tax=totals.tax,
        total=totals.total,
        totals_by_rate=[asdict(rate) for rate in totals.by_rate],
        pdf_sha256=storage.put(render(document), "application/pdf"),
    )
    db.session.add(invoice)
    db.session.flush()
    for charge in charges:
        charge.invoice_id = invoice.id
    return invoice
