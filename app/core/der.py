"""A small DER writer (X.690): for what is assembled from constant pieces, where a general encoder is slow or unfaithful."""

from datetime import datetime
from functools import lru_cache

NULL = b"\x05\x00"


def _length(count: int) -> bytes:
    if count < 0x80:
        return bytes((count,))
    body = count.to_bytes((count.bit_length() + 7) // 8, "big")
    return bytes((0x80 | len(body),)) + body


def tlv(tag: int, content: bytes) -> bytes:
    """One element with a tag of one octet."""
    count = len(content)
    return bytes((tag, count)) + content if count < 0x80 else bytes((tag,)) + _length(count) + content


def header(tag: int, content_length: int) -> bytes:
    """The head of an element whose content is written elsewhere."""
    return bytes((tag,)) + _length(content_length)


def sequence(*parts: bytes) -> bytes:
    """SEQUENCE."""
    return tlv(0x30, b"".join(parts))


def set_of(*parts: bytes) -> bytes:
    """SET OF: DER sorts the elements by their encoding."""
    return tlv(0x31, b"".join(sorted(parts)))


def octets(value: bytes) -> bytes:
    """OCTET STRING."""
    return tlv(0x04, value)


def bits(value: bytes) -> bytes:
    """BIT STRING of whole octets."""
    return tlv(0x03, b"\x00" + value)


def integer(value: int, tag: int = 0x02) -> bytes:
    """INTEGER, not negative."""
    if value < 0:
        raise ValueError("negative")
    return tlv(tag, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def enumerated(value: int) -> bytes:
    """ENUMERATED."""
    return integer(value, 0x0A)


def boolean(*, value: bool) -> bytes:
    """BOOLEAN."""
    return tlv(0x01, b"\xff" if value else b"\x00")


def utf8(text: str) -> bytes:
    """UTF8String."""
    return tlv(0x0C, text.encode())


def printable(text: str) -> bytes:
    """PrintableString; the caller made sure of its characters."""
    return tlv(0x13, text.encode("ascii"))


@lru_cache(maxsize=256)
def oid(dotted: str) -> bytes:
    """OBJECT IDENTIFIER."""
    first, second, *rest = (int(part) for part in dotted.split("."))
    out = bytearray()
    for number in (first * 40 + second, *rest):
        groups = [number & 0x7F]
        while number := number >> 7:
            groups.append(0x80 | number & 0x7F)
        out += bytes(reversed(groups))
    return tlv(0x06, bytes(out))


def context(number: int, content: bytes, *, constructed: bool = True) -> bytes:
    """A context-specific tag."""
    return tlv((0xA0 if constructed else 0x80) | number, content)


@lru_cache(maxsize=64)
def generalized_time(moment: datetime) -> bytes:
    """GeneralizedTime in whole seconds, UTC. The last few are remembered: many answers of one second have the same."""
    return tlv(0x18, moment.strftime("%Y%m%d%H%M%SZ").encode())


def time(moment: datetime) -> bytes:
    """Time as certificates and CRLs write it: UTCTime until 2049 (RFC 5280 §4.1.2.5)."""
    if moment.year < 2050:  # noqa: PLR2004  the year of RFC 5280
        return tlv(0x17, moment.strftime("%y%m%d%H%M%SZ").encode())
    return generalized_time(moment)
