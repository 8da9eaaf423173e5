"""The Internet Printing Protocol's binary messages, as far as printing letters needs them (RFC 8010 §3)."""

import struct
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

VERSION = b"\x02\x00"  # IPP/2.0
OPERATION, JOB, END, PRINTER, UNSUPPORTED = 0x01, 0x02, 0x03, 0x04, 0x05
INTEGER, BOOLEAN, ENUM = 0x21, 0x22, 0x23
NAME, KEYWORD, URI, CHARSET, LANGUAGE, MIME = 0x42, 0x44, 0x45, 0x47, 0x48, 0x49
BEGIN_COLLECTION, END_COLLECTION = 0x34, 0x37
Attribute = tuple[int, str, Any]


class IppFormatError(ValueError):
    """The bytes are no IPP message."""


@dataclass(slots=True)
class Answer:
    """A response: its status code, and the attributes of its groups. Every attribute is a list of values."""

    status: int
    operation: dict[str, list[Any]] = field(default_factory=dict)
    jobs: list[dict[str, list[Any]]] = field(default_factory=list)
    printers: list[dict[str, list[Any]]] = field(default_factory=list)

    @property
    def is_ok(self) -> bool:
        """Whether it was done (RFC 8011 §B.1.1: 0x0000 to 0x00FF)."""
        return self.status <= 0xFF

    @property
    def message(self) -> str:
        """What the printer says in words, for the log and the screen."""
        return str(next(iter(self.operation.get("status-message", [])), ""))[:200]


def encode_request(
    operation: int, request_id: int, operation_attributes: Iterable[Attribute], job: Iterable[Attribute] = ()
) -> bytes:
    """A request without the document that may follow it.

    Args:
        operation: its code.
        request_id: of our choice, positive; comes back in the answer.
        operation_attributes: after charset and language, which are put first as RFC 8011 §4.1.4 asks.
        job: attributes of the job.
    """
    out = bytearray(VERSION + struct.pack(">HI", operation, request_id))
    out.append(OPERATION)
    head = ((CHARSET, "attributes-charset", "utf-8"), (LANGUAGE, "attributes-natural-language", "en"))
    for attribute in (*head, *operation_attributes):
        out += _attribute(*attribute)
    rest = b"".join(_attribute(*attribute) for attribute in job)
    if rest:
        out.append(JOB)
        out += rest
    out.append(END)
    return bytes(out)


def decode_answer(data: bytes) -> Answer:
    """Read a response. Collections are passed over: nothing that we ask for is one.

    Raises:
        IppFormatError: it is none, or cut off.
    """
    try:
        return _decode(data)
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise IppFormatError("cut off") from error


def _attribute(tag: int, name: str, value: Any) -> bytes:  # noqa: ANN401
    values = value if isinstance(value, list | tuple) else [value]
    out = bytearray()
    for place, each in enumerate(values):
        label = name.encode() if place == 0 else b""
        encoded = _value(tag, each)
        out += bytes((tag,)) + struct.pack(">H", len(label)) + label + struct.pack(">H", len(encoded)) + encoded
    return bytes(out)


def _value(tag: int, value: Any) -> bytes:  # noqa: ANN401
    if tag in (INTEGER, ENUM):
        return struct.pack(">i", value)
    if tag == BOOLEAN:
        return b"\x01" if value else b"\x00"
    return str(value).encode()


def _decode(data: bytes) -> Answer:
    if len(data) < 9:
        raise IppFormatError("too short")
    _major, _minor, status, _request = struct.unpack(">BBHI", data[:8])
    answer, position = Answer(status), 8
    group: dict[str, list[Any]] = {}
    name, depth = "", 0
    while True:
        tag = data[position]
        position += 1
        if tag == END:
            return answer
        if tag < 0x10:
            group = _group(answer, tag)
            continue
        (length,) = struct.unpack(">H", data[position : position + 2])
        label = data[position + 2 : position + 2 + length].decode()
        position += 2 + length
        (length,) = struct.unpack(">H", data[position : position + 2])
        value = data[position + 2 : position + 2 + length]
        if len(value) != length:
            raise IppFormatError("cut off")
        position += 2 + length
        if tag in (BEGIN_COLLECTION, END_COLLECTION):
            depth += 1 if tag == BEGIN_COLLECTION else -1
            continue
        if depth:
            continue
        name = label or name
        group.setdefault(name, []).append(_read(tag, value))


def _group(answer: Answer, tag: int) -> dict[str, list[Any]]:
    if tag == OPERATION:
        return answer.operation
    found: dict[str, list[Any]] = {}
    if tag == JOB:
        answer.jobs.append(found)
    elif tag == PRINTER:
        answer.printers.append(found)
    return found


def _read(tag: int, value: bytes) -> Any:  # noqa: ANN401
    if tag in (INTEGER, ENUM):
        return struct.unpack(">i", value)[0]
    if tag == BOOLEAN:
        return value != b"\x00"
    if 0x40 <= tag <= 0x4F:
        return value.decode("utf-8", "replace")
    return value
