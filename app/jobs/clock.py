"""The clock process: hands promises over every second and runs the schedule."""

import logging
import signal
import threading
from datetime import datetime, timedelta
from importlib import import_module
from types import FrameType

from flask import current_app
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy.exc import OperationalError

from app.core import clock
from app.core.db import db
from app.jobs.hand_over import hand_over
from app.jobs.schedule import SCHEDULE

log = logging.getLogger(__name__)
TICK_SECONDS = 0.5


def run_clock(redis: Redis) -> None:
    """Run until asked to stop. A database or Redis that is away is waited for, nothing is lost meanwhile."""
    stop = threading.Event()

    def ask_to_stop(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, ask_to_stop)
    signal.signal(signal.SIGINT, ask_to_stop)
    last: dict[str, datetime] = {}
    while not stop.is_set():
        tick(redis, last)
        stop.wait(TICK_SECONDS)


def tick(redis: Redis, last: dict[str, datetime]) -> None:
    """One turn: hand over what is due, run what is due by the schedule."""
    now = clock.now()
    try:
        again = timedelta(seconds=current_app.extensions["settings"].hand_over_again_seconds)
        hand_over(redis, now, again_after=again)
        for regular in SCHEDULE:
            before = last.get(regular.name)
            if before is None or not before <= now < before + regular.every:  # also if the clock was set back
                _run(regular.name)
                last[regular.name] = now  # not if the database was away: then it is tried at the next turn
    except (RedisError, OperationalError) as error:
        log.warning("waiting for a part of the system: %s", type(error).__name__)
    finally:
        db.session.remove()


def _run(name: str) -> None:
    module, _, function = name.rpartition(".")
    try:
        getattr(import_module(module), function)()
    except OperationalError:
        raise
    except Exception:
        db.session.rollback()
        log.exception("scheduled task %s failed", name)
