"""Who has a case on the screen just now: a sorted set in Redis for each case, and nothing in the database.

It is a courtesy and protects nothing; while Redis is away nobody is seen.
"""

from datetime import datetime, timedelta
from uuid import UUID

from redis import Redis
from redis.exceptions import RedisError

LOOK_AGAIN = timedelta(seconds=15)  # how often a page says that it is still open
GONE_AFTER = timedelta(seconds=40)  # two missed calls and a bit


def appear(redis: "Redis", application_id: UUID, staff_id: UUID, name: str, now: datetime) -> list[str]:
    """Say that a person looks at a case.

    Returns:
        names of everybody else who does, whoever came first before the others.
    """
    key, moment = f"presence:{application_id}", now.timestamp()
    try:
        with redis.pipeline() as pipe:
            pipe.zremrangebyscore(key, "-inf", moment - GONE_AFTER.total_seconds())
            pipe.zadd(key, {f"{staff_id}|{name}": moment})
            pipe.expire(key, GONE_AFTER)
            pipe.zrange(key, 0, -1)
            members = pipe.execute()[-1]
    except RedisError:
        return []
    people = [member.decode() if isinstance(member, bytes) else str(member) for member in members]
    return [each.partition("|")[2] for each in people if not each.startswith(f"{staff_id}|")]


def leave(redis: "Redis", application_id: UUID, staff_id: UUID, name: str) -> None:
    """Say that a person does not look any more."""
    try:
        redis.zrem(f"presence:{application_id}", f"{staff_id}|{name}")
    except RedisError:
        return
