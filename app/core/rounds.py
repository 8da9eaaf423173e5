"""Requests that are answered many at a time: one turn to the database and one to the signing process for all who wait.

An application says which (`answer_in_rounds`); the web server's worker collects them (deploy/rounds.py). Only what is plain
is taken: there to its end, nothing behind it, and nothing in it that two programs could read in two ways. Everything else
goes the usual way, through the server's own parser and WSGI.
"""

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email.utils import formatdate
from functools import lru_cache
from math import inf
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from app.core.waiting import TurnedAway

# Request line, then at least one field; no line is folded, no octet is a control character (RFC 9112 §3, §5).
_HEAD = re.compile(
    rb"(GET|POST) (/[!-\"$->@-~]*) HTTP/1\.([01])\r\n((?:[0-9A-Za-z!#$%&'*+\-.^_`|~]+:[\t -~\x80-\xff]*\r\n)+)\r\n"
)
# No pattern looks for the end of the value: with spaces in it that took the square of its length, a second for 16 KB.
_FIELD = re.compile(rb"^(host|content-length|connection):(.*)\r$", re.IGNORECASE | re.MULTILINE)
_UNUSUAL = re.compile(rb"^(?:transfer-encoding|expect|upgrade|te|trailer):", re.IGNORECASE | re.MULTILINE)
_ENDLESS = re.compile(rb"^(?:transfer-encoding|expect):", re.IGNORECASE | re.MULTILINE)
_LENGTH = re.compile(rb"^content-length:(.*)\r$", re.IGNORECASE | re.MULTILINE)
_DIGITS = re.compile(rb"\d{1,5}")
_BLANK = b" \t"


class PlainRequest(NamedTuple):
    """A request as it came."""

    method: str  # GET or POST
    path: str  # its %-escapes undone, as WSGI's PATH_INFO; without a query
    fields: bytes  # the lines of the header
    body: bytes
    keeps: bool  # whether the connection goes on after the answer

    def field(self, name: bytes) -> str:
        """The value of a field of the header; nothing if there is none."""
        found = _pattern(name).search(self.fields)
        return found[1].strip(_BLANK).decode("latin-1") if found else ""


@lru_cache(maxsize=16)
def _pattern(name: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"^%b:(.*)\r$" % re.escape(name), re.IGNORECASE | re.MULTILINE)


class PlainAnswer(NamedTuple):
    """What is answered."""

    status: str  # "200 OK"
    headers: list[tuple[str, str]]  # all but Date and Connection
    body: bytes


@dataclass(frozen=True, slots=True)
class Rounds:
    """What is answered so."""

    door: TurnedAway  # how these requests begin, how many may wait for the next round, and what the others are told
    answer: Callable[[Sequence[PlainRequest]], list[PlainAnswer]]  # in the same order; called in any thread


_rounds: list[Rounds] = []


def answer_in_rounds(what: Rounds) -> None:
    """From now on answer these requests in rounds."""
    _rounds[:] = [what]


def find_rounds(data: bytes) -> Rounds | None:
    """Who answers a request that begins like this in rounds, if anybody does."""
    return next((each for each in _rounds if data.startswith(each.door.begins)), None)


def read_plain(data: bytes) -> PlainRequest | None:
    """A request of which this is every octet that is there; None if it is not plain, or not there to its end."""
    head = _HEAD.match(data)
    if head is None or _UNUSUAL.search(head[4]):
        return None
    fields = [(name.lower(), value.strip(_BLANK)) for name, value in _FIELD.findall(head[4])]
    found = dict(fields)
    length, connection = found.get(b"content-length", b"0"), found.get(b"connection", b"").lower()
    if len(found) < len(fields) or not _DIGITS.fullmatch(length) or len(data) != head.end() + int(length):
        return None
    is_new = head[3] == b"1"
    if (is_new and b"host" not in found) or connection not in {b"", b"close", b"keep-alive"}:
        return None
    method = head[1].decode()
    if method == "POST" and b"content-length" not in found:
        return None
    path = unquote_to_bytes(head[2]).decode("latin-1")
    return PlainRequest(method, path, head[4], data[head.end() :], is_new and connection != b"close")


def is_to_come(data: bytes, most: int) -> bool:
    """Whether this is the beginning of a request of at most so many octets, the rest of which will probably come.

    No judgement of the request: whatever is strange, endless or long is not waited for, and the server's parser judges it.
    """
    end = _end(data)
    if end is None:
        return 0 < len(data) < most and data.count(b"\n") == data.count(b"\r\n")
    return len(data) < end <= most


def is_whole(data: bytes) -> bool:
    """Whether who reads this request waits for nothing: it is one to its end, or the connection has ended."""
    return not data or len(data) == _end(data)


def _end(data: bytes) -> float | None:
    """Where a request ends: after how many octets. Infinity if its header does not say it; None if that is not there yet."""
    end = data.find(b"\r\n\r\n")
    if end < 0:
        return None
    if _ENDLESS.search(data, 0, end + 2):
        return inf
    length = _LENGTH.search(data, 0, end + 2)
    if length is None:
        return end + 4
    value = length[1].strip(_BLANK)
    return end + 4 + int(value) if _DIGITS.fullmatch(value) else inf


def on_the_wire(answer: PlainAnswer, *, keeps: bool) -> bytes:
    """An answer as it is sent."""
    lines = [f"HTTP/1.1 {answer.status}", *(f"{name}: {value}" for name, value in answer.headers)]
    if not answer.status.startswith("5"):  # of an error a server need not say when (RFC 9110 §6.6.1)
        lines.append(f"Date: {_date(int(time.time()))}")
    lines.append("Connection: keep-alive" if keeps else "Connection: close")
    return "\r\n".join((*lines, "", "")).encode("latin-1") + answer.body


@lru_cache(maxsize=2)
def _date(second: int) -> str:
    return formatdate(second, usegmt=True)
