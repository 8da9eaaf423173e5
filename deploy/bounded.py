"""gunicorn's worker with threads, with a door: what may be turned away is, before it waits in line for a thread.

gunicorn puts every request into the line of its thread pool. An answer "come back later" that stands in this line itself
is given when all before it were served: with 256 clients after 256 turns, and the line is as long as there are clients.
Here the main thread looks at the first octets, as they lie in the socket, and answers itself while the line is long. What is
answered in rounds (deploy/rounds.py) has a line of its own, and each round takes one thread for all who are in it. A short
request is waited for here until it is there to its end (deploy/connections.py), and so is the end of a connection.
"""

import errno
import selectors
import socket
import time
from collections import deque
from functools import partial
from typing import Any

from gunicorn.workers.gthread import STOP_KEEPALIVE_LINGER, ThreadWorker

from app.core.rounds import PlainRequest, find_rounds, is_to_come, is_whole, read_plain
from app.core.waiting import find_turned_away, may_turn_away
from deploy.connections import STALLED_SECONDS, Connection, Leaving, in_one_line
from deploy.rounds import SHORT_SECONDS, SLOW_SECONDS, Line, send_at_once

MOST_BYTES = 16_384
SILENT_SECONDS = 5.0  # then a connection that never asked, or not to the end, is closed
FULL_SECONDS = 0.5  # nobody is taken in for so long when there are no more files to be opened
_FULL = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}


class BoundedWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """A worker of an application that said what may be turned away (app.core.waiting), and what is answered in rounds."""

    def init_process(self) -> None:
        """The process has begun; this returns when it ends."""
        self.line = Line(lambda done: self.method_queue.defer(self._take_back, done), lambda: self.alive)
        self.later: deque[Connection] = deque()
        self.doubtful = 0  # threads that may wait for somebody
        self.full_until = 0.0
        super().init_process()

    def run(self) -> None:
        """Serve until the end."""
        self.leaving = Leaving(self.poller, self._count)
        self.log.error_log.addFilter(in_one_line)
        super().run()

    def _count(self, number: int) -> None:
        self.nr_conns += number

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
        except OSError as error:
            if error.errno not in _FULL:
                raise
            self.log.warning("%d connections, and no more: %s", self.nr_conns, error.strerror)
            self.full_until = time.monotonic() + FULL_SECONDS
            self.set_accept_enabled(False)
            return
        self.nr_conns += 1
        conn = Connection(self.leaving.see_off, self.cfg, client, address, listener.getsockname())
        conn.limit(STALLED_SECONDS)
        self._expect(conn)

    def set_accept_enabled(self, enabled: bool) -> None:  # noqa: FBT001  gunicorn's signature
        """Take new connections in, or leave them where they are."""
        super().set_accept_enabled(enabled and time.monotonic() >= self.full_until)

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        """One turn of the main thread: whatever came meanwhile, then the next round."""
        super().wait_for_and_dispatch_events(min(timeout, SLOW_SECONDS) if self.line else timeout)
        until = time.monotonic() + SHORT_SECONDS
        while self.line.is_short() and time.monotonic() < until:
            super().wait_for_and_dispatch_events(SHORT_SECONDS)
        self.line.set_out(self.tpool)
        self.leaving.close_late()

    def enqueue_req(self, conn: Connection) -> None:
        """Let a thread take the request. Of those that may have to wait for the other side only half: pages go on."""
        if conn.may_wait:
            if self.doubtful >= max(self.cfg.threads // 2, 1):
                self.later.append(conn)
                return
            self.doubtful += 1
        super().enqueue_req(conn)

    def finish_request(self, conn: Connection, fs: Any) -> None:  # noqa: ANN401  as above
        """A thread is done with a request."""
        self.doubtful -= conn.may_wait
        conn.may_wait = True  # what was read of a next request, and goes to a thread at once, need not be whole
        super().finish_request(conn, fs)
        if self.later and self.doubtful < max(self.cfg.threads // 2, 1):
            self.enqueue_req(self.later.popleft())

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
        except OSError:
            return False  # gone: a thread finds out
        rounds = find_rounds(data)
        count = len(self.line) if rounds else self.in_line()
        refusal = find_turned_away(data, count) if may_turn_away(count) else None
        # Only where nobody can be in doubt where it ends: behind the answer begins what the client asks next.
        request = read_plain(data) if rounds or refusal else None
        if request is None:
            return self._is_waited_for(conn, held, data)
        conn.wake_with_anything()
        self._release(conn, held)
        if not _read_again(conn.sock, len(data)):
            self._take_back([(conn, False)])
        elif refusal:
            self._turn_away(conn, request, refusal)
        elif rounds:
            self.line.add(conn, request, rounds)
        return True

    def _is_waited_for(self, conn: Any, held: Any, data: bytes) -> bool:  # noqa: ANN401  as above
        """Whether the rest of a short request is to come, and nobody need look at it before."""
        if not is_to_come(data, MOST_BYTES) or not conn.wake_with_more(len(data)):
            conn.wake_with_anything()
            conn.may_wait = not is_whole(data)
            return False
        if held is self.keepalived_conns:  # from now on it has as long as a new one
            self._release(conn, held)
            self._expect(conn)
        return True

    def _expect(self, conn: Connection) -> None:
        """Wait for the request of a connection."""
        conn.timeout = time.monotonic() + SILENT_SECONDS
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self.on_pending_socket_readable, conn))

    def _turn_away(self, conn: Any, request: PlainRequest, refusal: bytes) -> None:  # noqa: ANN401  as above
        """Answer at once. Who does not take some hundred octets, because he reads nothing, is let go."""
        keeps = request.keeps and self.alive
        if not keeps:
            refusal = refusal.replace(b"Connection: keep-alive", b"Connection: close", 1)
        self._take_back([(conn, send_at_once(conn.sock, refusal) and keeps)])

    def _release(self, conn: Any, held: Any) -> None:  # noqa: ANN401  as above
        held.remove(conn)
        self.poller.unregister(conn.sock)

    def _take_back(self, done: list[tuple[Any, bool]]) -> None:
        """Connections that were answered, and whether each goes on. What was read of them was all that they sent."""
        for conn, keeps in done:
            if not keeps:
                self.nr_conns -= 1
                self.leaving.see_off(conn)
                continue
            conn.set_timeout()
            if not self.alive:
                conn.timeout = min(conn.timeout, time.monotonic() + STOP_KEEPALIVE_LINGER)
            self.keepalived_conns.append(conn)
            self.poller.register(conn.sock, selectors.EVENT_READ, partial(self.on_client_socket_readable, conn))


def _read_again(connection: socket.socket, count: int) -> bool:
    """Take out of the socket what was only looked at."""
    try:
        return len(connection.recv(count, socket.MSG_DONTWAIT)) == count
    except OSError:
        return False
