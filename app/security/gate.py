"""How many slow checks of secrets run at once in a process.

Argon2id takes tens of milliseconds of a core and 19 MiB (a PIN) or 64 MiB (a password) on purpose. A flood of either, right
or wrong, would fill every thread with them: everybody would wait for everybody, and pages that check nothing would stand
still too. So a few run, a few wait a little, and the rest are told at once to come back: refused early, the others are
served at full speed. PINs and passwords share one gate: two of them would fill the threads after all.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

RETRY_AFTER_SECONDS = 5


class BusyError(Exception):
    """Too many at once. Nothing was looked up, nothing counted; the answer is 503 with Retry-After.

    No DomainError: nobody did anything wrong, and no screen has a better answer than the one for all of them.
    """


class Gate:
    """Lets `at_once` through, lets `waiting` more wait for at most `seconds`, and turns the others away."""

    def __init__(self, *, at_once: int, waiting: int, seconds: float) -> None:
        self._at_once, self._waiting, self._seconds = at_once, waiting, seconds
        self._open()
        os.register_at_fork(after_in_child=self._open)  # who stands inside did not come along

    def _open(self) -> None:
        at_once, waiting = self._at_once, self._waiting
        self._places = threading.BoundedSemaphore(at_once)
        self._room = threading.BoundedSemaphore(at_once + waiting)

    @contextmanager
    def passed(self) -> Iterator[None]:
        """A place inside for the length of the block.

        Raises:
            BusyError: nobody may wait any more, or the wait was too long.
        """
        if not self._room.acquire(blocking=False):
            raise BusyError
        try:
            if not self._places.acquire(timeout=self._seconds):
                raise BusyError
            try:
                yield
            finally:
                self._places.release()
        finally:
            self._room.release()


# Of one process: the site has two with four threads each, so that one thread of each is always free.
slow_checks = Gate(at_once=1, waiting=2, seconds=1.0)
