"""Moving due promises to Redis, and again those of which nothing was heard."""

from datetime import datetime, timedelta
from uuid import UUID

from redis import Redis
from rq import Queue
from sqlalchemy import or_, select

from app.core.db import db
from app.core.transaction import transaction
from app.jobs.registry import JOBS
from models.promises import Promise

# A worker that was killed, or a Redis that lost its last second, is noticed after this long.
HAND_OVER_AGAIN_AFTER = timedelta(minutes=2)
BATCH = 200


def hand_over(redis: Redis, now: datetime, *, again_after: timedelta = HAND_OVER_AGAIN_AFTER) -> int:
    """Give every due promise to its queue. A second run of the same promise is harmless: jobs are idempotent.

    Args:
        redis: where the queues are.
        now: the present moment.
        again_after: hand over once more what was handed over so long ago and is not done.

    Returns:
        how many promises were handed over.

    Raises:
        redis.exceptions.RedisError: Redis is away; the promises stay as they are.
    """
    with transaction():
        due = list(
            db.session.scalars(
                select(Promise)
                .where(
                    Promise.done_at.is_(None),
                    Promise.due_at <= now,
                    or_(Promise.handed_over_at.is_(None), Promise.handed_over_at < now - again_after),
                )
                # What was never handed over goes first: a queue without a worker must not hold up all others.
                .order_by(Promise.handed_over_at.nulls_first(), Promise.created_at, Promise.id)
                .limit(BATCH)
                .with_for_update(skip_locked=True)
            )
        )
        for promise in due:
            if promise.name in JOBS:
                enqueue(redis, promise.id, promise.name, again=promise.handed_over_at is not None)
            promise.handed_over_at = now
    return len(due)


def enqueue(redis: Redis, promise_id: UUID, name: str, *, again: bool = False) -> None:
    """Put one promise on its queue. The message carries the promise's id and nothing else.

    With `again`, one that still waits there is left where it is: a queue that is long, or without a worker, would otherwise
    hold each of its promises many times over.
    """
    queue, job_id = Queue(JOBS[name], connection=redis), str(promise_id)
    if again and queue.get_job_position(job_id) is not None:
        return
    queue.enqueue(
        "app.jobs.runner.run",
        job_id,
        job_id=job_id,
        job_timeout=600,
        result_ttl=0,
        failure_ttl=0,
        description=name,
    )
