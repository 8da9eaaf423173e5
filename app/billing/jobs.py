"""What other features promise billing. Each is safe to run twice; one that finds no price is tried again."""

from uuid import UUID

from app.billing.services import charge_account as account
from app.billing.services import charge_certificate as certificate
from app.billing.services import charge_delivery as delivery
from app.billing.services import charge_token as token
from app.billing.services import charge_token_replacement as replacement
from app.billing.services import readdress_invoices as readdress
from app.core import clock


def charge_account(subject_id: str) -> None:
    """Charge for the company ID or user ID with this customer id."""
    account.charge_account(UUID(subject_id))


def charge_token(subject_id: str) -> None:
    """Charge for the eToken in the mail piece with this id."""
    token.charge_token(UUID(subject_id))


def charge_token_replacement(subject_id: str) -> None:
    """Charge for another eToken, after the loss or damage of this token event."""
    replacement.charge_token_replacement(UUID(subject_id))


def charge_agent_delivery(subject_id: str) -> None:
    """Charge for the agent named on the mail piece with this id."""
    delivery.charge_agent_delivery(UUID(subject_id))


def charge_resend(subject_id: str) -> None:
    """Charge for the mail piece with this id, which takes the place of one that the holder lost."""
    delivery.charge_resend(UUID(subject_id))


def charge_certificate(subject_id: str) -> None:
    """Charge for the certificate with this id."""
    certificate.charge_certificate(UUID(subject_id))


def readdress_invoices(subject_id: str) -> None:
    """Send the unpaid invoices of the company to its new addressee, after the change with this application id."""
    readdress.readdress_invoices(UUID(subject_id), now=clock.now())
