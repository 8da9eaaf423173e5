"""Opening the company ID and the user IDs of an approved application."""

from datetime import datetime
from uuid import UUID, uuid4

from app import audit
from app.accounts import queries
from app.accounts.errors import NotApprovedError
from app.accounts.services.opening_steps import announce, new_customer, open_user_id
from app.accounts.services.password_link import PreparedLink, prepare_link
from app.core.actor import SYSTEM
from app.core.db import db
from app.core.transaction import transaction
from models.accounts import CompanyAccount, Customer
from models.applications import Application
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
                opened.append(open_user_id(account, applicant, contact, links, now))
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
    customer = new_customer(account, CustomerKind.COMPANY_ID, application.company.name, contact.email, now)
    return announce(customer, {contact.email}, links, now)
