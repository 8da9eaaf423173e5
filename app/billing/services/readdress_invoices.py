"""A company moved, has another name or another billing contact: what it still has to pay goes to the right person."""

from datetime import datetime
from uuid import UUID

from app import audit, jobs
from app.billing import queries
from app.billing.errors import NoApprovedChangeError
from app.billing.services.issue_invoice import recipient_of
from app.core.actor import SYSTEM
from app.core.db import db
from app.core.transaction import transaction
from models.applications import Application
from models.billing import Invoice, InvoiceAddressee


def readdress_invoices(application_id: UUID, *, now: datetime) -> int:
    """Write a new addressee beside every unpaid invoice of the company, and promise the e-mail to it.

    The issued invoice stays as it is (電子帳簿保存法施行規則4条1項3号); charges that no invoice has yet are addressed when
    theirs is issued. Safe to run twice: one addressee for each invoice and change.

    Returns:
        how many invoices got a new addressee by this run.

    Raises:
        NoApprovedChangeError: there is no approved application with this key.
        NoBillingContactError: the company has no billing contact; tried again until it has one.
    """
    with transaction():
        change = db.session.get(Application, application_id, with_for_update=True)
        if change is None or change.approved_at is None:
            raise NoApprovedChangeError(application_id)
        invoices = queries.list_unpaid_invoices_of_company(change.company_id, without_change=application_id)
        return sum(_readdress(invoice, change, now) for invoice in invoices)


def _readdress(invoice: Invoice, change: Application, now: datetime) -> bool:
    recipient = recipient_of(queries.get_account(invoice.company_account_id)).as_json()
    if recipient == queries.latest_recipient(invoice):
        return False
    row = InvoiceAddressee(invoice_id=invoice.id, application_id=change.id, recipient=recipient, created_at=now)
    db.session.add(row)
    db.session.flush()
    audit.record(
        "invoice:readdress",
        subject_type="invoice",
        subject_id=invoice.id,
        actor=SYSTEM,
        detail={"number": invoice.number, "application": change.number, "to": recipient["company_name"]},
    )
    jobs.defer("mailings.jobs.email_invoice_readdressed", row.id)
    return True
