"""OCSP over HTTP (RFC 6960 appendix A, RFC 5019 §5, §6), in front of the pages of the site.

A status is asked for far more often than anything else, by programs without cookies: neither session nor form token nor
languages have a part in it, and the stack that brings them costs more than the answer. So /ocsp is taken here, before
Flask; docs/adr/0009. Anybody may ask. The limits per address (PINs, sign-ins) do not see it; what bounds it is the queue.
"""

import base64
import binascii
import hashlib
import threading
from collections.abc import Callable, Iterable
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from flask import Flask

from app.core import clock
from app.core.direct import direct
from app.core.waiting import TurnedAway, turn_away, waiting
from app.signer import SignerClient
from issuance.ocsp import Answer, OcspResponder
from issuance.rules.ocsp_request import MOST_BYTES, ResponseStatus
from issuance.rules.ocsp_response import refusal

PATH = "/ocsp"
MEDIA_TYPE = "application/ocsp-response"
MOST_WAITING = 16  # requests in line for a thread of this process: some 10 ms of one core
RETRY_SECONDS = "5"
CLIENT_SECONDS = 300  # a cache on the way keeps an answer no longer than this; nobody can take it back from there
SIGNER_SECONDS = 2.0

Headers = list[tuple[str, str]]
StartResponse = Callable[..., Any]
Inner = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]


class OcspFront:
    """Answers /ocsp and leaves everything else to the application behind it."""

    def __init__(self, app: Flask, inner: Inner) -> None:
        self._app, self._inner, self._lock = app, inner, threading.Lock()
        self._made: OcspResponder | None = None

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """WSGI."""
        path: str = environ.get("PATH_INFO", "")
        if path != PATH and not path.startswith(f"{PATH}/"):
            return self._inner(environ, start_response)
        method = environ["REQUEST_METHOD"]
        if method not in {"GET", "HEAD", "POST"}:
            return _send(start_response, "405 Method Not Allowed", b"", [("Allow", "GET, HEAD, POST")])
        if waiting() > MOST_WAITING:
            return _busy(start_response)
        data = _posted(environ) if method == "POST" else _in_path(path)
        now = clock.now()
        answer = self._responder().answer(data, now=now)
        if answer.signed is None:
            again = [("Retry-After", RETRY_SECONDS)] if answer.status is ResponseStatus.TRY_LATER else []
            return _send(start_response, "200 OK", answer.body, [*again, ("Cache-Control", "no-store")])
        if method == "POST":
            return _send(start_response, "200 OK", answer.body, [("Cache-Control", "no-store")])
        return _cacheable(environ, start_response, answer, now)

    def _responder(self) -> OcspResponder:
        with self._lock:
            if self._made is None:
                parts, settings = self._app.extensions, self._app.extensions["settings"]
                with self._app.app_context():
                    reader = direct()
                signer = SignerClient(parts["signer"].path, timeout=SIGNER_SECONDS)
                self._made = OcspResponder(reader, signer, parts["redis"], minutes=settings.ocsp_minutes)
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


def _cacheable(
    environ: dict[str, Any], start_response: StartResponse, answer: Answer, now: datetime
) -> Iterable[bytes]:
    """An answer to a GET that others may be given (RFC 5019 §6.2)."""
    assert answer.signed is not None
    tag = f'"{hashlib.sha1(answer.body, usedforsecurity=False).hexdigest()}"'
    seconds = min(CLIENT_SECONDS, int((answer.signed.next_update - now).total_seconds()))
    headers = [
        ("Last-Modified", format_datetime(answer.signed.this_update, usegmt=True)),
        ("Expires", format_datetime(answer.signed.next_update, usegmt=True)),
        ("ETag", tag),
        ("Cache-Control", f"max-age={max(seconds, 0)}, public, no-transform, must-revalidate"),
    ]
    if tag in environ.get("HTTP_IF_NONE_MATCH", ""):
        return _send(start_response, "304 Not Modified", b"", headers, media_type="")
    return _send(start_response, "200 OK", answer.body, headers)


def _busy(start_response: StartResponse) -> Iterable[bytes]:
    headers = [("Retry-After", RETRY_SECONDS), ("Cache-Control", "no-store")]
    return _send(start_response, "503 Service Unavailable", refusal(ResponseStatus.TRY_LATER), headers)


def _on_the_wire() -> bytes:
    """`_busy` as the server would write it."""
    body = refusal(ResponseStatus.TRY_LATER)
    head = f"HTTP/1.1 503 Service Unavailable\r\nContent-Type: {MEDIA_TYPE}\r\nContent-Length: {len(body)}\r\n"
    more = f"X-Content-Type-Options: nosniff\r\nRetry-After: {RETRY_SECONDS}\r\nCache-Control: no-store\r\n\r\n"
    return (head + more).encode() + body


_AT_THE_DOOR = TurnedAway(
    begins=tuple(f"{method} {PATH}{end}".encode() for method in ("GET", "POST") for end in ("/", " ")),
    most_waiting=MOST_WAITING,
    answer=_on_the_wire(),
)


def _send(
    start_response: StartResponse, status: str, body: bytes, headers: Headers, *, media_type: str = MEDIA_TYPE
) -> Iterable[bytes]:
    head = [("Content-Type", media_type)] if media_type and body else []
    if not status.startswith("304"):
        head.append(("Content-Length", str(len(body))))
    start_response(status, [*head, ("X-Content-Type-Options", "nosniff"), *headers])
    return [body]


def install(app: Flask) -> None:
    """Put the responder in front of the application, and say at the door what may be turned away."""
    turn_away(_AT_THE_DOOR)
    app.wsgi_app = OcspFront(app, app.wsgi_app)  # type: ignore[method-assign]
