"""No time stamp on a clock that nobody vouches for."""

import hashlib
import re
from datetime import timedelta

import pytest
from asn1crypto import parser, tsp
from flask import Flask
from sqlalchemy import select

from app import timestamps
from app.core import clock
from app.core.db import db
from app.core.settings import Settings
from app.jobs.schedule import SCHEDULE
from app.timestamps import clock_check
from app.timestamps.clock_check import ClockNotTrustedError, ClockWord, check_clock
from app.timestamps.kernel import KernelClock
from models.time_stamps import ClockCheck
from tests.factories.time_server import time_server


@pytest.fixture(autouse=True)
def fresh_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a process remembers of earlier checks."""
    monkeypatch.setattr(clock_check, "_CHECKS", clock_check._Steps())
    monkeypatch.setattr(clock_check, "_STEPS", clock_check._Steps())


@pytest.fixture
def configure(app: Flask, settings: Settings):
    """Settings of this installation for one test."""

    def change(**changes) -> None:
        app.extensions["settings"] = settings.model_copy(update=changes)

    yield change
    app.extensions["settings"] = settings


def kernel(monkeypatch, *, synchronised: bool, most: float = 0.01) -> None:
    monkeypatch.setattr(clock_check, "ask_kernel", lambda: KernelClock(synchronised, most))


def require_good_clock() -> None:
    """As the authority does with the row that it reads."""
    last = rows()[-1:]
    word = ClockWord(last[0].id, last[0].at, last[0].is_good) if last else ClockWord(None, None, None)
    clock_check.require_good_clock(word, now=clock.now())


def rows() -> list[ClockCheck]:
    db.session.rollback()
    return list(db.session.scalars(select(ClockCheck).order_by(ClockCheck.at)))


def record(*, good: bool = True, age: timedelta = timedelta(0)) -> None:
    db.session.add(ClockCheck(at=clock.now() - age, source="kernel", offset_microseconds=0, is_good=good))
    db.session.commit()


def test_a_right_time_server_is_put_on_record(app, configure) -> None:
    with time_server() as server:
        configure(ntp_server=server, environment="production")
        assert check_clock()
    (row,) = rows()
    assert (row.source, row.is_good) == (f"ntp://{server}", True)
    assert abs(row.offset_microseconds) < 100_000
    assert "database" in row.note
    require_good_clock()


def test_three_seconds_off_is_bad(app, configure) -> None:
    with time_server(ahead=3.0) as server:
        configure(ntp_server=server)
        assert not check_clock()
    (row,) = rows()
    assert row.offset_microseconds == pytest.approx(-3_000_000, abs=100_000)
    assert re.search(r"time server: -(3\.0|2\.9)", row.note)
    with pytest.raises(ClockNotTrustedError, match="clock-bad"):
        require_good_clock()


def test_a_silent_time_server_is_bad(app, configure, monkeypatch) -> None:
    monkeypatch.setattr("app.timestamps.sntp.TIMEOUT_SECONDS", 0.05)
    with time_server(answers=False) as server:
        configure(ntp_server=server)
        assert not check_clock()
    assert rows()[0].offset_microseconds is None
    with pytest.raises(ClockNotTrustedError, match="clock-bad"):
        require_good_clock()


@pytest.mark.parametrize(
    ("environment", "synchronised", "most", "good"),
    [
        ("production", True, 0.01, True),
        ("production", True, 2.0, False),
        ("production", False, 16.0, False),
        ("development", False, 16.0, True),
    ],
)
def test_without_a_time_server_the_kernel_vouches(
    app, configure, monkeypatch, environment, synchronised, most, good
) -> None:
    kernel(monkeypatch, synchronised=synchronised, most=most)
    configure(environment=environment)
    assert check_clock() is good
    assert rows()[0].source == "kernel"
    assert ("not synchronised" in rows()[0].note) is (not synchronised)


def test_a_step_between_two_checks_is_bad_and_the_next_one_good(app, configure, monkeypatch) -> None:
    kernel(monkeypatch, synchronised=True)
    gap = 1000.0
    monkeypatch.setattr(clock_check, "_gap", lambda: gap)
    assert check_clock()
    gap += 0.1  # within the tolerance
    assert check_clock()
    gap -= 3
    assert not check_clock()
    assert "stepped by -3" in rows()[-1].note
    assert check_clock()


def test_a_step_after_the_check_is_noticed_at_the_next_stamp(app, configure, monkeypatch) -> None:
    gap = 1000.0
    monkeypatch.setattr(clock_check, "_gap", lambda: gap)
    record()
    require_good_clock()
    gap += 3
    with pytest.raises(ClockNotTrustedError, match="clock-stepped"):
        require_good_clock()
    record()  # compared again meanwhile, and found good
    require_good_clock()


def test_another_clock_than_the_databases_is_bad(app, configure, monkeypatch) -> None:
    kernel(monkeypatch, synchronised=True)
    import time  # noqa: PLC0415

    real = time.time
    monkeypatch.setattr(clock_check.time, "time", lambda: real() + 3)
    assert not check_clock()
    assert re.search(r"database: \+(3\.0|2\.9)", rows()[0].note)


@pytest.mark.parametrize("age", [None, timedelta(minutes=6), timedelta(minutes=-1)], ids=["none", "old", "future"])
def test_a_check_that_is_missing_stops_production_but_no_fresh_installation(app, configure, age) -> None:
    if age is not None:
        record(age=age)
    require_good_clock()
    for strict in ({"environment": "production"}, {"ntp_server": "127.0.0.1:9"}):
        configure(**strict)
        with pytest.raises(ClockNotTrustedError, match="clock-unchecked"):
            require_good_clock()
        configure(environment="development", ntp_server="")


def test_checks_of_last_year_go(app, configure) -> None:
    record(age=timedelta(days=401))
    record(age=timedelta(days=399))
    check_clock()
    assert len(rows()) == 2


def test_it_is_done_every_minute() -> None:
    every = {regular.name: regular.every for regular in SCHEDULE}
    assert every["app.timestamps.clock_check.check_clock"] == timedelta(minutes=1)


@pytest.mark.hsm
def test_no_stamp_for_anybody_while_the_clock_is_bad(authority, configure) -> None:
    digest = hashlib.sha256(b"x").digest()
    assert timestamps.stamp(digest)
    record(good=False)
    with pytest.raises(timestamps.StampRejectedError, match="timeNotAvailable"):
        timestamps.stamp(digest)
    request = tsp.TimeStampReq(
        {
            "version": "v1",
            "message_imprint": {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": digest},
        }
    ).dump()
    answer = tsp.PKIStatusInfo.load(parser.parse(timestamps.respond(request))[4])
    assert answer["fail_info"].native == {"time_not_available"}
    record()
    assert timestamps.stamp(digest)
