"""Opening the company ID and the user IDs of an approved application."""

from datetime import datetime
from uuid import UUID, uuid4

from app import audit, jobs
from app.accounts import queries
from app.accounts.errors import NotApprovedError
from app.accounts.rules.links import format_login_id
from app.accounts.services.password_link import PreparedLink, prepare_link, store_link
from app.core.actor import SYSTEM
from app.core.db import db
from app.core.errors import NotFoundError
from app.core.transaction import transaction
from models.accounts import CompanyAccount, Customer
from models.applications import Applicant, Application
from models.companies import ContactPerson
from models.enums import ApplicationStatus, CustomerKind, Service

SERVICES_WITH_IDS = frozenset({Service.CONTRACT, Service.STORAGE})


def open_accounts(application_id: UUID, *, now: datetime) -> list[UUID]:
    """Open what the application asks for: a company ID, unless the company has one, and a user ID per form 6.

    Each ID gets one-time password links by e-mail: the company ID's goes to the contact person (form 4), a user ID's
    to the contact person and to the user-ID applicant (form 6). Safe to run twice: what is open stays as it is.

    Args:
        application_id: an approved application.
        now: the present moment.

    Returns:
        keys of the customers that were opened by this run.

    Raises:
        NotFoundError: no such application, or no contact person.
        NotApprovedError: the application is not approved.
        SignerUnavailableError: the signing process is away; nothing was opened.
    """
    links = [prepare_link() for _ in range(1 + 2 * _applicants(application_id))]
    opened: list[Customer] = []
    with transaction():
        application = queries.get_application_for_update(application_id)
        if application.status is not ApplicationStatus.APPROVED:
            raise NotApprovedError("not-approved")
        if not SERVICES_WITH_IDS & set(application.services):
            return []
        contact = queries.get_contact(application.company_id)
        account = queries.find_open_account(application.company_id)
        if account is None:
            account = _open_account(application)
            opened.append(_open_company_id(account, application, contact, links, now))
        for applicant in queries.list_user_id_applicants(application.id):
            if queries.find_customer_of(applicant.id) is None:
                opened.append(_open_user_id(account, applicant, contact, links, now))
        return [customer.id for customer in opened]


def _applicants(application_id: UUID) -> int:
    return len(queries.list_user_id_applicants(application_id))


def _open_account(application: Application) -> CompanyAccount:
    account = CompanyAccount(id=uuid4(), company_id=application.company_id, application_id=application.id)
    db.session.add(account)
    db.session.flush()  # its key is referred to by audit and customers
    audit.record(
        "account:open",
        subject_type="company_account",
        subject_id=account.id,
        actor=SYSTEM,
        detail={"application": application.number},
    )
    return account


def _open_company_id(
    account: CompanyAccount,
    application: Application,
    contact: ContactPerson,
    links: list[PreparedLink],
    now: datetime,
) -> Customer:
    customer = _new_customer(account, CustomerKind.COMPANY_ID, application.company.name, contact.email, now)
    return _announce(customer, {contact.email}, links, now)


def _open_user_id(
    account: CompanyAccount,
    applicant: Applicant,
    contact: ContactPerson,
    links: list[PreparedLink],
    now: datetime,
) -> Customer:
    own = applicant.user_id_email or applicant.email
    if not own:
        raise NotFoundError("user-id-email", applicant=applicant.number)
    customer = _new_customer(account, CustomerKind.USER_ID, applicant.name, own, now)
    customer.applicant_id = applicant.id
    return _announce(customer, {own, contact.email}, links, now)


def _new_customer(account: CompanyAccount, kind: CustomerKind, name: str, email: str, now: datetime) -> Customer:
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


def _announce(customer: Customer, recipients: set[str], links: list[PreparedLink], now: datetime) -> Customer:
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
