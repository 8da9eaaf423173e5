"""Which e-mail about what: each reads its owner's rows and sends what they say."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app import signer
from app.core.clock import to_tokyo
from app.core.db import db
from app.core.transaction import transaction
from app.jobs import defer
from mailings.services.send_email import has_gone, send_email
from models.accounts import CompanyAccount, Customer, PasswordLink
from models.applications import Applicant
from models.billing import Invoice, InvoiceAddressee
from models.certificates import Certificate
from models.contracts import Contract, ContractParty, ContractRevision
from models.enums import CustomerKind
from models.pin_secrets import PinSecret


def email_login(link_id: UUID, *, site: str, now: datetime) -> None:
    """ID and one-time password link, to the contact person and to the user-ID applicant."""
    link = db.session.scalars(
        select(PasswordLink).where(PasswordLink.id == link_id).options(joinedload(PasswordLink.customer))
    ).one()
    customer = link.customer
    values = {
        "name": customer.name,
        "login_id": customer.login_id,
        "kind": "企業ID" if customer.kind is CustomerKind.COMPANY_ID else "ユーザID",
    }
    recipient, sealed, context = link.recipient, link.sealed_value, link.seal_context
    db.session.rollback()
    if sealed is None:
        return  # it has gone
    send_email(
        "login",
        link_id,
        recipient,
        values,
        now=now,
        open_secret=lambda: f"{site}/set-password/{signer.current().unwrap(sealed, context).decode()}",
    )
    if has_gone("login", link_id, recipient):
        _promise("app.accounts.jobs.forget_password_link", link_id)


def email_download_pin(pin_id: UUID, *, format_pin: Callable[[str], str], now: datetime) -> None:
    """The ダウンロードPIN, to the address of the sealed form 5 and nowhere else."""
    secret = db.session.get_one(PinSecret, pin_id)
    applicant = db.session.get_one(Applicant, secret.applicant_id)
    sealed, context, recipient = secret.sealed_value, applicant.id.bytes, applicant.email
    values = {"name": applicant.name, "application_number": applicant.number}
    db.session.rollback()
    if sealed is None:
        return  # it has gone, or was replaced by a newer one
    send_email(
        "download_pin",
        pin_id,
        recipient,
        values,
        now=now,
        open_secret=lambda: format_pin(signer.current().unwrap(sealed, context).decode()),
    )
    if has_gone("download_pin", pin_id, recipient):  # what was given up is kept, sealed, to be sent again
        _promise("issuance.jobs.forget_download_pin", pin_id)


def email_certificate_issued(certificate_id: UUID, *, now: datetime) -> None:
    """The certificate is there."""
    certificate = db.session.get_one(Certificate, certificate_id)
    applicant = db.session.get_one(Applicant, certificate.applicant_id)
    assert certificate.not_before is not None
    assert certificate.not_after is not None
    values = {
        "name": applicant.name,
        "serial": certificate.serial,
        "not_before": f"{to_tokyo(certificate.not_before):%Y-%m-%d}",
        "not_after": f"{to_tokyo(certificate.not_after):%Y-%m-%d}",
    }
    recipient = applicant.email
    db.session.rollback()
    send_email("certificate_issued", certificate_id, recipient, values, now=now)


def email_contract_turn(party_id: UUID, *, now: datetime) -> None:
    """It is this party's turn to sign."""
    party = db.session.get_one(ContractParty, party_id)
    contract = party.contract
    sender = db.session.get_one(Customer, contract.sender_id)
    values = {
        "name": party.customer.name,
        "sender_company": sender.company_account.company.name,
        **_contract_values(contract),
    }
    recipient = party.customer.email
    db.session.rollback()
    send_email("contract_turn", party_id, recipient, values, now=now)


def email_contract_completed(contract_id: UUID, *, now: datetime) -> None:
    """Everybody has signed: each party is told the original's hash."""
    contract = db.session.get_one(Contract, contract_id)
    parties = [(party.customer.email, {"name": party.customer.name}) for party in contract.parties]
    values = _contract_values(contract)
    db.session.rollback()
    for recipient, own in parties:
        send_email("contract_completed", contract_id, recipient, {**own, **values}, now=now)


def email_invoice(invoice_id: UUID, *, now: datetime) -> None:
    """The invoice is there, to the billing contact of form 4."""
    invoice = db.session.get_one(Invoice, invoice_id)
    recipient = invoice.recipient.get("email") or _company_address(invoice.company_account_id)
    values = {
        "name": invoice.recipient.get("contact_name") or invoice.recipient.get("company_name", ""),
        "number": invoice.number,
        "total": f"{invoice.total:,}円",
        "due_on": invoice.due_on.isoformat(),
    }
    db.session.rollback()
    if recipient:
        send_email("invoice", invoice_id, recipient, values, now=now)
    else:
        _promise("mailings.jobs.prepare_invoice_letter", invoice_id)  # nobody to write to: it goes on paper


def email_invoice_readdressed(addressee_id: UUID, *, now: datetime) -> None:
    """An open invoice goes to another billing contact from now on."""
    row = db.session.get_one(InvoiceAddressee, addressee_id)
    invoice = row.invoice
    values = {
        "name": row.recipient.get("contact_name", ""),
        "company": row.recipient.get("company_name", ""),
        "number": invoice.number,
        "total": f"{invoice.total:,}円",
        "due_on": invoice.due_on.isoformat(),
    }
    recipient = row.recipient.get("email", "")
    db.session.rollback()
    if recipient:
        send_email("invoice_readdressed", addressee_id, recipient, values, now=now)


def _company_address(account_id: UUID) -> str:
    account = db.session.get_one(CompanyAccount, account_id)
    return next((each.email for each in account.customers if each.kind is CustomerKind.COMPANY_ID), "")


def _contract_values(contract: Contract) -> dict[str, str]:
    latest = db.session.scalars(
        select(ContractRevision)
        .where(ContractRevision.contract_id == contract.id)
        .order_by(ContractRevision.number.desc())
        .limit(1)
    ).first()
    return {"number": contract.number, "title": contract.title, "sha256": latest.sha256 if latest else "-"}


def _promise(job: str, subject_id: UUID) -> None:
    with transaction():
        defer(job, subject_id)
