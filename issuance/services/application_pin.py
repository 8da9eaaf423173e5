"""The 申請PIN: made in the printing step, known to nobody but the holder (施行規則6条3の2ロ).

`prepare` makes a PIN and its verifier while no transaction is open; `store` puts the verifier into the transaction that
marks the letter as printed. The PIN itself goes to the printer and is gone.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from app import audit
from app.core.actor import Actor
from app.core.db import db
from app.core.random import random_source
from app.core.transaction import require_transaction
from issuance import queries
from issuance.rules.pins import format_pin, make_pin
from issuance.rules.states import require_step
from issuance.services.verifier import make_verifier
from models.enums import PinKind, PinStatus
from models.pin_secrets import PinSecret


@dataclass(frozen=True, slots=True)
class PreparedPin:
    """A PIN on its way to the printer, with what will be stored of it."""

    applicant_id: UUID
    pin: str = field(repr=False)
    verifier: str = field(repr=False)


def prepare_application_pin(applicant_id: UUID) -> PreparedPin:
    """Make a PIN. Outside of any transaction.

    Raises:
        SignerUnavailableError: the signing process does not answer; no PIN was made.
    """
    pin = make_pin(random_source().choice)
    return PreparedPin(applicant_id, pin, make_verifier(pin, PinKind.APPLICATION, applicant_id))


def store_application_pin(prepared: PreparedPin, *, actor: Actor, now: datetime) -> UUID:
    """Inner step of the printing transaction: store the verifier, destroy what came before it.

    Returns:
        key of the secret.
    """
    require_transaction()
    destroy_application_pins(prepared.applicant_id, actor=actor, now=now)
    secret = PinSecret(
        kind=PinKind.APPLICATION,
        applicant_id=prepared.applicant_id,
        verifier=prepared.verifier,
        created_at=now,
    )
    db.session.add(secret)
    db.session.flush()
    audit.record("pin:make", subject_type="pin_secret", subject_id=secret.id, actor=actor)
    return secret.id


def destroy_application_pins(applicant_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Inner step: void every 申請PIN of an applicant that could still be used (spoiled print, returned letter)."""
    require_transaction()
    for secret in queries.list_live_pins_for_update(applicant_id, PinKind.APPLICATION):
        secret.status = require_step(secret.status, PinStatus.DESTROYED)
        secret.ended_at = now
        audit.record("pin:destroy", subject_type="pin_secret", subject_id=secret.id, actor=actor)
    db.session.flush()


class ApplicationPins:
    """The steps above as one object, for the printer of the letters (docs/adr/0003: features never import each other)."""

    def prepare(self, applicant_id: UUID) -> PreparedPin:
        """Make a PIN."""
        return prepare_application_pin(applicant_id)

    def store(self, prepared: Any, *, actor: Actor, now: datetime) -> UUID:  # noqa: ANN401  what prepare gave
        """Store what recognises it."""
        return store_application_pin(prepared, actor=actor, now=now)

    def destroy(self, applicant_id: UUID, *, actor: Actor, now: datetime) -> None:
        """Void it."""
        destroy_application_pins(applicant_id, actor=actor, now=now)

    def format(self, pin: str) -> str:
        """As people read it."""
        return format_pin(pin)
