"""The parts of an address: prefecture, county, the place with its numbers, and the building.

Where the numbers end and the building begins is not marked in Japanese addresses. The rule: the last run of numbers that
says 番 or 番地 ends the place; without one, the first run of numbers that can be a house number. Numbers inside the names
of towns (一番町, 八丁堀, 南四条西, 三番丁) are not house numbers.
"""

import re
from dataclasses import dataclass, replace
from itertools import cycle

from registration.rules.address_words import Kind, Word, words_of

_LINK = r"(?:[cdntl]S*-?S*(?=N)|[cdntl]o(?=N)|b[o-]?k?(?=N)|g[o-](?=N)|o(?=N)|S*-S*(?=N))"
_RUN = re.compile(rf"N(?:{_LINK}N)*[ctbng]?")
_SUFFIX = re.compile(r"x(?=$|S|[o-]N)(?:[o-]N)?")
_SUFFIXES = frozenset("甲乙丙丁戊己庚辛イロハニホヘトチリヌルヲ")
_TOWN_AFTER = frozenset("条線区町丁番部組班号")
_NO_NUMBER = re.compile("無番地|番外地|番地なし")
_SMALLEST_ROOM = 100


@dataclass(frozen=True, slots=True)
class Address:
    """An address taken apart; the words of all parts in order, joined, are the address as written."""

    prefecture: str
    county: str
    place: tuple[Word, ...]
    building: tuple[Word, ...]

    @property
    def place_key(self) -> tuple[str, ...]:
        """The place without prefecture and county, for comparing."""
        return tuple(w.key for w in self.place if w.key and w.kind not in {Kind.PREFECTURE, Kind.COUNTY})

    @property
    def building_key(self) -> tuple[str, ...]:
        """The building, for comparing."""
        return tuple(word.key for word in self.building if word.key)

    @property
    def is_complete(self) -> bool:
        """Whether the numbers reach the house: 号 is written, or there are three (丁目, 番, 号)."""
        kinds = [word.kind for word in self.place if word.kind is not Kind.SPACE]
        numbers = 0
        for key, link in zip(reversed(self.place_key), cycle(("#", "-")), strict=False):
            if not key.startswith(link):
                break
            numbers += link == "#"
        return kinds[-1:] == [Kind.HOUSE] or numbers >= 3


def parts_of(address: str) -> Address:
    """Take an address apart."""
    words = words_of(address)
    kinds = "".join(word.kind for word in words)
    runs = [_without_room(run, kinds) for run in _RUN.finditer(kinds)]
    end = _end_of_place(words, kinds, runs)
    for first, last in runs:
        _join(words, kinds, first, last)
    head = {word.kind: word.key for word in words[:3]}
    return Address(head.get(Kind.PREFECTURE, ""), head.get(Kind.COUNTY, ""), tuple(words[:end]), tuple(words[end:]))


def split_room(longer: Address, shorter: Address) -> bool:
    """Whether the longer place is the shorter one with the number of a room behind it: 2-6-2-701 and 2-6-2."""
    place, tail = longer.place_key[:-2], longer.place_key[-2:]
    return (
        place == shorter.place_key
        and shorter.is_complete
        and len(tail) == 2
        and tail[0] == "-"
        and tail[1][1:].isdecimal()
        and int(tail[1][1:13]) >= _SMALLEST_ROOM
    )


def _without_room(run: re.Match[str], kinds: str) -> tuple[int, int]:
    """First and last word of a run; a number of a floor or room at its end belongs to the building."""
    first, last = run.start(), run.end()
    if kinds[last : last + 1] == Kind.ROOM and kinds[last - 1] == Kind.NUMBER:
        last -= 1
        while last > first and kinds[last - 1] in "oS-":
            last -= 1
    return first, last


def _end_of_place(words: list[Word], kinds: str, runs: list[tuple[int, int]]) -> int:
    lots = [run for run in runs if re.search("[bn]", kinds[slice(*run)])]
    for _first, last in [*lots[-1:], *(run for run in runs if _can_end(words, kinds, run))]:
        return last + _suffix_length(words, kinds, last)
    written = "".join(word.key for word in words)
    if match := _NO_NUMBER.search(written):
        return _word_at(words, match.end())
    return len(words)


def _can_end(words: list[Word], kinds: str, run: tuple[int, int]) -> bool:
    first, last = run
    if first == last or kinds[last - 1] in {Kind.CHOME, Kind.CHIWARI}:
        return False
    if last - first > 1:
        return True
    is_town = bool(words[last : last + 1]) and words[last].key[:1] in _TOWN_AFTER
    return words[first].text[:1].isdecimal() and not is_town


def _suffix_length(words: list[Word], kinds: str, last: int) -> int:
    match = _SUFFIX.match(kinds, last)
    return len(match[0]) if match and words[last].key in _SUFFIXES else 0


def _word_at(words: list[Word], place: int) -> int:
    count = 0
    for index, word in enumerate(words):
        if count >= place:
            return index
        count += len(word.key)
    return len(words)


def _join(words: list[Word], kinds: str, first: int, last: int) -> None:
    """Between two numbers everything is one dash; a counter behind the last number says nothing."""
    previous = first
    for index in range(first, last):
        if kinds[index] == Kind.NUMBER:
            previous = index
        else:
            is_link = index == previous + 1 and Kind.NUMBER in kinds[index:last]
            words[index] = replace(words[index], key="-" if is_link else "")
    # 第 in front of a 地割 says nothing either.
    if first and kinds[first - 1] == Kind.DAI and Kind.CHIWARI in kinds[first:last]:
        words[first - 1] = replace(words[first - 1], key="")
