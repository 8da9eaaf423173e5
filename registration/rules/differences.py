"""What exactly differs between two texts, for the officer's eye: aligned segments with code points.

All segments of one side, joined, are that side's text. A base character and its variation selector are never parted, and a
character beyond U+FFFF is one. Nothing here decides; `compare_names` and `compare_addresses` do.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import TypeVar

from registration.rules.address_parts import parts_of
from registration.rules.address_words import Word
from registration.rules.signs import lookalike_key, signs, variant_key, width_key


class DifferenceKind(StrEnum):
    """How one segment differs, from nothing to everything."""

    SAME = "same"
    SPACING = "spacing"
    WIDTH = "width"  # or case
    NOTATION = "notation"  # of an address: 二丁目 and 2-
    VARIANT = "variant"
    LOOKALIKE = "lookalike"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class Difference:
    """A segment of both texts; either side may be empty."""

    kind: DifferenceKind
    a: str
    b: str

    @property
    def a_code_points(self) -> tuple[str, ...]:
        """One entry a sign, e.g. `U+845B U+E0100`."""
        return code_points(self.a)

    @property
    def b_code_points(self) -> tuple[str, ...]:
        """One entry a sign."""
        return code_points(self.b)


_T = TypeVar("_T")
_MOST_PAIRS = 250_000  # aligning is quadratic; longer texts are no names and are shown as two wholes
# Each sign of another form or outline keeps its own segment, so that its code points stand alone.
_APART = {DifferenceKind.VARIANT, DifferenceKind.LOOKALIKE}


def code_points(text: str) -> tuple[str, ...]:
    """How the signs of a text are named to the person who decides."""
    return tuple(" ".join(f"U+{ord(character):04X}" for character in sign) for sign in signs(text))


def differences(a: str, b: str) -> list[Difference]:
    """Two names side by side: runs that are the same, and each sign that is not."""
    found = []
    for left, right in _aligned(signs(a), signs(b), lookalike_key):
        pairs = zip(left, right, strict=True) if _is_pairwise(left, right, lookalike_key) else [_joined(left, right)]
        found += [Difference(_kind(x, y), x, y) for x, y in pairs]
    return _merged(found)


def address_differences(a: str, b: str) -> list[Difference]:
    """Two addresses side by side, word by word: 二丁目 against 2- is notation, 新橋 against 東新橋 a difference."""
    found = []
    for left, right in _aligned(_words(a), _words(b), _word_key):
        same = [_word_key(word) for word in left if word.key] == [_word_key(word) for word in right if word.key]
        if _is_pairwise(left, right, _word_key):
            pairs = [(x.text, y.text) for x, y in zip(left, right, strict=True)]
        else:
            pairs = [_joined([word.text for word in left], [word.text for word in right])]
        found += [Difference(_address_kind(x, y, is_same_place=same), x, y) for x, y in pairs]
    return _merged(found)


def _words(text: str) -> list[Word]:
    parts = parts_of(text)
    return [*parts.place, *parts.building]


def _word_key(word: Word) -> str:
    return word.key


def _aligned(first: list[_T], second: list[_T], key: Callable[[_T], str]) -> list[tuple[list[_T], list[_T]]]:
    if len(first) * len(second) > _MOST_PAIRS:
        return [(first, second)]
    matcher = SequenceMatcher(None, [*map(key, first)], [*map(key, second)], autojunk=False)
    return [(first[i:j], second[k:m]) for _tag, i, j, k, m in matcher.get_opcodes()]


def _is_pairwise(left: list[_T], right: list[_T], key: Callable[[_T], str]) -> bool:
    return len(left) == len(right) and all(key(x) == key(y) for x, y in zip(left, right, strict=True))


def _joined(left: Sequence[str], right: Sequence[str]) -> tuple[str, str]:
    return "".join(left), "".join(right)


def _kind(a: str, b: str) -> DifferenceKind:
    if a == b:
        return DifferenceKind.SAME
    if "".join(a.split()) == "".join(b.split()):
        return DifferenceKind.SPACING
    for key, kind in (
        (width_key, DifferenceKind.WIDTH),
        (variant_key, DifferenceKind.VARIANT),
        (lookalike_key, DifferenceKind.LOOKALIKE),
    ):
        if "".join(map(key, signs(a))) == "".join(map(key, signs(b))):
            return kind
    return DifferenceKind.DIFFERENT


def _address_kind(a: str, b: str, *, is_same_place: bool) -> DifferenceKind:
    kind = _kind(a, b)
    if is_same_place and kind in {DifferenceKind.LOOKALIKE, DifferenceKind.DIFFERENT}:
        return DifferenceKind.NOTATION
    return kind


def _merged(found: list[Difference]) -> list[Difference]:
    merged: list[Difference] = []
    for each in found:
        if merged and merged[-1].kind is each.kind and each.kind not in _APART:
            merged[-1] = Difference(each.kind, merged[-1].a + each.a, merged[-1].b + each.b)
        else:
            merged.append(each)
    return merged
