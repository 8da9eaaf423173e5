"""A connection between its requests, as the main thread of gunicorn's worker holds it: nobody there keeps a thread waiting.

gunicorn gives a connection to a thread as soon as one octet lies in its socket, and the thread waits for the others, however
long they take; and it says goodbye in the main thread, which waits up to two seconds for the other side to hang up as well.
With a handful of connections that did nothing, the whole process stood still.
"""

import logging
import selectors
import socket
import struct
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

from gunicorn.workers.gthread import TConn

# A client that takes nothing of a long answer, or sends nothing more of a long request, keeps a thread for so long.
STALLED_SECONDS = 20.0
LINGER_SECONDS, MOST_DRAINED = (
    2.0,
    65_536,
)  # for so long, and of so much, a client may go on sending after its last answer


def in_one_line(record: logging.LogRecord) -> bool:
    """A filter for gunicorn's log: a client that stalled is its own affair, one line and no traceback."""
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, BlockingIOError | TimeoutError):
        record.levelno, record.levelname = logging.WARNING, "WARNING"
        record.msg, record.args, record.exc_info = "a client stalled for %g seconds", (STALLED_SECONDS,), None
    return True


class Connection(TConn):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn's connection, and what the main thread knows of it."""

    def __init__(self, see_off: Callable[["Connection"], None], *given: Any) -> None:  # noqa: ANN401  as gunicorn's
        """Take over a new connection.

        Args:
            see_off: closes it so that the last answer arrives.
            given: what gunicorn's own takes.
        """
        super().__init__(*given)
        self._see_off = see_off
        self.may_wait = False  # a thread that takes its request may have to wait for the other side
        self.drained = 0  # octets that came after the last answer
        self._seen = 0

    def limit(self, seconds: float) -> None:
        """Let nobody wait longer than this for one step of the other side."""
        whole, rest = divmod(seconds, 1)
        with suppress(OSError):  # a unix socket: the other side is a program of our own
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", int(whole), int(rest * 1e6)))
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(seconds * 1000))

    def wake_with_more(self, seen: int) -> bool:
        """Be readable only when there is more than this (or the end). False: there is no more than the last time."""
        if seen <= self._seen:
            return False
        self._wake_with(seen + 1)
        self._seen = seen
        return True

    def wake_with_anything(self) -> None:
        """Be readable as usual: somebody takes what is there."""
        if self._seen:
            self._wake_with(1)
            self._seen = 0

    def _wake_with(self, octets: int) -> None:
        with suppress(OSError):
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, octets)

    def close(self, graceful: bool = False) -> None:  # noqa: FBT001, FBT002  gunicorn's signature
        """Close it, at once or when the last answer has arrived."""
        if graceful:
            self._see_off(self)
        else:
            super().close()


class Leaving:
    """Connections that were answered for the last time. The worker's main thread calls all of this."""

    def __init__(self, poller: selectors.BaseSelector, count: Callable[[int], None]) -> None:
        """Nobody leaves yet.

        Args:
            poller: of the main thread.
            count: told +1 and -1 for each: they are connections like the others.
        """
        self._poller, self._count = poller, count
        self._all: deque[Connection] = deque()  # the first to be closed first

    def see_off(self, conn: Connection) -> None:
        """Close a connection so that the last answer arrives.

        Whatever still comes is taken out of the socket until the other side hangs up: what lies there unread would make
        the system throw away the answer as well (RFC 9112 §9.6). Nobody stands by for it.
        """
        try:
            conn.sock.setblocking(False)
            conn.sock.shutdown(socket.SHUT_WR)
            self._poller.register(conn.sock, selectors.EVENT_READ, partial(self._drain, conn))
        except (OSError, ValueError):  # it is gone already
            conn.close()
            return
        self._count(1)
        conn.timeout = time.monotonic() + LINGER_SECONDS
        self._all.append(conn)
        self._drain(conn, conn.sock)

    def close_late(self) -> None:
        """Close those that had their time."""
        while self._all and self._all[0].timeout <= time.monotonic():
            self._close(self._all[0])

    def _drain(self, conn: Connection, _client: object) -> None:
        try:
            count = len(conn.sock.recv(MOST_DRAINED))
        except BlockingIOError:
            return
        except OSError:
            count = 0
        conn.drained += count
        if not count or conn.drained >= MOST_DRAINED:
            self._close(conn)

    def _close(self, conn: Connection) -> None:
        self._all.remove(conn)
        self._poller.unregister(conn.sock)
        self._count(-1)
        conn.close()
