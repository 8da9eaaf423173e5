"""Breaking Japanese text into lines (JIS X 4051: 行頭禁則, 行末禁則 by 追い出し; words of ASCII stay whole, and so do a number with
its unit and a telephone number with its TEL)."""  # noqa: D209

import re
from collections.abc import Callable, Iterator

from app.documents.clusters import clusters

NOT_FIRST = frozenset(
    "、。，．・：；？！゛゜ヽヾゝゞ々ー）］｝〕〉》」』】ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ,.)]}:;!?％℃”’―…‥〜～"
)
NOT_LAST = frozenset("（［｛〔〈《「『【([{￥＄“‘〒¥")
ASCII_WORD = re.compile(r"[!-~]+")
UNITS = frozenset("年月日時分条項号円")
TELEPHONE = "TEL"
SHORT_LAST, NARROWEST, STEP = 0.15, 0.8, 0.02  # of the room


def wrap(text: str, room: float, measure: Callable[[str], float]) -> Iterator[str]:
    """The lines of a text that are each at most `room` wide.

    Args:
        text: paragraphs, separated by line feeds.
        room: width in the unit of `measure`.
        measure: width of a piece of text.
    """
    for paragraph in text.split("\n"):
        yield from _lines(paragraph, room, measure)


def wrap_evenly(text: str, room: float, measure: Callable[[str], float]) -> Iterator[str]:
    """As `wrap`, but a paragraph does not end in a line of one or two characters if as many narrower lines do without."""
    for paragraph in text.split("\n"):
        lines = list(_lines(paragraph, room, measure))
        share = 1.0
        while len(lines) > 1 and measure(lines[-1]) < SHORT_LAST * room and share > NARROWEST:
            share -= STEP
            tried = list(_lines(paragraph, room * share, measure))
            if len(tried) != len(lines):
                break
            if measure(tried[-1]) >= SHORT_LAST * room:
                lines = tried
        yield from lines


def _lines(paragraph: str, room: float, measure: Callable[[str], float]) -> Iterator[str]:
    line: list[str] = []
    used = 0.0
    for atom in _atoms(paragraph):
        needed = measure(atom)
        if line and used + needed > room + 0.01:
            pushed: list[str] = []
            while len(line) > 1 and ((pushed[0] if pushed else atom)[0] in NOT_FIRST or line[-1][-1] in NOT_LAST):
                pushed.insert(0, line.pop())
            yield "".join(line).rstrip(" ")
            line, used = pushed, sum(map(measure, pushed))
            if atom == " ":
                continue
        line.append(atom)
        used += needed
    yield "".join(line)


def _atoms(paragraph: str) -> Iterator[str]:
    word = ""
    for sign in clusters(paragraph):
        if ASCII_WORD.fullmatch(sign) or (sign == " " and word == TELEPHONE):
            word += sign
            continue
        if sign in UNITS and word.isdecimal():
            yield word + sign
            word = ""
            continue
        if word:
            yield word
            word = ""
        yield sign
    if word:
        yield word
