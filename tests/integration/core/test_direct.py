"""A statement that is on its way while something else is done."""

import tempfile
import time
from pathlib import Path

import psycopg
import pytest
from flask import Flask

from app.core.direct import Direct
from app.core.sent import Statement
from tests.factories.relay import Relay

ECHO = Statement(b"echo", b"SELECT $1::int + 1, $2::bytea = '\\x00ff', $3::text", binary=(1,))
FAILS = Statement(b"fails", b"SELECT 1 / $1::int")


@pytest.fixture
def direct(app: Flask, settings):
    found = Direct(settings.database_url())
    yield found
    found.close()


def test_values_and_rows_are_octets(direct) -> None:
    for _ in range(3):
        with direct.send(ECHO, (b"4", b"\0\xff", None)) as sent:
            assert sent.rows() == [(b"5", b"t", None)]
    assert direct.fetch("SELECT 1") == [(1,)]


def test_who_raises_meanwhile_leaves_nothing_for_the_next_one(direct) -> None:
    with pytest.raises(LookupError), direct.send(ECHO, (b"1", b"", b"x")):
        raise LookupError
    assert direct.ask(ECHO, (b"8", b"", b"y")) == [(b"9", b"f", b"y")]
    assert direct.fetch("SELECT 2") == [(2,)]


def test_what_the_server_refuses_is_raised_and_the_connection_goes_on(direct) -> None:
    with pytest.raises(psycopg.errors.DivisionByZero):
        direct.ask(FAILS, (b"0",))
    with pytest.raises(LookupError), direct.send(FAILS, (b"0",)):
        raise LookupError
    assert direct.ask(FAILS, (b"1",)) == [(b"1",)]


def test_a_connection_that_was_cut_is_opened_again_for_asking_but_not_for_sending(direct, settings) -> None:
    def cut() -> None:
        ((pid,),) = direct.fetch("SELECT pg_backend_pid()")
        with psycopg.connect(settings.database_url().replace("+psycopg", ""), autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))

    assert direct.ask(FAILS, (b"1",)) == [(b"1",)]
    cut()
    assert direct.ask(FAILS, (b"1",)) == [(b"1",)]
    cut()
    with pytest.raises(psycopg.OperationalError), direct.send(FAILS, (b"1",)) as sent:
        sent.rows()  # it may have been done: who sent it decides
    assert direct.ask(FAILS, (b"1",)) == [(b"1",)]


def test_a_statement_that_takes_too_long_is_given_up(direct) -> None:
    slow = Statement(b"slow", b"SELECT pg_sleep($1::float)")
    with pytest.raises(psycopg.OperationalError), direct.send(slow, (b"30",)) as sent:
        sent.rows()
    assert direct.fetch("SELECT 1") == [(1,)]


@pytest.fixture
def relay(app: Flask, var_dir: Path):
    with tempfile.TemporaryDirectory(prefix="r", dir=var_dir) as directory:
        found = Relay(Path(directory) / ".s.PGSQL.5432", var_dir / "pg" / ".s.PGSQL.5432")
        found.directory = directory
        yield found
        found.close()


def test_a_server_that_hangs_is_not_waited_for(relay) -> None:
    """Stopped, or its machine gone: it does not end a statement itself, and the connection looks as if it stood."""
    direct = Direct(f"postgresql+psycopg://postgres@/postgres?host={relay.directory}")
    for ask in (lambda: direct.fetch("SELECT 1"), lambda: direct.ask(FAILS, (b"1",))):
        assert ask()
        relay.flows.clear()
        began = time.monotonic()
        with pytest.raises(psycopg.OperationalError):
            ask()
        assert time.monotonic() - began < 12
        relay.flows.set()
        assert ask()
    direct.close()
