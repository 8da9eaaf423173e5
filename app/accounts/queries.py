"""Reading accounts."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.orm import joinedload

from app.core.db import db
from app.core.errors import NotFoundError
from models.accounts import CompanyAccount, Customer, PasswordLink
from models.applications import Applicant, Application
from models.companies import ContactPerson
from models.enums import AccountStatus, ContactRole, CustomerKind


def get_application_for_update(application_id: UUID) -> Application:
    """The application, locked, so that its IDs are opened once.

    Raises:
        NotFoundError: there is none.
    """
    application = db.session.get(Application, application_id, with_for_update=True)
    if application is None:
        raise NotFoundError("application")
    return application


def get_contact(company_id: UUID) -> ContactPerson:
    """The contact person of form 4.

    Raises:
        NotFoundError: the company has none yet.
    """
    contact = db.session.scalar(
        select(ContactPerson).where(ContactPerson.company_id == company_id, ContactPerson.role == ContactRole.CONTACT)
    )
    if contact is None:
        raise NotFoundError("contact-person")
    return contact


def list_user_id_applicants(application_id: UUID) -> list[Applicant]:
    """Who asks for a user ID (form 6), in the order of the application."""
    return list(
        db.session.scalars(
            select(Applicant)
            .where(Applicant.application_id == application_id, Applicant.wants_user_id)
            .order_by(Applicant.position, Applicant.id)
        )
    )


def find_open_account(company_id: UUID) -> CompanyAccount | None:
    """The company's open account, locked; the oldest if departments have their own."""
    return db.session.scalar(
        select(CompanyAccount)
        .where(CompanyAccount.company_id == company_id, CompanyAccount.status == AccountStatus.OPEN)
        .order_by(CompanyAccount.created_at, CompanyAccount.id)
        .limit(1)
        .with_for_update()
    )


def list_open_accounts_for_update(company_id: UUID, *, opened_until: datetime) -> list[CompanyAccount]:
    """The company's open accounts that were there at a moment, locked."""
    return list(
        db.session.scalars(
            select(CompanyAccount)
            .where(
                CompanyAccount.company_id == company_id,
                CompanyAccount.status == AccountStatus.OPEN,
                CompanyAccount.created_at <= opened_until,
            )
            .order_by(CompanyAccount.id)
            .with_for_update()
        )
    )


def find_customer_of(applicant_id: UUID) -> Customer | None:
    """The user ID that was opened for an applicant."""
    return db.session.scalar(select(Customer).where(Customer.applicant_id == applicant_id))


def next_sequence() -> int:
    """The next number of a login ID, whoever gets it."""
    statement = text("SELECT nextval(pg_get_serial_sequence('customer', 'sequence'))")
    return int(db.session.execute(statement).scalar_one())


def find_customer_by_login_id(login_id: str) -> Customer | None:
    """The customer with this login ID, however it was typed."""
    return db.session.scalar(select(Customer).where(Customer.login_id == login_id.strip().upper()))


def find_link(token_sha256: str) -> PasswordLink | None:
    """The link with this token, and its customer."""
    return db.session.scalar(
        select(PasswordLink).where(PasswordLink.token_sha256 == token_sha256).options(joinedload(PasswordLink.customer))
    )


def find_link_for_update(token_sha256: str) -> PasswordLink | None:
    """The link with this token, locked."""
    return db.session.scalar(select(PasswordLink).where(PasswordLink.token_sha256 == token_sha256).with_for_update())


def count_links_since(customer_id: UUID, moment: datetime) -> int:
    """How many links were made for this customer from a moment on."""
    counted = select(func.count()).where(PasswordLink.customer_id == customer_id, PasswordLink.created_at >= moment)
    return db.session.scalar(counted) or 0


def list_open_links(customer_id: UUID, now: datetime) -> list[PasswordLink]:
    """Links of this customer that still work."""
    return list(
        db.session.scalars(
            select(PasswordLink)
            .where(
                PasswordLink.customer_id == customer_id,
                PasswordLink.used_at.is_(None),
                PasswordLink.expires_at > now,
            )
            .order_by(PasswordLink.created_at, PasswordLink.id)
        )
    )


def list_user_ids(account_id: UUID) -> list[Customer]:
    """The user IDs of a company account, by login ID."""
    return list(
        db.session.scalars(
            select(Customer)
            .where(Customer.company_account_id == account_id, Customer.kind == CustomerKind.USER_ID)
            .order_by(Customer.login_id)
        )
    )
