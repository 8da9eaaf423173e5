"""Asking a time server (SNTP, RFC 4330; packets of RFC 5905 §7.3): how far our clock is off, and how sure that is."""

import secrets
import socket
import struct
import time
from dataclasses import dataclass

PORT = 123
ASKED_TIMES = 3
TIMEOUT_SECONDS = 1.0
_PACKET = struct.Struct(">BBbb11I")
_CLIENT = 0x23  # no warning, version 4, mode 3
_UNIX = 2_208_988_800  # seconds from 1900 to 1970
_ERA = 1 << 64


class SntpError(Exception):
    """No usable answer. The text says why."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Seconds: our clock minus theirs, and how long the answer took beside their own work."""

    offset: float
    delay: float

    @property
    def worst(self) -> float:
        """How far off our clock may be at most: the way there and back may differ by the whole delay."""
        return abs(self.offset) + self.delay / 2


def compare(server: str) -> Comparison:
    """The best of three answers of a server, `host` or `host:port`.

    Raises:
        SntpError: no answer, or none of a server that knows the time.
    """
    found: list[Comparison] = []
    reason = "no answer"
    for _ in range(ASKED_TIMES):
        try:
            found.append(_ask(address_of(server)))
        except (OSError, SntpError) as error:
            reason = str(error) or type(error).__name__
    if not found:
        raise SntpError(reason)
    return min(found, key=lambda each: each.delay)


def address_of(server: str) -> tuple[str, int]:
    """Host and port; `[::1]:123` for an IPv6 address with a port."""
    host, colon, port = server.rpartition(":")
    if colon and port.isdecimal() and (":" not in host or host.endswith("]")):
        return host.strip("[]"), int(port)
    return server.strip("[]"), PORT


def _ask(address: tuple[str, int]) -> Comparison:
    family, kind, protocol, _name, place = socket.getaddrinfo(*address, type=socket.SOCK_DGRAM)[0]
    cookie = secrets.randbits(64)  # instead of our time: an answer to somebody else does not fit
    with socket.socket(family, kind, protocol) as connection:
        connection.settimeout(TIMEOUT_SECONDS)
        connection.connect(place)
        began, clock_began = time.time_ns(), time.monotonic_ns()
        connection.send(_PACKET.pack(_CLIENT, 0, 0, 0, *([0] * 9), cookie >> 32, cookie & 0xFFFFFFFF))
        data = connection.recv(1024)
        ended = began + time.monotonic_ns() - clock_began
    return _read(data, cookie, began, ended)


def _read(data: bytes, cookie: int, began: int, ended: int) -> Comparison:
    if len(data) < _PACKET.size:
        raise SntpError("short answer")
    first, stratum, _poll, _precision, *words = _PACKET.unpack_from(data)
    if first & 0x07 != 4 or (words[5] << 32 | words[6]) != cookie:
        raise SntpError("answer to another question")
    if first >> 6 == 3 or not 1 <= stratum <= 15:  # 0 is a "kiss of death", 16 is not synchronised
        raise SntpError("the server does not know the time")
    received, sent = words[7] << 32 | words[8], words[9] << 32 | words[10]
    there, back = _signed(received - _ntp(began)), _signed(sent - _ntp(ended))
    work = _signed(sent - received)
    delay = (ended - began) / 1e9 - work
    if not 0 <= work <= TIMEOUT_SECONDS:
        raise SntpError("impossible times")
    return Comparison(offset=-(there + back) / 2, delay=max(delay, 0.0))


def _ntp(nanoseconds: int) -> int:
    return ((nanoseconds // 1_000_000_000 + _UNIX) << 32 | (nanoseconds % 1_000_000_000 << 32) // 1_000_000_000) % _ERA


def _signed(difference: int) -> float:
    """A difference of two NTP times in seconds; right also across the eras (2036)."""
    wrapped = (difference + _ERA // 2) % _ERA - _ERA // 2
    return wrapped / (1 << 32)
