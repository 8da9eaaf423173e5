"""Serial numbers of time stamps: unique for ever, also over a crash (RFC 3161 §2.4.2). They need not be without gaps.

A process takes them by the block. The sequence is set past the block, and that is on the disk before the first number is
used; what a process did not use when it ends is a gap. Only a reservation waits for the disk, not a token.
"""

import os
import threading

from app.core.direct import Direct

BLOCK = 256
LOCK_SPACE = 0x54534100
# One at a time, until the reservation is committed: otherwise two could set the sequence to the same place. `setval` is
# always on record, unlike `nextval`, which relies on what an unfinished transaction of somebody else put on record.
_RESERVE = """
WITH alone AS MATERIALIZED (SELECT pg_advisory_xact_lock(%(space)s))
SELECT setval('time_stamp_serial_seq', nextval('time_stamp_serial_seq') + %(size)s - 1) FROM alone
"""


class SerialNumbers:
    """Gives each number once. Threads share it; after a fork the child takes a block of its own."""

    def __init__(self) -> None:
        self._lock, self._pid = threading.Lock(), 0
        self._next = self._end = 0

    def take(self, reader: Direct) -> int:
        """The next number.

        Raises:
            psycopg.OperationalError: a new block is needed and the database does not answer.
        """
        with self._lock:
            if self._next >= self._end or self._pid != os.getpid():
                ((last,),) = reader.fetch(_RESERVE, {"space": LOCK_SPACE, "size": BLOCK})
                self._next, self._end, self._pid = last - BLOCK + 1, last + 1, os.getpid()
            taken, self._next = self._next, self._next + 1
            return taken

    def forget(self) -> None:
        """Use nothing more of the present block: a number of it has a row already, as after a restored backup."""
        with self._lock:
            self._end = self._next
