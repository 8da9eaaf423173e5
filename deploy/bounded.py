"""gunicorn's worker with threads, with a door: what may be turned away is, before it waits in line for a thread.

gunicorn puts every request into the line of its thread pool. An answer "come back later" that stands in this line itself
is given when all before it were served: with 256 clients after 256 turns, and the line is as long as there are clients.
Here the main thread looks at the first octets, as they lie in the socket, and answers itself while the line is long. What is
answered in rounds (deploy/rounds.py) has a line of its own, and each round takes one thread for all who are in it.
"""

import re
import selectors
import socket
import time
from functools import partial
from typing import Any

from gunicorn.workers.gthread import STOP_KEEPALIVE_LINGER, TConn, ThreadWorker

from app.core.rounds import find_rounds, read_plain
from app.core.waiting import find_turned_away, may_turn_away
from deploy.rounds import SHORT_SECONDS, SLOW_SECONDS, Line

MOST_BYTES = 16_384
SILENT_SECONDS = 5.0  # then a connection that never asked is closed
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,9})[ \t]*\r\n", re.IGNORECASE)
_LAST = re.compile(rb"^[^\r]* HTTP/1\.0\r\n|\r\nconnection:[^\r]*close", re.IGNORECASE)


class BoundedWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """A worker of an application that said what may be turned away (app.core.waiting), and what is answered in rounds."""

    def init_process(self) -> None:
        """The process has begun; this returns when it ends."""
        self.line = Line(lambda done: self.method_queue.defer(self._take_back, done))
        super().init_process()

    def in_line(self) -> int:
        """Requests that no thread has taken yet, without those that wait for the next round."""
        size: int = self.tpool._work_queue.qsize()  # noqa: SLF001  there is no public way to ask a pool
        return size

    def accept(self, listener: Any) -> None:  # noqa: ANN401  gunicorn has no types
        """A new connection. It waits here until its request is there: in a thread a silent one would keep that for seconds."""
        try:
            client, address = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return  # another worker took it, or it is gone
        self.nr_conns += 1
        conn = TConn(self.cfg, client, address, listener.getsockname())
        conn.timeout = time.monotonic() + SILENT_SECONDS
        self.pending_conns.append(conn)
        self.poller.register(client, selectors.EVENT_READ, partial(self.on_pending_socket_readable, conn))

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        """One turn of the main thread: whatever came meanwhile, then the next round."""
        super().wait_for_and_dispatch_events(min(timeout, SLOW_SECONDS) if self.line else timeout)
        until = time.monotonic() + SHORT_SECONDS
        while self.line.is_short() and time.monotonic() < until:
            super().wait_for_and_dispatch_events(SHORT_SECONDS)
        self.line.set_out(self.tpool)

    def on_client_socket_readable(self, conn: Any, client: Any) -> None:  # noqa: ANN401  as above
        """A connection that was kept has something to read."""
        if not self._is_taken(conn, self.keepalived_conns):
            super().on_client_socket_readable(conn, client)

    def on_pending_socket_readable(self, conn: Any, client: Any) -> None:  # noqa: ANN401  as above
        """A new connection has something to read."""
        if not self._is_taken(conn, self.pending_conns):
            super().on_pending_socket_readable(conn, client)

    def _is_taken(self, conn: Any, held: Any) -> bool:  # noqa: ANN401  as above
        """Put into the line of the rounds, or turned away. Otherwise a thread takes it, in its turn."""
        try:
            data = conn.sock.recv(MOST_BYTES, socket.MSG_PEEK | socket.MSG_DONTWAIT)
            rounds = find_rounds(data)
            count = len(self.line) if rounds else self.in_line()
            answer = find_turned_away(data, count) if may_turn_away(count) else None
            request = read_plain(data) if rounds else None
            if answer is not None and is_whole(data):
                conn.sock.recv(len(data))
                conn.sock.send(answer)
                self._release(conn, held)
                self._take_back([(conn, not _LAST.search(data))])
            elif rounds and request:
                conn.sock.recv(len(data))
                self._release(conn, held)
                self.line.add(conn, request, rounds)
            else:
                return False
        except OSError:
            return False  # gone, or too slow to take two hundred octets: a thread finds out
        return True

    def _release(self, conn: Any, held: Any) -> None:  # noqa: ANN401  as above
        held.remove(conn)
        self.poller.unregister(conn.sock)

    def _take_back(self, done: list[tuple[Any, bool]]) -> None:
        """Connections that were answered, and whether each goes on. What was read of them was all that they sent."""
        for conn, keeps in done:
            if not keeps:
                self.nr_conns -= 1
                conn.close()
                continue
            conn.set_timeout()
            if not self.alive:
                conn.timeout = min(conn.timeout, time.monotonic() + STOP_KEEPALIVE_LINGER)
            self.keepalived_conns.append(conn)
            self.poller.register(conn.sock, selectors.EVENT_READ, partial(self.on_client_socket_readable, conn))


def is_whole(data: bytes) -> bool:
    """Whether this is one HTTP request to its end, and no more."""
    end = data.find(b"\r\n\r\n")
    found = _LENGTH.search(data, 0, end + 2)
    return end >= 0 and len(data) == end + 4 + (int(found[1]) if found else 0)
