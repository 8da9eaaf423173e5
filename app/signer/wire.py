"""What travels over the socket: a JSON object with a length in front, both ways. Bytes are hexadecimal."""

import json
import socket
import struct
from typing import Any

LONGEST = 1 << 20  # no message is longer: files never travel, only digests and small secrets
ROLES = ("portal", "site", "worker")


class WireError(Exception):
    """The other side hung up or does not speak this language."""


def send(connection: socket.socket, message: dict[str, Any]) -> None:
    """Send one message."""
    body = json.dumps(message).encode()
    connection.sendall(struct.pack(">I", len(body)) + body)


def receive(connection: socket.socket) -> dict[str, Any]:
    """Wait for one message.

    Raises:
        WireError: the other side hung up, or sent something else.
    """
    (length,) = struct.unpack(">I", _exactly(connection, 4))
    if length > LONGEST:
        raise WireError("message too long")
    try:
        message = json.loads(_exactly(connection, length))
    except ValueError as error:
        raise WireError("not JSON") from error
    if not isinstance(message, dict):
        raise WireError("not an object")
    return message


def _exactly(connection: socket.socket, count: int) -> bytes:
    parts = bytearray()
    while len(parts) < count:
        part = connection.recv(count - len(parts))
        if not part:
            raise WireError("hung up")
        parts += part
    return bytes(parts)
