"""What other features promise accounts. Each is safe to run twice."""

from uuid import UUID

from app.accounts.services.cancel_account import cancel_account as cancel
from app.accounts.services.forget_password_link import forget_password_link as forget
from app.accounts.services.open_accounts import open_accounts as open_them
from app.accounts.services.open_further_user_ids import open_further_user_ids as open_further
from app.core import clock


def open_accounts(subject_id: str) -> None:
    """Open company ID and user IDs of the approved application with this id."""
    open_them(UUID(subject_id), now=clock.now())


def forget_password_link(subject_id: str) -> None:
    """The e-mail with the password link of this id has gone."""
    forget(UUID(subject_id))


def open_further_user_ids(subject_id: str) -> None:
    """Open the user IDs of the approved change with this application id."""
    open_further(UUID(subject_id), now=clock.now())


def cancel_account(subject_id: str) -> None:
    """Close the accounts of the company whose cancellation has this application id."""
    cancel(UUID(subject_id), now=clock.now())
