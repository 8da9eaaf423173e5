"""The 失効PIN: made when the holder consents, shown once, kept by the holder for the day of a loss."""

from datetime import datetime
from uuid import UUID

from app import audit
from app.core.db import db
from app.core.random import random_source
from app.core.transaction import transaction
from issuance import queries
from issuance.rules.pins import format_pin, make_pin
from issuance.rules.states import require_step
from issuance.services.check_pin import holder_of
from issuance.services.verifier import make_verifier
from models.applications import Applicant
from models.enums import PinKind, PinStatus
from models.pin_secrets import PinSecret


def make_revocation_pin(applicant_id: UUID, now: datetime) -> str:
    """Make a 失効PIN and void the one before. It is stored as its verifier alone and can never be shown again.

    Returns:
        the PIN in groups of four: for one answer to the holder, marked `no-store`, and for nothing else.

    Raises:
        SignerUnavailableError: the signing process does not answer; the one before is still good.
    """
    pin = make_pin(random_source().choice)
    db.session.rollback()
    verifier = make_verifier(pin, PinKind.REVOCATION, applicant_id)
    with transaction():
        holder = holder_of(db.session.get_one(Applicant, applicant_id, with_for_update=True))
        for former in queries.list_live_pins_for_update(applicant_id, PinKind.REVOCATION):
            former.status = require_step(former.status, PinStatus.DESTROYED)
            former.ended_at = now
            audit.record("pin:destroy", subject_type="pin_secret", subject_id=former.id, actor=holder)
        db.session.flush()
        secret = PinSecret(kind=PinKind.REVOCATION, applicant_id=applicant_id, verifier=verifier, created_at=now)
        db.session.add(secret)
        db.session.flush()
        audit.record("pin:make", subject_type="pin_secret", subject_id=secret.id, actor=holder)
    return format_pin(pin)
