"""The short way to the database, for single statements that are asked thousands of times a second.

One connection for each thread, each statement its own transaction. The session asks "are you there" before each use and
works longer than such a statement takes: two thirds of an OCSP answer (docs/adr/0009). Here a connection that was cut is
simply opened again. Everything else goes through `db.session`.
"""

import os
import threading
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import psycopg
from flask import current_app
from psycopg.abc import PQGen
from sqlalchemy import event

from app.core.db import db
from app.core.sent import MOST_SECONDS, Sent, Statement

CONNECT_SECONDS = 2
MOST_MILLISECONDS = 2000
RV = TypeVar("RV")
_of_the_parent: list[object] = []  # a forked child neither uses nor closes its parent's connections


class _Connection(psycopg.Connection[Any]):
    """Waits for no answer longer than `Sent` does: a server that hangs, or a machine that is gone, ends no statement itself."""

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        """As psycopg's own."""
        return super().wait(gen, interval, MOST_SECONDS if timeout is None else timeout)


class Direct:
    """Runs one statement at a time. Threads share the object, not the connections."""

    def __init__(self, url: str) -> None:
        """Nothing is connected yet.

        Args:
            url: of the database, as `Settings.database_url()` gives it.
        """
        self._url = url.replace("postgresql+psycopg://", "postgresql://", 1)
        self._local, self._lock = threading.local(), threading.Lock()
        self._open: dict[int, tuple[int, psycopg.Connection[Any]]] = {}

    def fetch(self, query: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> list[tuple[Any, ...]]:
        """Run a statement and commit it. Returns the rows.

        Raises:
            psycopg.OperationalError: the database does not answer. A statement that was cut is tried once more.
        """
        connection = self._held()
        if connection is not None:
            try:
                return _run(connection, query, parameters)
            except (psycopg.OperationalError, psycopg.InterfaceError):
                self._drop(connection)
        connection = self._connect()
        try:
            return _run(connection, query, parameters)
        except (psycopg.OperationalError, psycopg.InterfaceError):
            self._drop(connection)
            raise

    def send(self, statement: Statement, values: Sequence[bytes | None]) -> Sent:
        """Send a statement, to be committed by itself, and do not wait: `with direct().send(…) as sent: …; sent.rows()`.

        Raises:
            psycopg.OperationalError: the database does not answer. Whether a connection was cut is often known from
                `rows()` only; who sent the statement knows whether it may be sent again.
        """
        connection = self._held()
        if connection is not None:
            try:
                return Sent(connection, self._local.prepared, statement, values, drop=self._drop)
            except (psycopg.OperationalError, psycopg.InterfaceError):
                self._drop(connection)
        connection = self._connect()
        try:
            return Sent(connection, self._local.prepared, statement, values, drop=self._drop)
        except (psycopg.OperationalError, psycopg.InterfaceError):
            self._drop(connection)
            raise

    def ask(self, statement: Statement, values: Sequence[bytes | None]) -> list[tuple[bytes | None, ...]]:
        """Send a statement and wait for its rows.

        Raises:
            psycopg.OperationalError: the database does not answer. A statement that was cut is tried once more.
        """
        try:
            with self.send(statement, values) as sent:
                return sent.rows()
        except (psycopg.OperationalError, psycopg.InterfaceError):
            with self.send(statement, values) as sent:
                return sent.rows()

    def close(self) -> None:
        """Close every connection; who asks again gets a new one."""
        with self._lock:
            found, self._open = list(self._open.values()), {}
        for pid, connection in found:
            if pid == os.getpid():
                connection.close()
            else:
                _of_the_parent.append(connection)

    def _held(self) -> "psycopg.Connection[Any] | None":
        pid, connection = getattr(self._local, "held", (0, None))
        return connection if connection is not None and pid == os.getpid() and not connection.closed else None

    def _connect(self) -> "psycopg.Connection[Any]":
        connection = _Connection.connect(
            self._url,
            autocommit=True,
            prepare_threshold=0,  # the same few statements for ever
            connect_timeout=CONNECT_SECONDS,
            # Planned once: a list as a parameter makes the server plan anew every time, which takes longer than the answer.
            options=f"-c statement_timeout={MOST_MILLISECONDS} -c plan_cache_mode=force_generic_plan",
        )
        with self._lock:
            self._open[id(connection)] = (os.getpid(), connection)
        self._local.held, self._local.prepared = (os.getpid(), connection), set()
        return connection

    def _drop(self, connection: "psycopg.Connection[Any]") -> None:
        with self._lock:
            self._open.pop(id(connection), None)
        self._local.held = (0, None)
        connection.close()


def direct() -> Direct:
    """That of the current application; its connections are closed when the engine is disposed of."""
    found: Direct | None = current_app.extensions.get("direct")
    if found is None:
        found = current_app.extensions.setdefault("direct", Direct(current_app.extensions["settings"].database_url()))
        if not event.contains(db.engine, "engine_disposed", _close):
            event.listen(db.engine, "engine_disposed", _close)
        _by_engine[id(db.engine)] = found
    return found


_by_engine: dict[int, Direct] = {}


def _close(engine: object) -> None:
    found = _by_engine.get(id(engine))
    if found is not None:
        found.close()


def _run(
    connection: "psycopg.Connection[Any]", query: str, parameters: Sequence[Any] | Mapping[str, Any]
) -> list[tuple[Any, ...]]:
    return connection.execute(query, parameters).fetchall()  # type: ignore[arg-type]  # queries are our own texts
