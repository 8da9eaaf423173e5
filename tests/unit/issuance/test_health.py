"""What is good, what to watch and what is bad, at the borders."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from issuance.cli_check import HEALTH
from issuance.rules.health import (
    BAD,
    GOOD,
    WATCH,
    CrlFacts,
    HealthFacts,
    HealthState,
    SigningProcess,
    judge,
    worst,
)

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)
CRL = CrlFacts("ca-000.crl", NOW - HOUR, NOW + 95 * HOUR, 7, 3, NOW)
WELL = HealthFacts(
    signing_asked=True,
    signing=SigningProcess(frozenset({"ca", "pepper"}), 5, 0.001),
    keys_needed=frozenset({"ca", "pepper"}),
    ca_not_after=NOW + 3650 * DAY,
    certificate_years=2,
    crls=(CRL,),
    responders=((1, NOW + 40 * DAY),),
    clock=(NOW, True, 1500),
    queue=(1, NOW, 0),
    unfinished=0,
    suspects=0,
    stopped=0,
    check=(NOW - HOUR, 10, 0),
)


def test_all_is_well():
    lines = judge(WELL, NOW)
    assert {line.state for line in lines} == {GOOD}
    assert worst(lines) is GOOD


CASES = [
    ("authority-missing", BAD, {"ca_not_after": None}),
    ("authority-expired", BAD, {"ca_not_after": NOW}),
    ("authority-roll-over", WATCH, {"ca_not_after": NOW + 800 * DAY}),
    ("signing-away", BAD, {"signing": None}),
    ("keys-missing", BAD, {"keys_needed": frozenset({"ca", "ca2"})}),
    ("latency-slow", WATCH, {"signing": SigningProcess(frozenset({"ca", "pepper"}), 5, 0.5)}),
    ("latency-slow", BAD, {"signing": SigningProcess(frozenset({"ca", "pepper"}), 5, 3.0)}),
    ("crl-missing", BAD, {"crls": (CrlFacts("ca2-000.crl"),)}),
    ("crl-expired", BAD, {"crls": (replace(CRL, next_update=NOW),)}),
    ("crl-late", BAD, {"crls": (replace(CRL, next_update=NOW + 47 * HOUR),)}),
    ("crl-late", WATCH, {"crls": (replace(CRL, this_update=NOW - 25 * HOUR),)}),
    ("fetch-failed", BAD, {"crls": (replace(CRL, fetch_failure="status"),)}),
    ("fetch-waiting", WATCH, {"crls": (replace(CRL, fetched_at=None),)}),
    ("fetch-waiting", GOOD, {"crls": (replace(CRL, fetched_at=None, this_update=NOW),)}),
    ("responder-missing", BAD, {"responders": ((2, None),)}),
    ("responder-missing", BAD, {"responders": ((1, NOW),)}),
    ("responder-ends", BAD, {"responders": ((1, NOW + 2 * DAY),)}),
    ("responder-ends", WATCH, {"responders": ((1, NOW + 13 * DAY),)}),
    ("clock-never", WATCH, {"clock": None}),
    ("clock-wrong", BAD, {"clock": (NOW, False, 700_000)}),
    ("clock-wrong", BAD, {"clock": (NOW, False, None)}),
    ("clock-late", WATCH, {"clock": (NOW - 11 * MINUTE, True, 0)}),
    ("queue-failing", BAD, {"queue": (0, None, 1)}),
    ("queue-waits", WATCH, {"queue": (1, NOW - 3 * MINUTE, 0)}),
    ("queue-waits", BAD, {"queue": (1, NOW - 16 * MINUTE, 0)}),
    ("unfinished", BAD, {"unfinished": 1}),
    ("stopped", WATCH, {"stopped": 1}),
    ("suspect", BAD, {"suspects": 1}),
    ("check-never", WATCH, {"check": None}),
    ("check-found", BAD, {"check": (NOW, 10, 1)}),
    ("check-old", WATCH, {"check": (NOW - 37 * HOUR, 10, 0)}),
]


@pytest.mark.parametrize(("code", "state", "changed"), CASES)
def test_each_part(code: str, state: HealthState, changed: dict[str, object]):
    lines = judge(replace(WELL, **changed), NOW)
    assert (code, state) in {(line.code, line.state) for line in lines}
    assert worst(lines) is state


def test_every_code_has_a_sentence():
    seen = [line for _code, _state, changed in CASES for line in judge(replace(WELL, **changed), NOW)]
    assert {line.code for line in seen} == set(HEALTH)
    assert all(HEALTH[line.code].format_map(line.fields) for line in seen)
