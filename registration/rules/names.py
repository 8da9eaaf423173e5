"""Whether two papers name the same person or company.

Only an exact match and one that differs in spaces, width or case are automatic; form and outline need an officer's decision
with a reason, and the rest is a mismatch (research: domain §6.2). No name is normalised: the folding is for comparing.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from registration.rules.name_characters import NameCharacterError, require_name_characters
from registration.rules.signs import lookalike_key, signs, variant_key, width_key

_FORMER = ("旧氏", "旧姓")
_ALIAS = ("通称名", "通称")
_ADDITION = re.compile(
    rf"[（(［\[【]\s*(?P<mark>{'|'.join(_FORMER + _ALIAS)})\s*[：:]?\s*(?P<name>[^）)］\]】]*)[）)］\]】]"
)


class NameMatch(StrEnum):
    """How two names relate, from best to worst."""

    EXACT = "exact"
    SPACING_WIDTH = "match_spacing_width"
    VARIANT = "review_variant"  # forms of one character: 渡邊 渡辺
    LOOKALIKE = "review_lookalike"  # other characters of one outline: 工 エ; or the space at another place
    MISMATCH = "mismatch"
    REFUSE = "refuse"  # one of them has a character that no name can have

    @property
    def is_automatic(self) -> bool:
        """Whether no officer need decide."""
        return self in {NameMatch.EXACT, NameMatch.SPACING_WIDTH}


@dataclass(frozen=True, slots=True)
class PrintedName:
    """A name as a residence record prints it, taken apart: only `name` is compared with the application."""

    name: str
    former_surname: str | None = None  # 旧氏
    alias: str | None = None  # 通称


def compare_names(a: str, b: str) -> NameMatch:
    """How two names relate; the order does not matter."""
    try:
        require_name_characters(a)
        require_name_characters(b)
    except NameCharacterError:
        return NameMatch.REFUSE
    if a == b:
        return NameMatch.EXACT
    first, second = signs(a), signs(b)
    if _key(first, width_key) == _key(second, width_key):
        # 林 田太郎 and 林田 太郎 have the same characters and are two families.
        return NameMatch.SPACING_WIDTH if _same_parting(a, b) else NameMatch.LOOKALIKE
    if _key(first, variant_key) == _key(second, variant_key):
        return NameMatch.VARIANT
    if _key(first, lookalike_key) == _key(second, lookalike_key):
        return NameMatch.LOOKALIKE
    return NameMatch.MISMATCH


def split_printed_name(text: str) -> PrintedName:
    """Take 旧氏 and 通称 out of a name as it is printed: 山田（旧氏：佐藤） 花子 is 山田 花子, formerly 佐藤.

    A mark without a name of its own (金田 太郎（通称）) says that the whole name is one. Nothing else is changed.
    """
    found: dict[str, str] = {}
    name = _ADDITION.sub(lambda match: found.update({match["mark"]: match["name"].strip()}) or "", text).strip()
    former = next((found[mark] or name for mark in _FORMER if mark in found), None)
    alias = next((found[mark] or name for mark in _ALIAS if mark in found), None)
    return PrintedName(name, former, alias)


def _key(name: list[str], fold: Callable[[str], str]) -> str:
    return "".join(fold(sign) for sign in name)


def _same_parting(a: str, b: str) -> bool:
    """Whether the spaces of one stand where the other has some too; evenly spread characters part nothing."""
    first, second = _partings(a), _partings(b)
    return first <= second or second <= first


def _partings(text: str) -> set[int]:
    places, count = set(), 0
    for part in text.split():
        count += len(part)
        places.add(count)
    return places
