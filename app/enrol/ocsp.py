"""OCSP over HTTP (RFC 6960 appendix A, RFC 5019 §5, §6), in front of the pages of the site.

A status is asked for far more often than anything else, by programs without cookies: neither session nor form token nor
languages have a part in it, and the stack that brings them costs more than the answer. So /ocsp is taken here, before
Flask; docs/adr/0009. Anybody may ask. The limits per address (PINs, sign-ins) do not see it; what bounds it is the queue.
"""

import base64
import binascii
import hashlib
import threading
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache
from typing import Any

from flask import Flask
from redis import Redis

from app.core import clock
from app.core.direct import direct
from app.core.rounds import PlainAnswer, PlainRequest, Rounds, answer_in_rounds, on_the_wire
from app.core.waiting import TurnedAway, turn_away, waiting
from app.signer import SignerClient
from issuance.ocsp import Answer, OcspResponder
from issuance.rules.ocsp_request import MOST_BYTES, ResponseStatus
from issuance.rules.ocsp_response import refusal

PATH = "/ocsp"
MEDIA_TYPE = "application/ocsp-response"
MOST_WAITING = 32  # requests in line for the next round of this process, or for a thread: some 10 ms of one core
RETRY_SECONDS = "5"
CLIENT_SECONDS = 300  # a cache on the way keeps an answer no longer than this; nobody can take it back from there
SIGNER_SECONDS = 2.0
REDIS_SECONDS = 0.25  # a round waits no longer for answers that it can have signed anew
NOSNIFF = ("X-Content-Type-Options", "nosniff")

Headers = list[tuple[str, str]]
StartResponse = Callable[..., Any]
Inner = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]


class OcspFront:
    """Answers /ocsp, in rounds where the server has them, and leaves everything else to the application behind it."""

    def __init__(self, app: Flask, inner: Inner) -> None:
        self._app, self._inner, self._lock = app, inner, threading.Lock()
        self._made: OcspResponder | None = None

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """WSGI: one request that the server read by itself."""
        path: str = environ.get("PATH_INFO", "")
        if path != PATH and not path.startswith(f"{PATH}/"):
            return self._inner(environ, start_response)
        found = self._answer(environ, path)
        start_response(found.status, found.headers)
        return [found.body]

    def _answer(self, environ: dict[str, Any], path: str) -> PlainAnswer:
        method = environ["REQUEST_METHOD"]
        if method not in {"GET", "HEAD", "POST"}:
            return PlainAnswer("405 Method Not Allowed", [("Allow", "GET, HEAD, POST"), ("Content-Length", "0")], b"")
        if waiting() > MOST_WAITING:
            return _BUSY
        data, now = _posted(environ) if method == "POST" else _in_path(path), clock.now()
        return _reply(self._responder().answer(data, now=now), method, environ.get("HTTP_IF_NONE_MATCH", ""), now)

    def answer_round(self, requests: Sequence[PlainRequest]) -> list[PlainAnswer]:
        """As many as came at the same time; each is answered as it would be alone."""
        data, now = [each.body if each.method == "POST" else _in_path(each.path) for each in requests], clock.now()
        answers = self._responder().answer_all(data, now=now)
        return [
            _reply(answer, each.method, each.field(b"if-none-match") if each.method == "GET" else "", now)
            for each, answer in zip(requests, answers, strict=True)
        ]

    def _responder(self) -> OcspResponder:
        with self._lock:
            if self._made is None:
                parts, settings = self._app.extensions, self._app.extensions["settings"]
                with self._app.app_context():
                    reader = direct()
                signer = SignerClient(parts["signer"].path, timeout=SIGNER_SECONDS)
                redis = Redis.from_url(
                    settings.redis_url(), socket_timeout=REDIS_SECONDS, socket_connect_timeout=REDIS_SECONDS
                )
                self._made = OcspResponder(reader, signer, redis, minutes=settings.ocsp_minutes)
            return self._made


def _posted(environ: dict[str, Any]) -> bytes:
    """The body of a POST; nothing if it is longer than a request can be."""
    try:
        length = int(environ.get("CONTENT_LENGTH") or MOST_BYTES + 1)
    except ValueError:
        return b""
    data: bytes = environ["wsgi.input"].read(min(max(length, 0), MOST_BYTES + 1))
    return data


def _in_path(path: str) -> bytes:
    """The request in the path of a GET: base64, its %-escapes undone by the server (RFC 6960 A.1); nothing if it is none."""
    text = path[len(PATH) + 1 :]
    if len(text) > MOST_BYTES * 4 // 3:
        return b""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _reply(answer: Answer, method: str, none_match: str, now: datetime) -> PlainAnswer:
    """What the client is told; an answer to a GET is one that others may be given, if it says so (RFC 5019 §6.2)."""
    if answer.signed is None or method == "POST":
        again = [("Retry-After", RETRY_SECONDS)] if answer.status is ResponseStatus.TRY_LATER else []
        return _plain("200 OK", answer.body, [*again, ("Cache-Control", "no-store")])
    tag = f'"{hashlib.sha1(answer.body, usedforsecurity=False).hexdigest()}"'
    seconds = min(CLIENT_SECONDS, int((answer.signed.next_update - now).total_seconds()))
    headers = [
        ("Last-Modified", _http_date(answer.signed.this_update)),
        ("Expires", _http_date(answer.signed.next_update)),
        ("ETag", tag),
        ("Cache-Control", f"max-age={max(seconds, 0)}, public, no-transform, must-revalidate"),
    ]
    if tag in none_match:
        return PlainAnswer("304 Not Modified", [NOSNIFF, *headers], b"")
    return _plain("200 OK", answer.body, headers)


@lru_cache(maxsize=256)
def _http_date(moment: datetime) -> str:
    return format_datetime(moment, usegmt=True)


def _plain(status: str, body: bytes, headers: Headers) -> PlainAnswer:
    head = [("Content-Type", MEDIA_TYPE), ("Content-Length", str(len(body))), NOSNIFF]
    return PlainAnswer(status, [*head, *headers], body)


_BUSY = _plain(
    "503 Service Unavailable",
    refusal(ResponseStatus.TRY_LATER),
    [("Retry-After", RETRY_SECONDS), ("Cache-Control", "no-store")],
)
_AT_THE_DOOR = TurnedAway(
    begins=tuple(f"{method} {PATH}{end}".encode() for method in ("GET", "POST") for end in ("/", " ")),
    most_waiting=MOST_WAITING,
    answer=on_the_wire(_BUSY, keeps=True),
)


def install(app: Flask) -> None:
    """Put the responder in front of the application, and say at the door what is answered in rounds and what turned away."""
    front = OcspFront(app, app.wsgi_app)
    turn_away(_AT_THE_DOOR)
    answer_in_rounds(Rounds(_AT_THE_DOOR, front.answer_round))
    app.wsgi_app = front  # type: ignore[method-assign]  # as Flask documents middleware
