"""A prepared statement that was sent and not yet waited for: what else there is to do is done meanwhile (libpq, `psycopg.pq`).

Beside the time, it saves three quarters of the work in this process: a cursor's conversions and states are not needed for
one statement whose values are bytes already.
"""

import select
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import psycopg
from psycopg import pq
from psycopg.errors import error_from_result

MOST_SECONDS = 3.0  # longer than the server's own limit for a statement
_FINE = {pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK}
_READABLE = select.POLLIN | select.POLLERR | select.POLLHUP


@dataclass(frozen=True, slots=True)
class Statement:
    """What is asked again and again.

    Values and columns are text as PostgreSQL writes it (`$1::bigint` is `b"12"`), but those in `binary`, by number from 0,
    are a `bytea` as it is.
    """

    name: bytes
    text: bytes
    binary: tuple[int, ...] = ()


class Sent:
    """One statement on its way. Leave the block, or ask for the rows, before the thread asks for anything else."""

    def __init__(
        self,
        connection: "psycopg.Connection[Any]",
        prepared: set[bytes],
        statement: Statement,
        values: Sequence[bytes | None],
        *,
        drop: Callable[["psycopg.Connection[Any]"], None],
    ) -> None:
        """Send it; `prepared` are the names that this connection knows."""
        self._connection, self._drop, self._is_open = connection, drop, True
        self._pg = connection.pgconn
        if statement.name not in prepared:
            self._pg.send_prepare(statement.name, statement.text)
            self._results()
            prepared.add(statement.name)
        formats = [1 if number in statement.binary else 0 for number in range(len(values))]
        self._pg.send_query_prepared(statement.name, values, formats)
        self._flush()

    def rows(self) -> list[tuple[bytes | None, ...]]:
        """Wait for the rows.

        Raises:
            psycopg.OperationalError: the connection was cut, or no answer came in time: it is not known what was done.
            psycopg.Error: the server refused it.
        """
        try:
            found = self._results()
        except (psycopg.OperationalError, psycopg.InterfaceError):
            self._drop(self._connection)
            raise
        finally:
            self._is_open = False
        (result,) = found
        columns = range(result.nfields)
        return [tuple(result.get_value(row, column) for column in columns) for row in range(result.ntuples)]

    def __enter__(self) -> "Sent":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._is_open:  # somebody raised meanwhile: the next statement must not read this one's rows
            self._is_open = False
            try:
                self._results()
            except (psycopg.OperationalError, psycopg.InterfaceError):
                self._drop(self._connection)
            except psycopg.Error:
                pass

    def _flush(self) -> None:
        until = time.monotonic() + MOST_SECONDS
        while self._pg.flush():
            self._wait(select.POLLOUT | _READABLE, until)
            self._pg.consume_input()

    def _results(self) -> list[pq.abc.PGresult]:
        self._flush()
        found, until = [], time.monotonic() + MOST_SECONDS
        while True:
            while self._pg.is_busy():
                self._pg.consume_input()  # it is often there already
                if self._pg.is_busy():
                    self._wait(_READABLE, until)
            result = self._pg.get_result()
            if result is None:
                break
            found.append(result)
        for result in found:
            if result.status not in _FINE:
                raise error_from_result(result)
        return found

    def _wait(self, what: int, until: float) -> None:
        poller = select.poll()
        poller.register(self._pg.socket, what)
        if not poller.poll(max(0.0, until - time.monotonic()) * 1000):
            raise psycopg.OperationalError("no answer in time")
