"""The clock of the time stamps is compared every minute, and no stamp is given on a clock that nobody vouches for.

Compared with: the time server NTP_SERVER, or without one the kernel's own word (a daemon such as chrony keeps it); the
clock of the database server; and this process's monotonic clock, which shows a step since the last check. All of them
must be content. In development without NTP_SERVER the kernel's word is noted but does not count, since containers often
have no daemon, and a missing check stops nothing: a fresh installation can stamp. In production both count.
"""

import threading
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from flask import current_app
from sqlalchemy import delete, func, select

from app.core import clock
from app.core.db import db
from app.core.errors import DomainError
from app.core.settings import Settings
from app.core.transaction import transaction
from app.timestamps import sntp
from app.timestamps.kernel import ask_kernel
from models.time_stamps import ClockCheck

OLDEST = timedelta(minutes=5)
KEPT = timedelta(days=400)  # longer than a year's audit; one row a minute
FUTURE = timedelta(seconds=2)


class ClockNotTrustedError(DomainError):
    """The clock is not known to be right; no time stamp now. Codes: clock-bad, clock-unchecked, clock-stepped."""


@dataclass(slots=True)
class _Finding:
    source: str
    offset: float | None = None  # seconds
    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def check_clock() -> bool:
    """By the schedule: compare, and put the result on record. Returns whether the clock is good."""
    settings: Settings = current_app.extensions["settings"]
    most = settings.clock_tolerance_milliseconds / 1000
    finding = _ask_server(settings.ntp_server, most) if settings.ntp_server else _ask_kernel(settings, most)
    _compare_with_database(finding, most)
    _compare_with_last(finding, most)
    now = clock.now()
    with transaction():
        db.session.add(
            ClockCheck(
                at=now,
                source=finding.source,
                offset_microseconds=None if finding.offset is None else round(finding.offset * 1e6),
                is_good=not finding.faults,
                note="; ".join([*finding.faults, *finding.notes]),
            )
        )
        db.session.execute(delete(ClockCheck).where(ClockCheck.at < now - KEPT))
    return not finding.faults


@dataclass(frozen=True, slots=True)
class ClockWord:
    """The last check, as it was read."""

    check: UUID | None
    at: datetime | None
    is_good: bool | None


def require_good_clock(word: ClockWord, *, now: datetime) -> None:
    """Before a time stamp.

    Raises:
        ClockNotTrustedError: the last check was bad, there is none of the last five minutes, or the clock was stepped since.
    """
    settings: Settings = current_app.extensions["settings"]
    if word.at is None or not now - OLDEST <= word.at <= now + FUTURE:
        if settings.is_development and not settings.ntp_server:
            return
        raise ClockNotTrustedError("clock-unchecked")
    if not word.is_good:
        raise ClockNotTrustedError("clock-bad")
    if _STEPS.since(word.check) > settings.clock_tolerance_milliseconds / 1000:
        raise ClockNotTrustedError("clock-stepped")


def _ask_server(server: str, most: float) -> _Finding:
    finding = _Finding(f"ntp://{server}")
    try:
        found = sntp.compare(server)
    except sntp.SntpError as error:
        finding.faults.append(f"time server: {error}")
        return finding
    finding.offset = found.offset
    finding.notes.append(f"delay {found.delay * 1000:.1f} ms")
    if found.worst > most:
        finding.faults.append(f"time server: {found.offset:+.3f} s")
    return finding


def _ask_kernel(settings: Settings, most: float) -> _Finding:
    found, finding = ask_kernel(), _Finding("kernel")
    if found.is_synchronised and found.most_seconds <= most:
        finding.notes.append(f"synchronised within {found.most_seconds * 1000:.1f} ms")
        return finding
    word = f"within {found.most_seconds:.3f} s only" if found.is_synchronised else "not synchronised"
    (finding.notes if settings.is_development else finding.faults).append(f"kernel: {word}")
    return finding


def _compare_with_database(finding: _Finding, most: float) -> None:
    with db.engine.connect() as connection:
        connection.execute(select(1))  # connecting takes its time
        began = time.time()
        theirs: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
        ended = time.time()
    offset = (began + ended) / 2 - theirs.timestamp()
    if finding.offset is None and finding.source == "kernel":
        finding.offset = offset
    finding.notes.append(f"database {offset * 1000:+.1f} ms")
    if abs(offset) - (ended - began) / 2 > most:
        finding.faults.append(f"database: {offset:+.3f} s")


def _compare_with_last(finding: _Finding, most: float) -> None:
    step = _CHECKS.step()
    if abs(step) > most:
        finding.faults.append(f"stepped by {step:+.3f} s")


class _Steps:
    """Notices that the wall clock jumped: it and the monotonic clock are slewed together, but only one is ever set."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._gap: float | None = None
        self._seen: object = None

    def step(self) -> float:
        """By how many seconds the wall clock jumped since the last call; 0 the first time."""
        with self._lock:
            before, self._gap = self._gap, _gap()
            return 0.0 if before is None else self._gap - before

    def since(self, check: object) -> float:
        """By how many seconds, forwards or back, it jumped since this process first saw this check."""
        with self._lock:
            if self._gap is None or check != self._seen:
                self._seen, self._gap = check, _gap()
            return abs(_gap() - self._gap)


def _gap() -> float:
    return time.time() - time.monotonic()


_CHECKS, _STEPS = _Steps(), _Steps()
