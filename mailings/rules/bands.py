"""Bands of item numbers: the post office hands out ranges of numbers; the eleventh digit checks the ten before it."""

from dataclasses import dataclass

from app.core.errors import DomainError
from mailings.rules.item_numbers import ItemNumber, ItemNumberError, parse_item_number

DIGITS = 10
MODULUS = 7
MOST_IN_BAND = 100_000  # more is a typing error: Japan Post gives a few hundred at a time
FEW_LEFT = 50


class BandError(DomainError):
    """The band cannot be taken in. Codes: band-order, band-too-large, band-overlaps."""


@dataclass(frozen=True, slots=True)
class Band:
    """First and last number without their check digits."""

    first: int
    last: int

    @property
    def size(self) -> int:
        """How many numbers."""
        return self.last - self.first + 1


def read_band(first: str, last: str) -> Band:
    """A band from its first and last number as printed.

    Raises:
        ItemNumberError: one of them has no 11 digits or a wrong check digit; `field` says which.
        BandError: the last is before the first, or there are too many between them.
    """
    low, high = _base(first, "first"), _base(last, "last")
    if high < low:
        raise BandError("band-order", field="last")
    if high - low + 1 > MOST_IN_BAND:
        raise BandError("band-too-large", field="last", count=f"{high - low + 1:,}", most=f"{MOST_IN_BAND:,}")
    return Band(low, high)


def number_of(base: int) -> ItemNumber:
    """The item number of ten digits: the check digit is added (the rest after division by 7)."""
    return parse_item_number(f"{base:0{DIGITS}d}{base % MODULUS}")


def base_of(digits: str) -> int:
    """The ten digits before the check digit of an item number of 11 digits."""
    return int(digits[:DIGITS])


def _base(text: str, field: str) -> int:
    try:
        number = parse_item_number(text)
    except ItemNumberError as error:
        error.field = field
        raise
    if len(number.digits) != DIGITS + 1:
        raise ItemNumberError("item-number-format") from None
    return base_of(number.digits)
