"""A small DER reader (X.690) for lints, which must see the tags that libraries hide. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

SEQUENCE, SET = 0x30, 0x31
OID, UTF8, PRINTABLE, IA5 = 0x06, 0x0C, 0x13, 0x16
UTC_TIME, GENERALIZED_TIME = 0x17, 0x18
_ONE_OCTET = 0x80


@dataclass(frozen=True, slots=True)
class Element:
    """One element: its tag octet and its content."""

    tag: int
    content: bytes


@dataclass(frozen=True, slots=True)
class NamePart:
    """One attribute of a distinguished name: type, tag of its string, text."""

    oid: str
    tag: int
    text: str


def elements(data: bytes) -> Iterator[Element]:
    """The elements that stand in `data` one after another. Raises ValueError: cut off, or a length that DER forbids."""
    at = 0
    while at < len(data):
        if at + 2 > len(data):
            raise ValueError("cut off")
        tag, length, at = data[at], data[at + 1], at + 2
        if length > _ONE_OCTET:
            count = length - _ONE_OCTET
            length, at = int.from_bytes(data[at : at + count], "big"), at + count
        if at + length > len(data):
            raise ValueError("cut off")
        yield Element(tag, data[at : at + length])
        at += length


def name_parts(name: bytes) -> list[NamePart]:
    """The attributes of a Name (DER), in their order. Raises ValueError."""
    (whole,) = elements(name)
    found = []
    for relative in elements(whole.content):
        for attribute in elements(relative.content):
            kind, value = elements(attribute.content)
            encoding = "utf-8" if value.tag == UTF8 else "latin-1"
            found.append(NamePart(dotted(kind.content), value.tag, value.content.decode(encoding)))
    return found


def validity_of(tbs: bytes) -> tuple[Element, Element]:
    """NotBefore and notAfter of a TBSCertificate (DER), as they are written. Raises ValueError."""
    (whole,) = elements(tbs)
    parts = list(elements(whole.content))
    validity = parts[4 if parts[0].tag == 0xA0 else 3]  # noqa: PLR2004  [0] version is there or not
    first, last = elements(validity.content)
    return first, last


def dotted(content: bytes) -> str:
    """An OBJECT IDENTIFIER's content in dotted form."""
    numbers, value = [], 0
    for octet in content:
        value = value << 7 | octet & 0x7F
        if not octet & 0x80:
            numbers.append(value)
            value = 0
    first = min(numbers[0] // 40, 2)
    return ".".join(map(str, (first, numbers[0] - first * 40, *numbers[1:])))
