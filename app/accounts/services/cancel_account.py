"""The company cancelled: its company ID and all its user IDs are closed."""

from datetime import datetime
from uuid import UUID, uuid4

from app import audit
from app.accounts import queries
from app.accounts.errors import NotApprovedError
from app.core.actor import SYSTEM
from app.core.db import db
from app.core.transaction import transaction
from models.accounts import CompanyAccount, Customer
from models.enums import AccountStatus, ApplicationStatus, ChangeItem


def cancel_account(application_id: UUID, *, now: datetime) -> int:
    """Close what the company had when its cancellation was approved. Safe to run twice, and late.

    From then on nobody signs in: every session ends with the changed `fs_uniquifier`, and links no longer work. An
    account that the company opened by a later application stays.

    Returns:
        how many accounts were closed by this run.

    Raises:
        NotFoundError: no such application.
        NotApprovedError: it is no approved cancellation.
    """
    with transaction():
        application = queries.get_application_for_update(application_id)
        approved_at = application.approved_at
        is_cancellation = ChangeItem.CANCELLATION.value in application.change_items
        if application.status is not ApplicationStatus.APPROVED or approved_at is None or not is_cancellation:
            raise NotApprovedError("not-approved")
        accounts = queries.list_open_accounts_for_update(application.company_id, opened_until=approved_at)
        for account in accounts:
            _close(account, application.number, now)
        return len(accounts)


def _close(account: CompanyAccount, number: str, now: datetime) -> None:
    account.status = AccountStatus.CANCELLED
    for customer in account.customers:
        _close_customer(customer, now)
    db.session.flush()
    audit.record(
        "account:cancel",
        subject_type="company_account",
        subject_id=account.id,
        actor=SYSTEM,
        detail={"application": number, "ids": [customer.login_id for customer in account.customers]},
    )


def _close_customer(customer: Customer, now: datetime) -> None:
    customer.active = False
    customer.fs_uniquifier = uuid4().hex
    for link in queries.list_open_links(customer.id, now):
        link.expires_at = now
        link.sealed_value = None
