"""Work with a secret in a process of its own: what it knew is gone with its memory when it ends.

A process that serves people lives for weeks, and neither Python nor a library clears what it frees: a PIN that it
handled would lie in its memory for as long. So the work is done in a forked child. What it makes comes back in a
file without a name (memfd_create(2)), which a web server hands to the socket without reading it.
"""

import ctypes
import logging
import os
import pickle
import select
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from typing import BinaryIO, TypeVar, cast

from app.core.db import db
from app.core.errors import DomainError
from app.core.private import keep_private

log = logging.getLogger(__name__)
T = TypeVar("T")
LONGEST = 90.0  # seconds; a web worker is ended after 120
PR_SET_PDEATHSIG = 1


class ApartError(Exception):
    """The child did not end well; its log says why. What it committed stays."""


def apart(
    work: Callable[[BinaryIO], T], *, passes: tuple[type[Exception], ...] = (DomainError,), seconds: float = LONGEST
) -> tuple[T, BinaryIO]:
    """Do something in a child process with a database connection of its own.

    Args:
        work: gets the file to write to. What it returns is carried back: nothing secret.
        passes: errors that are raised here as they were raised there; they carry nothing secret.
        seconds: after so long the child is killed.

    Returns:
        what `work` returned, and the file from its beginning. The file is anonymous memory; whoever gets it closes it.

    Raises:
        ApartError: another error, a killed child, or no answer in time.
    """
    db.session.rollback()  # no connection is in our hands while we fork
    file = os.fdopen(os.memfd_create("apart", os.MFD_CLOEXEC), "w+b")
    reading, writing = os.pipe2(os.O_CLOEXEC)
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        _work(work, passes, file, writing, parent)
    os.close(writing)
    try:
        answer = _read(reading, time.monotonic() + seconds)
        is_right, found = pickle.loads(answer) if answer else (False, None)  # noqa: S301  our own child's
    except BaseException:
        file.close()
        raise
    finally:
        os.close(reading)
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)  # it has nothing more to say
        os.waitpid(child, 0)
    if is_right:
        file.seek(0)
        return cast("T", found), file
    file.close()
    if found is None:
        raise ApartError
    raise _revived(*found)


def _work(
    work: Callable[[BinaryIO], T], passes: tuple[type[Exception], ...], file: BinaryIO, writing: int, parent: int
) -> None:
    """The child: never returns."""
    try:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)
        keep_private()
        _let_go({file.fileno(), writing})
        db.engine.dispose(close=False)  # the connections are the parent's
        try:
            found = work(file)
            file.flush()
            answer: object = (True, found)
        except passes as error:
            answer = (False, (type(error), error.args, error.__dict__))
        _write(writing, pickle.dumps(answer))
    except BaseException as error:  # noqa: BLE001  nothing of the parent's may run in its child
        # Without what it was about: a traceback's last line may quote a secret.
        log.error("apart: %s at %s", type(error).__name__, _place_of(error))  # noqa: TRY400
    finally:
        os._exit(0)


def _let_go(kept: set[int]) -> None:
    """Leave the parent's sockets alone: a connection that it closes must not stay open here.

    Each number stays in use (by nothing), so that whoever closes it later in the child closes nothing of ours.
    """
    nothing = os.open(os.devnull, os.O_RDWR)
    for name in os.listdir("/proc/self/fd"):
        number = int(name)
        if number > 2 and number != nothing and number not in kept:
            with suppress(OSError):
                os.fstat(number)
                os.dup2(nothing, number, inheritable=False)


def _read(reading: int, until: float) -> bytes:
    parts: list[bytes] = []
    ready = select.poll()
    ready.register(reading, select.POLLIN)
    while True:
        if not ready.poll(max(until - time.monotonic(), 0) * 1000):
            return b""
        part = os.read(reading, 65536)
        if not part:
            return b"".join(parts)
        parts.append(part)


def _write(writing: int, data: bytes) -> None:
    while data:
        data = data[os.write(writing, data) :]


def _revived(kind: type[Exception], args: tuple[object, ...], fields: dict[str, object]) -> Exception:
    """The child's error; not by its own constructor, which takes other arguments than it keeps."""
    error = kind.__new__(kind, *args)
    error.__dict__.update(fields)
    return error


def _place_of(error: BaseException) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"
