"""Promises: kept when the transaction is, done once, tried again, handed over again."""

import sys
from collections.abc import Iterator
from datetime import timedelta
from types import ModuleType
from uuid import UUID, uuid4

import pytest
from flask import Flask
from redis import Redis
from rq import Queue
from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.core.transaction import transaction
from app.jobs import registry, runner
from app.jobs.hand_over import HAND_OVER_AGAIN_AFTER, hand_over
from app.jobs.promise import defer
from app.jobs.worker import run_worker
from models.promises import Promise


class Trial(ModuleType):
    """A module with one job that works and one that does not."""

    def __init__(self) -> None:
        super().__init__("trial_jobs")
        self.done: list[str] = []

    def work(self, subject_id: str) -> None:
        self.done.append(subject_id)

    def fail(self, subject_id: str) -> None:
        raise ValueError(f"must not be kept: {subject_id}")


@pytest.fixture
def trial(monkeypatch: pytest.MonkeyPatch) -> Trial:
    module = Trial()
    monkeypatch.setitem(sys.modules, "trial_jobs", module)
    monkeypatch.setitem(registry.JOBS, "trial_jobs.work", "default")
    monkeypatch.setitem(registry.JOBS, "trial_jobs.fail", "default")
    return module


@pytest.fixture
def redis(redis_url: str) -> Iterator[Redis]:
    connection = Redis.from_url(redis_url)
    connection.flushdb()
    yield connection
    connection.flushdb()
    connection.close()


def promised(name: str) -> UUID:
    with transaction():
        defer(name, uuid4())
    return db.session.scalars(select(Promise.id).order_by(Promise.created_at.desc())).first()


def test_a_promise_falls_with_its_transaction(app: Flask, trial: Trial) -> None:
    with pytest.raises(ZeroDivisionError), transaction():
        defer("trial_jobs.work", uuid4())
        raise ZeroDivisionError
    assert db.session.scalars(select(Promise)).all() == []


def test_an_unknown_job_is_refused_where_it_is_promised(app: Flask) -> None:
    with pytest.raises(LookupError), transaction():
        defer("trial_jobs.typo", uuid4())


def test_done_once_though_delivered_twice(app: Flask, trial: Trial) -> None:
    key = promised("trial_jobs.work")
    runner.run(str(key))
    runner.run(str(key))
    assert len(trial.done) == 1
    assert db.session.get_one(Promise, key, populate_existing=True).done_at is not None


def test_not_done_twice_at_once(app: Flask, trial: Trial) -> None:
    key = promised("trial_jobs.work")
    inner: list[int] = []

    def work(_subject: str) -> None:
        runner.run(str(key))  # a second delivery while the first one works
        inner.append(len(inner))

    trial.work = work  # type: ignore[method-assign]
    runner.run(str(key))
    assert inner == [0]


def test_a_failure_waits_longer_each_time_and_keeps_no_text(app: Flask, trial: Trial) -> None:
    key = promised("trial_jobs.fail")
    waits = []
    for _ in range(3):
        runner.run(str(key))
        promise = db.session.get_one(Promise, key, populate_existing=True)
        waits.append(promise.due_at - clock.now())
        assert promise.last_error == "ValueError"
    assert waits[0] < waits[1] < waits[2]
    assert promise.attempts == 3


def test_handed_over_when_due_and_again_when_nothing_was_heard(app: Flask, trial: Trial, redis: Redis) -> None:
    promised("trial_jobs.work")
    now = clock.now()
    assert hand_over(redis, now - timedelta(minutes=1)) == 0
    assert hand_over(redis, now) == 1
    assert hand_over(redis, now) == 0
    redis.flushdb()  # Redis lost everything
    assert hand_over(redis, now + HAND_OVER_AGAIN_AFTER + timedelta(seconds=1)) == 1
    assert Queue("default", connection=redis).count == 1


def test_what_nobody_works_on_does_not_hold_up_the_rest(
    app: Flask, trial: Trial, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A queue whose worker is away fills up; each promise on it is handed over again and again."""
    monkeypatch.setattr("app.jobs.hand_over.BATCH", 3)
    now = clock.now()
    for _ in range(5):
        promised("trial_jobs.fail")
    later, again = now + timedelta(seconds=2), timedelta(seconds=1)
    assert hand_over(redis, now + timedelta(seconds=1), again_after=again) == 3
    fresh = promised("trial_jobs.work")
    assert hand_over(redis, later + timedelta(seconds=1), again_after=again) == 3
    assert hand_over(redis, later + timedelta(seconds=3), again_after=again) == 3
    queue = Queue("default", connection=redis)
    assert len(queue.job_ids) == len(set(queue.job_ids)) == 6, "what still waits there is not put there again"
    db.session.rollback()
    assert db.session.get_one(Promise, fresh).handed_over_at is not None
    waiting = select(Promise.id).where(Promise.handed_over_at.is_(None))
    assert list(db.session.scalars(waiting)) == [], "and none of the old ones waits for ever"


def test_a_message_carries_the_promise_and_nothing_else(app: Flask, trial: Trial, redis: Redis) -> None:
    key = promised("trial_jobs.work")
    hand_over(redis, clock.now())
    (job,) = Queue("default", connection=redis).jobs
    assert (job.func_name, job.args, job.kwargs) == ("app.jobs.runner.run", (str(key),), {})


def test_a_real_worker_does_it(app: Flask, trial: Trial, redis: Redis) -> None:
    promised("trial_jobs.work")
    hand_over(redis, clock.now())
    run_worker(redis, ("default",), burst=True, fork=False)
    assert len(trial.done) == 1
