"""What travels over the socket: a JSON object with a length in front, both ways. Bytes are hexadecimal."""

import json
import socket
import struct
from typing import Any

LONGEST = 1 << 20  # no message is longer: files never travel, only digests and small secrets
_LENGTH, _USUAL = struct.Struct(">I"), 8192
MOST_DIGESTS = 64  # signed in one request: some ten milliseconds, for which others may have to wait
ROLES = ("portal", "site", "worker")


class WireError(Exception):
    """The other side hung up or does not speak this language."""


def send(connection: socket.socket, message: dict[str, Any]) -> None:
    """Send one message."""
    body = json.dumps(message).encode()
    connection.sendall(_LENGTH.pack(len(body)) + body)


def receive(connection: socket.socket) -> dict[str, Any]:
    """Wait for one message. Each side waits for the other's: never are two on their way in one direction.

    Raises:
        WireError: the other side hung up, or sent something else.
    """
    data = _part(connection, _USUAL)  # nearly every message comes whole
    while len(data) < _LENGTH.size:
        data += _part(connection, _LENGTH.size - len(data))
    end = _LENGTH.size + _LENGTH.unpack_from(data)[0]
    if end > LONGEST:
        raise WireError("message too long")
    while len(data) < end:
        data += _part(connection, end - len(data))
    if len(data) > end:
        raise WireError("two messages at once")
    try:
        message = json.loads(data[_LENGTH.size :])
    except ValueError as error:
        raise WireError("not JSON") from error
    if not isinstance(message, dict):
        raise WireError("not an object")
    return message


def _part(connection: socket.socket, most: int) -> bytearray:
    part = connection.recv(most)
    if not part:
        raise WireError("hung up")
    return bytearray(part)
