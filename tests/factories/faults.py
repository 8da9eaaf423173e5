"""Faults at a gap of the issue, and a signer's client that notes what it gave out."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from app import audit
from app.core.settings import Settings
from app.signer import SignerClient
from issuance.services import issue_certificate as issuing

# Between the steps: before each of them, and after the last. Inside them: as the audit entry is made, before the commit.
STEPS = ("reserve_serials", "build_certificates", "record_intents", "sign_bytes", "_verify", "store_certificates")
GAPS = [*((step, "before") for step in STEPS), ("store_certificates", "after")]
INSIDE = ("certificate:reserve-serial", "certificate:about-to-sign", "certificate:issue")


class KilledError(BaseException):
    """The process is gone: nothing catches this."""


class Watch:
    """An issuer that notes each signature it gives out."""

    def __init__(self, client: SignerClient) -> None:
        self._client = client
        self.given: list[tuple[bytes, bytes]] = []

    def sign_digest(self, label: str, digest: bytes, algorithm: str, *, padding: str = "pkcs1v15") -> bytes:
        """Sign, and note digest and signature."""
        signature = self._client.sign_digest(label, digest, algorithm, padding=padding)
        self.given.append((digest, signature))
        return signature


def at_gap(patch: pytest.MonkeyPatch, step: str, when: str, fault: Callable[[], None], *, nth: int = 1) -> None:
    """Let something happen once, at a gap between two steps: before or after the nth time that this step is taken."""
    real, times = getattr(issuing, step), 0

    def wrapped(*arguments: Any, **named: Any) -> Any:
        nonlocal times
        times += 1
        is_now = times == nth
        if when == "before" and is_now:
            fault()
        result = real(*arguments, **named)
        if when == "after" and is_now:
            fault()
        return result

    patch.setattr(issuing, step, wrapped)


def inside(patch: pytest.MonkeyPatch, event: str, fault: Callable[[], None], *, nth: int = 1) -> None:
    """Let something happen once, in the transaction that records an event, at the nth of these events."""
    real, times = audit.record, 0

    def wrapped(name: str, **named: Any) -> None:
        nonlocal times
        real(name, **named)
        times += name == event
        if name == event and times == nth:
            fault()

    patch.setattr(audit, "record", wrapped)


def kill() -> None:
    """The process ends here."""
    raise KilledError


def cut_off(settings: Settings) -> None:
    """End every connection to the database but our own."""
    url = settings.database_url().replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
