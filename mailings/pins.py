"""What mailings needs of the owner of the secrets (issuance): handed over by the composition root, known here by its shape."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from flask import current_app

from app.core.actor import Actor


class Pin(Protocol):
    """A PIN on its way to the printer."""

    @property
    def pin(self) -> str:
        """The PIN itself."""


class PinMaker(Protocol):
    """Makes a PIN outside of a transaction, stores its verifier and destroys it inside."""

    def prepare(self, applicant_id: UUID) -> Pin:
        """Make a PIN."""

    def store(self, prepared: Pin, *, actor: Actor, now: datetime) -> object:
        """Store what recognises it, in the caller's transaction."""

    def destroy(self, applicant_id: UUID, *, actor: Actor, now: datetime) -> None:
        """Void it, in the caller's transaction."""

    def format(self, pin: str) -> str:
        """As people read it."""


def pin_maker() -> PinMaker:
    """The one that the composition root put in."""
    maker: PinMaker = current_app.extensions["application_pins"]
    return maker
