"""Signed answers that can be given again. Neither layer knows a status: both are asked with the status just read.

An answer lies under what was true when it was signed. A slow process that puts an old "good" back puts it where nobody
looks once the database says "revoked"; the purge only frees the room.
"""

import logging
import struct
import threading
import time
from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, NamedTuple, TypeVar

from redis import Redis
from redis.exceptions import RedisError

log = logging.getLogger(__name__)
T = TypeVar("T")
AWAY_SECONDS = 2.0  # nobody asks Redis for so long after it did not answer: while it hangs, each question costs a wait
_MOMENTS = struct.Struct(">qq")


@dataclass(frozen=True, slots=True)
class Signed:
    """A signed OCSPResponse and for how long it holds."""

    body: bytes
    this_update: datetime
    next_update: datetime

    def is_young(self, now: datetime) -> bool:
        """Whether half of its life is still to come: who fetches it can use it for a while."""
        return self.this_update <= now < self.this_update + (self.next_update - self.this_update) / 2


class Place(NamedTuple):
    """Where an answer lies in Redis: nobody who reads another status looks there."""

    certificate: str  # its serial number, as records write it
    field: str  # way of asking, responder, status


class SharedCache:
    """The layer of all processes, in Redis: a hash for each certificate, a field for each way to ask and each status.

    Redis is no part of the answer: while it is away every answer is signed anew.
    """

    def __init__(self, redis: Redis) -> None:
        self._redis, self._away_until = redis, 0.0

    def get(self, places: Collection[Place]) -> dict[Place, Signed]:
        """The answers that lie there, in one turn."""
        wanted = list(places)
        if not wanted or self._is_away():
            return {}
        try:
            with self._redis.pipeline(transaction=False) as all_of_them:
                for place in wanted:
                    all_of_them.hget(_key(place.certificate), place.field)
                found = all_of_them.execute()
        except RedisError as error:
            self._went_away(error)
            return {}
        read = ((place, _read(value)) for place, value in zip(wanted, found, strict=True))
        return {place: signed for place, signed in read if signed}

    def put(self, answers: Mapping[Place, Signed]) -> None:
        """Keep answers until they hold no more."""
        if not answers or self._is_away():
            return
        try:
            with self._redis.pipeline(transaction=False) as all_of_them:
                for place, signed in answers.items():
                    begin, end = int(signed.this_update.timestamp()), int(signed.next_update.timestamp())
                    all_of_them.hset(_key(place.certificate), place.field, _MOMENTS.pack(begin, end) + signed.body)
                    all_of_them.expireat(_key(place.certificate), end)
                all_of_them.execute()
        except RedisError as error:
            self._went_away(error)

    def _is_away(self) -> bool:
        return time.monotonic() < self._away_until

    def _went_away(self, error: RedisError) -> None:
        log.warning("no shared cache: %s", type(error).__name__)
        self._away_until = time.monotonic() + AWAY_SECONDS

    def purge(self, certificate: str) -> None:
        """Forget every answer about a certificate. Raises RedisError: the promise is tried again."""
        self._redis.delete(_key(certificate))


def _read(found: object) -> Signed | None:
    if not isinstance(found, bytes) or len(found) <= _MOMENTS.size:
        return None
    begin, end = _MOMENTS.unpack_from(found)
    return Signed(found[_MOMENTS.size :], datetime.fromtimestamp(begin, UTC), datetime.fromtimestamp(end, UTC))


def _key(certificate: str) -> str:
    return f"ocsp:{certificate}"


class SmallCache(Generic[T]):
    """The layer of one process: the most recently used, so many. Threads share it."""

    def __init__(self, most: int) -> None:
        self._most, self._lock = most, threading.Lock()
        self._kept: OrderedDict[bytes, T] = OrderedDict()

    def get(self, key: bytes) -> T | None:
        """What was kept, now the most recently used."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def put(self, key: bytes, value: T) -> None:
        """Keep it; what was not used for longest goes."""
        with self._lock:
            self._kept[key] = value
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
