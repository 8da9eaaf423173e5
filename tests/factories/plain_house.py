"""A small application without database or keys, to try the web server itself: pages, rounds, and a door."""

import os
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import deploy.bounded
from app.core import waiting
from app.core.rounds import PlainAnswer, PlainRequest, Rounds, answer_in_rounds, on_the_wire
from app.core.waiting import TurnedAway, turn_away

MOST_WAITING = 3
HANG_SECONDS = 1.5
BIG = 64 << 20
LATER, FAT = b"later", b"f" * (16 << 20)


def _told(body: bytes, status: str = "503 Service Unavailable") -> PlainAnswer:
    return PlainAnswer(status, [("Content-Length", str(len(body)))], body)


def _round(requests: Sequence[PlainRequest]) -> list[PlainAnswer]:
    if any("hang" in each.path for each in requests):
        time.sleep(HANG_SECONDS)
    return [_told(each.path.encode() + each.body, "200 OK") for each in requests]


def _page(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    path, body = environ["PATH_INFO"], environ["wsgi.input"].read()
    if path == "/hang":
        time.sleep(HANG_SECONDS)
    answer = {"/big": _big, "/pid": _pid, "/held": _held}.get(path, lambda: b"page " + body)()
    start_response("200 OK", [("Content-Length", str(len(answer)))])
    return [answer]


def _big() -> bytes:
    return b"b" * BIG


def _pid() -> bytes:
    return b"%d" % os.getpid()


def _held() -> bytes:
    """How many connections the worker counts, how many threads may wait for somebody, and how many wait to do so."""
    worker = waiting._count.__self__  # type: ignore[union-attr]  # the worker has said how to count
    return b"%d %d %d" % (worker.nr_conns, worker.doubtful, len(worker.later))


def create_site() -> Callable[..., Iterable[bytes]]:
    """What deploy.serve asks for."""
    door = TurnedAway((b"GET /ask/", b"POST /ask "), MOST_WAITING, on_the_wire(_told(LATER), keeps=True))
    turn_away(door)
    turn_away(TurnedAway((b"GET /fat ",), 0, on_the_wire(_told(FAT), keeps=True)))
    answer_in_rounds(Rounds(door, _round))
    for name in ("SILENT_SECONDS", "STALLED_SECONDS"):
        given = os.environ.get(f"TEST_{name}")
        if given:
            setattr(deploy.bounded, name, float(given))
    return _page
