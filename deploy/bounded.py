"""gunicorn's worker with threads, with a door: what may be turned away is, before it waits in line for a thread.

gunicorn puts every request into the line of its thread pool. An answer "come back later" that stands in this line itself
is given when all before it were served: with 256 clients after 256 turns, and the line is as long as there are clients.
Here the main thread looks at the first octets, as they lie in the socket, while the line is long, and answers itself.
"""

import re
import selectors
import socket
import time
from functools import partial
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

from app.core.waiting import find_turned_away, may_turn_away

MOST_BYTES = 16_384
SILENT_SECONDS = 5.0  # then a connection that never asked is closed
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,9})[ \t]*\r\n", re.IGNORECASE)
_LAST = re.compile(rb"^[^\r]* HTTP/1\.0\r\n|\r\nconnection:[^\r]*close", re.IGNORECASE)


class BoundedWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """A worker of an application that said what may be turned away (app.core.waiting)."""

    def in_line(self) -> int:
        """Requests that no thread has taken yet."""
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

    def on_client_socket_readable(self, conn: Any, client: Any) -> None:  # noqa: ANN401  as above
        """A connection that was kept has something to read."""
        if not self._turned_away(conn, self.keepalived_conns):
            super().on_client_socket_readable(conn, client)

    def on_pending_socket_readable(self, conn: Any, client: Any) -> None:  # noqa: ANN401  as above
        """A new connection has something to read."""
        if not self._turned_away(conn, self.pending_conns):
            super().on_pending_socket_readable(conn, client)

    def _turned_away(self, conn: Any, held: Any) -> bool:  # noqa: ANN401  as above
        """Answer what is to be turned away, if it lies in the socket whole. Otherwise a thread takes it, in its turn."""
        count = self.in_line()
        if not may_turn_away(count):
            return False
        try:
            data = conn.sock.recv(MOST_BYTES, socket.MSG_PEEK | socket.MSG_DONTWAIT)
            answer = find_turned_away(data, count)
            if answer is None or not is_whole(data):
                return False
            conn.sock.recv(len(data))
            conn.sock.send(answer)
        except OSError:
            return False  # gone, or too slow to take two hundred octets: a thread finds out
        held.remove(conn)
        if _LAST.search(data):
            self.poller.unregister(conn.sock)
            self.nr_conns -= 1
            conn.close()
            return True
        if held is not self.keepalived_conns:
            self.poller.modify(conn.sock, selectors.EVENT_READ, partial(self.on_client_socket_readable, conn))
        conn.set_timeout()
        self.keepalived_conns.append(conn)
        return True


def is_whole(data: bytes) -> bool:
    """Whether this is one HTTP request to its end, and no more."""
    end = data.find(b"\r\n\r\n")
    found = _LENGTH.search(data, 0, end + 2)
    return end >= 0 and len(data) == end + 4 + (int(found[1]) if found else 0)
