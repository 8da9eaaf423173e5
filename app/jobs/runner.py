"""Doing what was promised, in a worker."""

import logging
from datetime import timedelta
from importlib import import_module
from uuid import UUID

from sqlalchemy import func, select

from app import audit
from app.core import clock
from app.core.actor import SYSTEM
from app.core.db import db
from app.core.transaction import transaction
from app.jobs.registry import JOBS
from models.promises import Promise

log = logging.getLogger(__name__)

FIRST_RETRY = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=10)
NOTED_AFTER = 3  # failures before the audit log is told
LOCK_SPACE = 0x50524F4D


def run(promise_id: str) -> None:
    """Do one promise, unless it is done or being done. What fails is tried again later, less and less often.

    Two deliveries of one promise never run at the same time: an advisory lock is held on a connection of its own
    while the job works, and falls with the process if that is killed.
    """
    key = UUID(promise_id)
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as guard:
        held = guard.scalar(select(func.pg_try_advisory_lock(LOCK_SPACE, key.int % 2**31)))
        if not held:
            return
        try:
            _do(key)
        finally:
            guard.execute(select(func.pg_advisory_unlock(LOCK_SPACE, key.int % 2**31)))
            db.session.remove()


def _do(promise_id: UUID) -> None:
    promise = db.session.get(Promise, promise_id)
    if promise is None or promise.done_at is not None:
        return
    name, subject_id = promise.name, promise.subject_id
    db.session.rollback()
    try:
        if name not in JOBS:
            raise LookupError(f"no job is called {name}")
        module, _, function = name.rpartition(".")
        getattr(import_module(module), function)(str(subject_id))
    except Exception as error:
        db.session.rollback()
        log.exception("job %s failed for %s", name, subject_id)
        _note_failure(promise_id, error)
    else:
        _note_done(promise_id)


def _note_done(promise_id: UUID) -> None:
    with transaction():
        promise = db.session.get_one(Promise, promise_id, with_for_update=True)
        promise.attempts += 1
        promise.done_at = clock.now()
        promise.last_error = None


def _note_failure(promise_id: UUID, error: Exception) -> None:
    with transaction():
        promise = db.session.get_one(Promise, promise_id, with_for_update=True)
        promise.attempts += 1
        # The class and the code, never the arguments: an error may quote what it was given.
        promise.last_error = f"{type(error).__name__}: {getattr(error, 'code', '')}".rstrip(": ")
        promise.due_at = clock.now() + min(FIRST_RETRY * 2 ** min(promise.attempts - 1, 10), LONGEST_WAIT)
        promise.handed_over_at = None
        if promise.attempts == NOTED_AFTER:
            audit.record(
                "job:fail",
                subject_type="promise",
                subject_id=promise.id,
                actor=SYSTEM,
                outcome="failed",
                detail={"job": promise.name, "error": promise.last_error},
            )
