"""Reading a CRL of any length without its entries: it is measured, and read where something stands. Pure.

What is left when the entries are taken out is a CRL that any library parses.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509

from app.core import der

Read = Callable[[int, int], bytes]  # (offset, length) → octets; fewer at the end
_SEQUENCE, _EXTENSIONS, _BITS = 0x30, 0xA0, 0x03
_TIMES = (0x17, 0x18)
_LONGEST_HEADER = 6  # tag, length of length, four octets: 4 GiB
_LONGEST_PIECE = 64 * 1024  # names, extensions and signatures are far shorter


class NotACrlError(ValueError):
    """These octets are no CRL."""


@dataclass(frozen=True, slots=True)
class Outline:
    """A CRL apart from its entries."""

    number: int
    distribution_point: bytes  # value of the extension
    issuer: x509.Name
    this_update: datetime
    next_update: datetime
    signed_from: int  # offset of what is signed
    signed_until: int
    signature: bytes
    size: int  # of the whole CRL


@dataclass(frozen=True, slots=True)
class _Element:
    tag: int
    start: int
    content: int  # offset
    end: int


@dataclass(frozen=True, slots=True)
class _Places:
    whole: _Element
    signed: _Element
    entries: _Element | None
    extensions: _Element
    signature: _Element


def read_outline(read: Read) -> Outline:
    """The outline of a CRL.

    Args:
        read: gives octets of the CRL by offset and length.

    Raises:
        NotACrlError: it is no CRL with number and distribution point.
    """
    places = _measure(read)
    try:
        return _outline(x509.load_der_x509_crl(_without_entries(read, places)), places)
    except NotACrlError:
        raise
    except (x509.ExtensionNotFound, ValueError, TypeError) as error:  # fields are parsed when they are asked for
        raise NotACrlError(str(error)) from error


def _outline(found: x509.CertificateRevocationList, places: _Places) -> Outline:
    if found.next_update_utc is None:
        raise NotACrlError("nextUpdate is missing")
    return Outline(
        number=found.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number,
        distribution_point=found.extensions.get_extension_for_class(x509.IssuingDistributionPoint).value.public_bytes(),
        issuer=found.issuer,
        this_update=found.last_update_utc,
        next_update=found.next_update_utc,
        signed_from=places.signed.start,
        signed_until=places.signed.end,
        signature=found.signature,
        size=places.whole.end,
    )


def abridge(read: Read, most_entries: int) -> bytes:
    """The CRL with its first entries alone, as DER; its signature no longer fits.

    Raises:
        NotACrlError: it is no CRL.
    """
    places = _measure(read)
    return _without_entries(read, places, b"".join(_first_entries(read, places.entries, most_entries)))


def _first_entries(read: Read, entries: _Element | None, most: int) -> Iterator[bytes]:
    at, end = (entries.content, entries.end) if entries else (0, 0)
    for _ in range(most):
        if at >= end:
            return
        element = _element(read, at)
        yield _piece(read, element.start, element.end)
        at = element.end


def _without_entries(read: Read, places: _Places, kept: bytes = b"") -> bytes:
    before = places.entries.start if places.entries else places.extensions.start
    signed = (
        _piece(read, places.signed.content, before)
        + (der.tlv(_SEQUENCE, kept) if kept else b"")
        + _piece(read, places.extensions.start, places.signed.end)
    )
    return der.sequence(der.tlv(_SEQUENCE, signed), _piece(read, places.signed.end, places.whole.end))


def _measure(read: Read) -> _Places:
    whole = _expect(_element(read, 0), _SEQUENCE)
    signed = _expect(_element(read, whole.content), _SEQUENCE)
    at, times = signed.content, 0
    entries: _Element | None = None
    while at < signed.end:
        element = _element(read, at)
        if element.tag in _TIMES:
            times += 1
        elif element.tag == _SEQUENCE and times:
            entries = element
        elif element.tag == _EXTENSIONS:
            algorithm = _expect(_element(read, signed.end), _SEQUENCE)
            return _Places(whole, signed, entries, element, _expect(_element(read, algorithm.end), _BITS))
        at = element.end
    raise NotACrlError("there are no extensions")


def _expect(element: _Element, tag: int) -> _Element:
    if element.tag != tag:
        raise NotACrlError(f"tag {element.tag:#x} instead of {tag:#x}")
    return element


def _element(read: Read, start: int) -> _Element:
    head = read(start, _LONGEST_HEADER)
    if len(head) < 2:  # noqa: PLR2004  tag and length
        raise NotACrlError("it ends too early")
    tag, first = head[0], head[1]
    if first < 0x80:  # noqa: PLR2004  the short form
        return _Element(tag, start, start + 2, start + 2 + first)
    count = first & 0x7F
    if not 1 <= count <= _LONGEST_HEADER - 2 or len(head) < 2 + count:
        raise NotACrlError("a length that DER does not have")
    content = start + 2 + count
    return _Element(tag, start, content, content + int.from_bytes(head[2 : 2 + count], "big"))


def _piece(read: Read, start: int, end: int) -> bytes:
    if not 0 <= end - start <= _LONGEST_PIECE:
        raise NotACrlError("a piece that is too long")
    found = read(start, end - start)
    if len(found) != end - start:
        raise NotACrlError("it ends too early")
    return found
