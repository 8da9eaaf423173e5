"""Whether two papers name the same place.

Japanese addresses have many right spellings: 二丁目6番2号 and 2-6-2, ヶ ケ が, 大字 or none, kanji or arabic numerals. Those
are one place; a building on one side only is usual and an officer confirms; anything else is a mismatch
(research: domain §6.2). The letter is addressed as the residence record writes it, whatever was compared.
"""

from enum import StrEnum

from registration.rules.address_parts import Address, parts_of, split_room
from registration.rules.name_characters import NameCharacterError, require_name_characters


class AddressMatch(StrEnum):
    """How two addresses relate."""

    EXACT = "exact"
    NOTATION = "match_notation"
    PREFECTURE_OMITTED = "match_prefecture_omitted"  # or the county: 府中市 is in two prefectures, so an officer looks
    BUILDING_MISSING = "review_building_missing"
    BUILDING = "review_building"
    MISMATCH = "mismatch"

    @property
    def is_automatic(self) -> bool:
        """Whether no officer need decide."""
        return self in {AddressMatch.EXACT, AddressMatch.NOTATION}


def compare_addresses(a: str, b: str) -> AddressMatch:
    """How two addresses relate; the order does not matter. Text with invisible or private characters matches nothing."""
    try:
        require_name_characters(a)
        require_name_characters(b)
    except NameCharacterError:
        return AddressMatch.MISMATCH
    if a == b:
        return AddressMatch.EXACT
    return _compare(parts_of(a), parts_of(b))


def _compare(first: Address, second: Address) -> AddressMatch:
    buildings = _buildings(first, second)
    if buildings is None or _differ(first.prefecture, second.prefecture) or _differ(first.county, second.county):
        return AddressMatch.MISMATCH
    if buildings[0] != buildings[1]:
        return AddressMatch.BUILDING if all(buildings) else AddressMatch.BUILDING_MISSING
    if (first.prefecture, first.county) != (second.prefecture, second.county):
        return AddressMatch.PREFECTURE_OMITTED
    return AddressMatch.NOTATION


def _differ(a: str, b: str) -> bool:
    return bool(a and b and a != b)


def _buildings(first: Address, second: Address) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """The keys of both buildings; None if the places differ."""
    if first.place_key == second.place_key:
        return first.building_key, second.building_key
    if split_room(first, second):
        return (first.place_key[-1], *first.building_key), second.building_key
    if split_room(second, first):
        return first.building_key, (second.place_key[-1], *second.building_key)
    return None
