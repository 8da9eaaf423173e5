"""Work in a process of its own: what comes back, what does not, and that nothing hangs."""

import logging
import os
import resource
import signal
import socket
import time
from typing import BinaryIO

import pytest
from flask import Flask
from sqlalchemy import text

from app.core.apart import ApartError, apart
from app.core.db import db
from app.core.errors import IllegalTransitionError

SECRET = "7KQ4-M2XD"


def test_a_result_and_a_file_come_back(app: Flask) -> None:
    def work(file: BinaryIO) -> tuple[int, str]:
        file.write(b"sheets")
        return os.getpid(), db.session.scalar(text("SELECT 'from a connection of its own'"))

    db.session.scalar(text("SELECT 1"))
    (child, answer), file = apart(work)
    with file:
        assert file.read() == b"sheets"
    assert child != os.getpid()
    assert answer == "from a connection of its own"
    assert db.session.scalar(text("SELECT 2")) == 2, "ours still works"
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)


def test_an_error_comes_back_as_it_was(app: Flask) -> None:
    def work(file: BinaryIO) -> None:
        raise IllegalTransitionError("mail-piece", current="printed", event="print")

    with pytest.raises(IllegalTransitionError) as caught:
        apart(work)
    assert caught.value.code == "illegal-transition"
    assert caught.value.fields == {"machine": "mail-piece", "current": "printed", "event": "print"}


def test_another_error_says_where_and_never_what_about(app: Flask, capfd: pytest.CaptureFixture[str]) -> None:
    logging.getLogger("app.core.apart").addHandler(handler := logging.StreamHandler())

    def work(file: BinaryIO) -> None:
        raise KeyError(SECRET)

    try:
        with pytest.raises(ApartError) as caught:
            apart(work)
    finally:
        logging.getLogger("app.core.apart").removeHandler(handler)
    assert SECRET not in f"{caught.value!r}{caught.value.__cause__!r}"


@pytest.mark.parametrize("how", ["killed", "silent"])
def test_a_child_that_dies_or_hangs_is_noticed(app: Flask, how: str) -> None:
    def work(file: BinaryIO) -> None:
        if how == "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(60)

    began = time.monotonic()
    with pytest.raises(ApartError):
        apart(work, seconds=1)
    assert time.monotonic() - began < 20


def test_the_child_holds_none_of_our_connections_and_writes_no_core(app: Flask) -> None:
    ours, theirs = socket.socketpair()

    def work(file: BinaryIO) -> tuple[bool, int]:
        number = ours.fileno()
        return os.path.samefile(f"/proc/self/fd/{number}", os.devnull), resource.getrlimit(resource.RLIMIT_CORE)[0]

    with ours, theirs:
        found, file = apart(work)
        file.close()
    assert found == (True, 0)
