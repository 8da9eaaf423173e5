"""The ダウンロードPIN: made when a holder applies, sent to the address of the sealed form 5 and nowhere else.

`prepare` makes a PIN while no transaction is open; `store` puts its verifier and a sealed copy, which lives until the
e-mail has gone, into the transaction that opens the enrolment.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from app import signer
from app.core.clock import day_in_tokyo
from app.core.db import db
from app.core.random import random_source
from app.core.transaction import require_transaction
from app.jobs import defer
from issuance import queries
from issuance.rules.pins import make_pin
from issuance.rules.states import require_step
from issuance.services.verifier import make_verifier
from models.enrolments import Enrolment
from models.enums import PinKind, PinStatus
from models.pin_secrets import PinSecret

DOWNLOAD_PIN_DAYS = 14


@dataclass(frozen=True, slots=True)
class PreparedDownloadPin:
    """What is stored of a PIN that was just made; the PIN itself is in the sealed copy alone."""

    applicant_id: UUID
    verifier: str = field(repr=False)
    sealed: bytes = field(repr=False)


def prepare_download_pin(applicant_id: UUID) -> PreparedDownloadPin:
    """Make a PIN. Outside of any transaction.

    Raises:
        SignerUnavailableError: the signing process does not answer; no PIN was made.
    """
    pin = make_pin(random_source().choice)
    verifier = make_verifier(pin, PinKind.DOWNLOAD, applicant_id)
    return PreparedDownloadPin(applicant_id, verifier, signer.current().wrap(pin.encode(), applicant_id.bytes))


def store_download_pin(prepared: PreparedDownloadPin, enrolment: Enrolment, *, now: datetime) -> None:
    """Inner step: the enrolment's PIN from now on; the one before it is void. Promises the e-mail."""
    require_transaction()
    for secret in queries.list_live_pins_for_update(prepared.applicant_id, PinKind.DOWNLOAD):
        secret.status = require_step(secret.status, PinStatus.DESTROYED)
        secret.ended_at, secret.sealed_value = now, None
    db.session.flush()
    secret = PinSecret(
        kind=PinKind.DOWNLOAD,
        applicant_id=prepared.applicant_id,
        verifier=prepared.verifier,
        sealed_value=prepared.sealed,
        usable_until=day_in_tokyo(now) + timedelta(days=DOWNLOAD_PIN_DAYS),
        created_at=now,
    )
    db.session.add(secret)
    db.session.flush()
    enrolment.download_pin_id = secret.id
    defer("mailings.jobs.email_download_pin", secret.id)
