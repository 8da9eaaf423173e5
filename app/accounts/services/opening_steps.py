"""Inner steps of opening IDs; each runs in the caller's transaction."""

from datetime import datetime
from uuid import uuid4

from app import audit, jobs
from app.accounts import queries
from app.accounts.rules.links import format_login_id
from app.accounts.services.password_link import PreparedLink, store_link
from app.core.actor import SYSTEM
from app.core.db import db
from app.core.errors import NotFoundError
from app.core.transaction import require_transaction
from models.accounts import CompanyAccount, Customer
from models.applications import Applicant
from models.companies import ContactPerson
from models.enums import CustomerKind


def open_user_id(
    account: CompanyAccount,
    applicant: Applicant,
    contact: ContactPerson,
    links: list[PreparedLink],
    now: datetime,
) -> Customer:
    """Open the user ID of a form 6; its links go to the applicant and to the contact person.

    Raises:
        NotFoundError: the applicant has no e-mail address.
    """
    require_transaction()
    own = applicant.user_id_email or applicant.email
    if not own:
        raise NotFoundError("user-id-email", applicant=applicant.number)
    customer = new_customer(account, CustomerKind.USER_ID, applicant.name, own, now)
    customer.applicant_id = applicant.id
    return announce(customer, {own, contact.email}, links, now)


def new_customer(account: CompanyAccount, kind: CustomerKind, name: str, email: str, now: datetime) -> Customer:
    """A new ID with the next number."""
    sequence = queries.next_sequence()
    customer = Customer(
        id=uuid4(),
        sequence=sequence,
        login_id=format_login_id(kind, sequence),
        kind=kind,
        company_account_id=account.id,
        name=name,
        email=email,
        fs_uniquifier=uuid4().hex,
        created_at=now,
    )
    db.session.add(customer)
    return customer


def announce(customer: Customer, recipients: set[str], links: list[PreparedLink], now: datetime) -> Customer:
    """Promise its one-time links, one for each recipient, and its charge."""
    db.session.flush()  # the links refer to it
    for recipient in sorted(recipients):
        store_link(links.pop(), customer, recipient, now)
    audit.record(
        "customer:open",
        subject_type="customer",
        subject_id=customer.id,
        actor=SYSTEM,
        detail={"login_id": customer.login_id, "kind": customer.kind, "links": len(recipients)},
    )
    jobs.defer("app.billing.jobs.charge_account", customer.id)
    return customer
