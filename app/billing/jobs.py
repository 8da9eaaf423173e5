"""What other features promise billing. Each is safe to run twice; one that finds no price is tried again."""

from uuid import UUID

from app.billing.services import charge_account as account
from app.billing.services import charge_certificate as certificate
from app.billing.services import charge_token as token


def charge_account(subject_id: str) -> None:
    """Charge for the company ID or user ID with this customer id."""
    account.charge_account(UUID(subject_id))


def charge_token(subject_id: str) -> None:
    """Charge for the eToken in the mail piece with this id."""
    token.charge_token(UUID(subject_id))


def charge_certificate(subject_id: str) -> None:
    """Charge for the certificate with this id."""
    certificate.charge_certificate(UUID(subject_id))
