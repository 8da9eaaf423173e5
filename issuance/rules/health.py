"""What is well with the authority, what to watch, what is bad: figures in, codes out. Pure.

The sentences stand at the portal (admin.messages_authority) and at `flask ca health`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any


class HealthState(StrEnum):
    """How a part is."""

    GOOD = "good"
    WATCH = "watch"
    BAD = "bad"


GOOD, WATCH, BAD = HealthState.GOOD, HealthState.WATCH, HealthState.BAD
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

SLOW_SECONDS, TOO_SLOW_SECONDS = 0.5, 3.0  # for reading a public key
CRL_LATE, CRL_ENDS_SOON = timedelta(hours=24), timedelta(hours=48)  # one a day; 96 hours survive a long weekend
FETCH_LATE = timedelta(minutes=15)
RESPONDER_WATCH_DAYS, RESPONDER_BAD_DAYS = 14, 3  # renewed fifteen days before the end
CLOCK_LATE = timedelta(minutes=10)
QUEUE_WATCH, QUEUE_BAD = timedelta(minutes=2), timedelta(minutes=15)
CHECK_LATE = timedelta(hours=36)  # nightly
ROLL_OVER_MARGIN = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Line:
    """One part of the authority and how it is."""

    part: str
    state: HealthState
    code: str
    fields: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SigningProcess:
    """What the signing process answered."""

    keys: frozenset[str]
    operations: int
    seconds: float  # for reading one public key from the HSM


@dataclass(frozen=True, slots=True)
class CrlFacts:
    """The newest CRL of a CA's shard."""

    name: str  # of its file
    this_update: datetime | None = None  # None: there is none
    next_update: datetime | None = None
    number: int = 0
    entries: int = 0
    fetched_at: datetime | None = None
    fetch_failure: str = ""


@dataclass(frozen=True, slots=True)
class HealthFacts:
    """Everything that is looked at. What is None was not asked for, or is not there."""

    signing_asked: bool
    signing: SigningProcess | None
    keys_needed: frozenset[str]
    ca_not_after: datetime | None
    certificate_years: int
    crls: tuple[CrlFacts, ...]
    responders: tuple[tuple[int, datetime | None], ...]  # generation, end of its responder's certificate
    clock: tuple[datetime, bool, int | None] | None  # when compared, whether good, microseconds off
    queue: tuple[int, datetime | None, int]  # waiting, the oldest since, how many failed three times
    unfinished: int
    suspects: int
    stopped: int
    check: tuple[datetime, int, int] | None  # finished, checked, findings


def judge(facts: HealthFacts, now: datetime) -> list[Line]:
    """One line for each part, in the order in which one would look."""
    if facts.ca_not_after is None:
        return [Line("authority", BAD, "authority-missing")]
    return [
        _authority(facts, facts.ca_not_after, now),
        *_signing(facts),
        *(line for crl in facts.crls for line in _crl(crl, now)),
        *(_responder(generation, end, now) for generation, end in facts.responders),
        _clock(facts.clock, now),
        _queue(facts.queue, now),
        Line(
            "unfinished",
            BAD if facts.unfinished else GOOD,
            "unfinished" if facts.unfinished else "unfinished-none",
            {"count": facts.unfinished},
        ),
        Line(
            "stopped",
            WATCH if facts.stopped else GOOD,
            "stopped" if facts.stopped else "stopped-none",
            {"count": facts.stopped},
        ),
        Line(
            "suspect",
            BAD if facts.suspects else GOOD,
            "suspect" if facts.suspects else "suspect-none",
            {"count": facts.suspects},
        ),
        _check(facts.check, now),
    ]


def worst(lines: list[Line]) -> HealthState:
    """The state of the whole."""
    return max((line.state for line in lines), key=[GOOD, WATCH, BAD].index, default=GOOD)


def _authority(facts: HealthFacts, end: datetime, now: datetime) -> Line:
    fields = {"until": end.date()}
    if end <= now:
        return Line("authority", BAD, "authority-expired", fields)
    if end - now < facts.certificate_years * 366 * DAY + ROLL_OVER_MARGIN:
        return Line("authority", WATCH, "authority-roll-over", fields)  # certificates would be cut short
    return Line("authority", GOOD, "authority-valid", fields)


