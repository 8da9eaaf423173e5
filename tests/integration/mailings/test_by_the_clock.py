"""What the mailroom does by the clock is done at its time: by the clock process' own turns, on a clock that a test moves."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from redis import Redis
from sqlalchemy import func, select, update
from sqlalchemy.exc import OperationalError

from app.core import clock
from app.core.db import db
from app.core.transaction import transaction
from app.jobs import clock as process
from app.jobs.schedule import SCHEDULE
from mailings import jobs
from mailings.services.prepare_letter import add_piece
from models.enums import MailPieceStatus
from models.mail_pieces import MailPiece
from models.promises import Promise
from tests.factories.accounts import make_application

WARNING = "mailings.jobs.email_kept_letter"
EVENING = datetime(2026, 12, 1, 11, 30, tzinfo=UTC)  # 20:30 in Tokyo
MIDNIGHT = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)


class Turning:
    """The clock process, turn by turn."""

    def __init__(self, redis: Redis) -> None:
        self.redis, self.now = redis, EVENING
        self.last: dict[str, datetime] = {}
        self.ran: list[datetime] = []

    def until(self, moment: datetime, *, step: timedelta = timedelta(minutes=5)) -> None:
        while self.now < moment:
            self.now += step
            self.turn()

    def turn(self) -> None:
        process.tick(self.redis, self.last)


@pytest.fixture
def turning(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Turning]:
    found = Turning(app.extensions["redis"])
    ours = tuple(regular for regular in SCHEDULE if regular.name == "mailings.jobs.warn_kept_letters")
    assert len(ours) == 1
    monkeypatch.setattr(process, "SCHEDULE", ours)
    monkeypatch.setattr(clock, "now", lambda: found.now)
    work = jobs.warn_kept_letters

    def noting() -> None:
        found.ran.append(found.now)
        work()

    monkeypatch.setattr(jobs, "warn_kept_letters", noting)
    yield found
    found.redis.flushdb()


@pytest.fixture
def kept(turning: Turning) -> UUID:
    """A letter that lies at the post office; the first warning is due on 2 December."""
    applicant = make_application("髙﨑 一郎", services=("certificate",)).applicants[0]
    db.session.commit()
    with transaction():
        piece = add_piece(applicant, now=EVENING)
        key = piece.id
    arrived = datetime(2026, 11, 27, tzinfo=UTC).date()
    db.session.execute(
        update(MailPiece).values(
            status=MailPieceStatus.NOTIFIED, item_number="10012000106", posted_on=arrived, notified_on=arrived,
            kept_until=arrived + timedelta(days=10),
        )
    )  # fmt: skip
    db.session.commit()
    return key


def promised() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).where(Promise.name == WARNING)) or 0


def test_a_warning_is_promised_within_the_hour_after_its_day_began(turning: Turning, kept: UUID) -> None:
    turning.turn()
    turning.until(MIDNIGHT - timedelta(minutes=5))
    assert promised() == 0, "the day before"
    turning.until(MIDNIGHT + timedelta(hours=1))
    assert promised() == 1
    assert db.session.get_one(MailPiece, kept).warned_on == clock.today() == datetime(2026, 12, 2, tzinfo=UTC).date()
    turning.until(MIDNIGHT + timedelta(hours=6))
    assert promised() == 1, "once"
    gaps = {later - earlier for earlier, later in zip(turning.ran, turning.ran[1:], strict=False)}
    assert gaps == {timedelta(hours=1)}


def test_a_clock_that_starts_again_looks_at_once(turning: Turning, kept: UUID) -> None:
    turning.now = MIDNIGHT + timedelta(minutes=1)
    turning.turn()
    assert promised() == 1


def test_an_hour_in_which_the_database_was_away_is_made_up_for_at_once(
    turning: Turning, kept: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    turning.now, work = MIDNIGHT, jobs.warn_kept_letters

    def away() -> None:
        raise OperationalError("SELECT", {}, ConnectionError())

    monkeypatch.setattr(jobs, "warn_kept_letters", away)
    turning.turn()
    monkeypatch.setattr(jobs, "warn_kept_letters", work)
    turning.until(MIDNIGHT + timedelta(minutes=5))
    assert promised() == 1


def test_a_clock_set_back_delays_nothing(turning: Turning, kept: UUID) -> None:
    turning.now = MIDNIGHT + timedelta(hours=20)
    turning.last = {"mailings.jobs.warn_kept_letters": MIDNIGHT + timedelta(days=1)}
    turning.turn()
    assert promised() == 1
