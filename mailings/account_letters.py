"""Letters about a company's IDs and invoices, read from the tables of accounts, registration and billing."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from app.core.clock import day_in_tokyo
from app.core.db import db
from app.core.errors import NotFoundError
from mailings.letters import account_letters, layout
from mailings.letters.approval_notice import Sender
from mailings.letters.texts import Texts
from models.accounts import CompanyAccount
from models.billing import Invoice, InvoiceAddressee
from models.companies import Company, ContactPerson
from models.enums import ContactRole, CustomerKind
from models.mail_pieces import MailPiece


def get_account(account_id: UUID) -> CompanyAccount:
    """A company ID with its company and user IDs. Raises NotFoundError."""
    found = db.session.scalars(
        select(CompanyAccount)
        .where(CompanyAccount.id == account_id)
        .options(joinedload(CompanyAccount.company), selectinload(CompanyAccount.customers))
    ).first()
    if found is None:
        raise NotFoundError("company account")
    return found


def get_invoice(invoice_id: UUID) -> Invoice:
    """An invoice. Raises NotFoundError."""
    found = db.session.get(Invoice, invoice_id)
    if found is None:
        raise NotFoundError("invoice")
    return found


def document(piece: MailPiece, sender: Sender, texts: Texts) -> layout.Document:
    """What stands on an ID notice or on the cover of an invoice."""
    if piece.account_id is not None:
        return account_letters.compose_id_notice(_id_notice(piece, get_account(piece.account_id)), sender, texts)
    assert piece.invoice_id is not None
    return account_letters.compose_invoice_cover(_cover(piece, get_invoice(piece.invoice_id)), sender, texts)


def addressee_of(piece: MailPiece) -> layout.Addressee:
    """Where an ID notice or an invoice goes."""
    if piece.account_id is not None:
        return contact_of(get_account(piece.account_id))
    assert piece.invoice_id is not None
    return billing_contact_of(get_invoice(piece.invoice_id))


def addressees_of(pieces: list[MailPiece]) -> dict[UUID, layout.Addressee]:
    """Where each ID notice and each invoice goes, by the piece's key; a fixed number of queries."""
    accounts = _contacts({piece.account_id for piece in pieces if piece.account_id})
    invoices = _billing_contacts({piece.invoice_id for piece in pieces if piece.invoice_id})
    found = {}
    for piece in pieces:
        if piece.account_id is not None:
            found[piece.id] = accounts[piece.account_id]
        elif piece.invoice_id is not None:
            found[piece.id] = invoices[piece.invoice_id]
    return found


def contact_of(account: CompanyAccount) -> layout.Addressee:
    """The contact person of form 4, else the company as such, at the contact's address or the head office."""
    return _contacts({account.id})[account.id]


def billing_contact_of(invoice: Invoice) -> layout.Addressee:
    """Whom an invoice goes to: as on the day of issue, or after the last approved change."""
    return _billing_contacts({invoice.id})[invoice.id]


def _contacts(account_ids: set[UUID]) -> dict[UUID, layout.Addressee]:
    if not account_ids:
        return {}
    is_contact = (ContactPerson.company_id == Company.id) & (ContactPerson.role == ContactRole.CONTACT)
    rows = db.session.execute(
        select(CompanyAccount.id, CompanyAccount.department, Company, ContactPerson)
        .join(Company, Company.id == CompanyAccount.company_id)
        .outerjoin(ContactPerson, is_contact)
        .where(CompanyAccount.id.in_(account_ids))
    )
    return {key: _contact(department, company, person) for key, department, company, person in rows}


def _contact(department: str, company: Company, person: ContactPerson | None) -> layout.Addressee:
    if person is None:
        return layout.Addressee(company.name, department, "", company.postal_code, company.address)
    at_contact = bool(person.address)
    return layout.Addressee(
        company.name,
        person.department or department,
        person.name,
        person.postal_code if at_contact else company.postal_code,
        person.address if at_contact else company.address,
    )


def _billing_contacts(invoice_ids: set[UUID]) -> dict[UUID, layout.Addressee]:
    if not invoice_ids:
        return {}
    issued = db.session.execute(select(Invoice.id, Invoice.recipient).where(Invoice.id.in_(invoice_ids))).all()
    newer = db.session.execute(
        select(InvoiceAddressee.invoice_id, InvoiceAddressee.recipient)
        .where(InvoiceAddressee.invoice_id.in_(invoice_ids))
        .order_by(InvoiceAddressee.created_at, InvoiceAddressee.id.desc())  # the last of each is what remains
    ).all()
    latest: dict[UUID, dict[str, Any]] = {row[0]: row[1] for row in (*issued, *newer)}
    names = ("company_name", "department", "contact_name", "postal_code", "address")
    return {key: layout.Addressee(*(to.get(name, "") for name in names)) for key, to in latest.items()}


def _id_notice(piece: MailPiece, account: CompanyAccount) -> account_letters.IdNotice:
    own = [each for each in account.customers if each.active]
    return account_letters.IdNotice(
        piece=piece.number,
        day=day_in_tokyo(piece.created_at),
        addressee=contact_of(account),
        company=account.company.name,
        login_id=next((each.login_id for each in own if each.kind is CustomerKind.COMPANY_ID), ""),
        user_ids=tuple((each.login_id, each.name) for each in own if each.kind is CustomerKind.USER_ID),
    )


def _cover(piece: MailPiece, invoice: Invoice) -> account_letters.InvoiceCover:
    return account_letters.InvoiceCover(
        piece=piece.number,
        day=day_in_tokyo(piece.created_at),
        addressee=billing_contact_of(invoice),
        company=invoice.recipient.get("company_name", ""),
        login_id=invoice.recipient.get("login_id", ""),
        number=invoice.number,
        issued_on=invoice.issued_on,
        period=(invoice.period_from, invoice.period_to),
        total=invoice.total,
        due_on=invoice.due_on,
    )