def _signing(facts: HealthFacts) -> Iterator[Line]:
    if not facts.signing_asked:
        return
    if facts.signing is None:
        yield Line("signing", BAD, "signing-away")
        return
    yield Line("signing", GOOD, "signing-answers", {"operations": facts.signing.operations})
    missing = sorted(facts.keys_needed - facts.signing.keys)
    if missing:
        yield Line("keys", BAD, "keys-missing", {"keys": ", ".join(missing)})
    else:
        yield Line("keys", GOOD, "keys-there", {"keys": ", ".join(sorted(facts.signing.keys))})
    seconds = facts.signing.seconds
    state = GOOD if seconds < SLOW_SECONDS else WATCH if seconds < TOO_SLOW_SECONDS else BAD
    code = "latency-good" if state is GOOD else "latency-slow"
    yield Line("latency", state, code, {"milliseconds": round(seconds * 1000, 1)})


def _crl(crl: CrlFacts, now: datetime) -> Iterator[Line]:
    if crl.this_update is None or crl.next_update is None:
        yield Line("crl", BAD, "crl-missing", {"name": crl.name})
        return
    fields = {
        "name": crl.name,
        "number": crl.number,
        "entries": crl.entries,
        "hours": int((now - crl.this_update) / HOUR),
        "left": int((crl.next_update - now) / HOUR),
    }
    if crl.next_update <= now:
        yield Line("crl", BAD, "crl-expired", fields)
    elif crl.next_update - now < CRL_ENDS_SOON:
        yield Line("crl", BAD, "crl-late", fields)
    elif now - crl.this_update > CRL_LATE:
        yield Line("crl", WATCH, "crl-late", fields)
    else:
        yield Line("crl", GOOD, "crl-fresh", fields)
    if crl.fetch_failure:
        yield Line("fetch", BAD, "fetch-failed", {"name": crl.name, "reason": crl.fetch_failure})
    elif crl.fetched_at is not None:
        yield Line("fetch", GOOD, "fetch-same", {"name": crl.name})
    else:
        state = WATCH if now - crl.this_update > FETCH_LATE else GOOD
        yield Line("fetch", state, "fetch-waiting", {"name": crl.name})


def _responder(generation: int, end: datetime | None, now: datetime) -> Line:
    if end is None or end <= now:
        return Line("responder", BAD, "responder-missing", {"generation": generation})
    days = (end - now) // DAY
    state = BAD if days < RESPONDER_BAD_DAYS else WATCH if days < RESPONDER_WATCH_DAYS else GOOD
    code = "responder-valid" if state is GOOD else "responder-ends"
    return Line("responder", state, code, {"generation": generation, "days": days})


def _clock(last: tuple[datetime, bool, int | None] | None, now: datetime) -> Line:
    if last is None:
        return Line("clock", WATCH, "clock-never")
    at, is_good, offset = last
    if not is_good:
        return Line("clock", BAD, "clock-wrong", {"milliseconds": "?" if offset is None else round(offset / 1000, 1)})
    if now - at > CLOCK_LATE:
        return Line("clock", WATCH, "clock-late", {"minutes": int((now - at).total_seconds() // 60)})
    return Line("clock", GOOD, "clock-good", {"milliseconds": "?" if offset is None else round(offset / 1000, 1)})


def _queue(queue: tuple[int, datetime | None, int], now: datetime) -> Line:
    waiting, oldest, failing = queue
    age = now - oldest if oldest else timedelta()
    fields = {"count": waiting, "minutes": int(age.total_seconds() // 60), "failing": failing}
    if failing:
        return Line("queue", BAD, "queue-failing", fields)
    if age > QUEUE_WATCH:
        return Line("queue", BAD if age > QUEUE_BAD else WATCH, "queue-waits", fields)
    return Line("queue", GOOD, "queue-moves", fields)


def _check(last: tuple[datetime, int, int] | None, now: datetime) -> Line:
    if last is None:
        return Line("check", WATCH, "check-never")
    finished, checked, findings = last
    fields = {"checked": checked, "findings": findings, "hours": int((now - finished) / HOUR)}
    if findings:
        return Line("check", BAD, "check-found", fields)
    return (
        Line("check", WATCH, "check-old", fields)
        if now - finished > CHECK_LATE
        else Line("check", GOOD, "check-clean", fields)
    )
