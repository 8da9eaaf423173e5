"""The line of those who are answered in rounds (app.core.rounds): who comes while a round is on its way is in the next one.

The busier it is, the larger the rounds, and the less each answer costs. The main thread of gunicorn's worker calls all of
this but `_serve`, which runs in one of its threads.
"""

import logging
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

from app.core.rounds import PlainAnswer, PlainRequest, Rounds, on_the_wire

log = logging.getLogger(__name__)
MOST_ROUNDS = 2  # on their way at once: somebody may hang, and the pages need threads as well
SLOW_SECONDS = 0.02  # then the next round sets out beside one that is still on its way
# Who was just answered often asks again at once: for so long a round waits to be as large as the last one.
SHORT_SECONDS = 0.001
_BROKEN = PlainAnswer("500 Internal Server Error", [("Content-Length", "0")], b"")


class Waiting(NamedTuple):
    """A connection and what was asked on it."""

    conn: Any  # gunicorn's TConn
    request: PlainRequest
    rounds: Rounds


class Line:
    """Who waits for the next round, in the order in which they came."""

    def __init__(self, finish: Callable[[list[tuple[Any, bool]]], None], goes_on: Callable[[], bool]) -> None:
        """Make an empty line.

        Args:
            finish: takes connections back when they are answered, and whether each goes on; called in a thread of the pool.
            goes_on: whether this process does. If it ends, each answer is the last one of its connection.
        """
        self._finish, self._goes_on = finish, goes_on
        self._waiting: list[Waiting] = []
        self._began: list[float] = []  # of the rounds on their way
        self._last = 0  # how many were in the last one

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, conn: Any, request: PlainRequest, rounds: Rounds) -> None:  # noqa: ANN401  gunicorn has no types
        """Put somebody into the line; nobody else reads or writes this connection until it is finished."""
        self._waiting.append(Waiting(conn, request, rounds))

    def is_short(self) -> bool:
        """Whether more may come in a moment than wait now."""
        return not self._began and 0 < len(self._waiting) < self._last

    def set_out(self, pool: ThreadPoolExecutor) -> None:
        """Send a round on its way with all who wait, unless one is that may soon be back."""
        now = time.monotonic()
        if not self._waiting or len(self._began) >= MOST_ROUNDS:
            return
        latest = self._began[-1:]  # one look: a thread may take the last one out at any moment
        if latest and now - latest[0] < SLOW_SECONDS:
            return
        taken, self._waiting = self._waiting, []
        self._last = max(len(taken), self._last - 1)
        self._began.append(now)
        pool.submit(self._serve, taken, now)

    def _serve(self, taken: list[Waiting], began: float) -> None:
        """Answer everybody in a round."""
        try:
            answers = taken[0].rounds.answer([each.request for each in taken])
            ready = self._on_the_wire(taken, answers)
        except Exception:
            log.exception("a round failed")
            ready = self._on_the_wire(taken, [_BROKEN] * len(taken))
        done = [(conn, send_at_once(conn.sock, data) and keeps) for conn, data, keeps in ready]
        self._began.remove(began)
        self._finish(done)

    def _on_the_wire(self, taken: list[Waiting], answers: list[PlainAnswer]) -> list[tuple[Any, bytes, bool]]:
        """Each connection, what is sent on it, and whether it goes on after that."""
        goes_on = self._goes_on()
        pairs = [(each, answer, each.request.keeps and goes_on) for each, answer in zip(taken, answers, strict=True)]
        return [(each.conn, on_the_wire(answer, keeps=keeps), keeps) for each, answer, keeps in pairs]


def send_at_once(connection: socket.socket, data: bytes) -> bool:
    """Whether all of it was taken at once: a client that does not read its answers keeps no thread."""
    try:
        return connection.send(data, socket.MSG_DONTWAIT) == len(data)
    except OSError:
        return False
