"""Cutting an address into words. Joined, the words are the address; only their keys are folded, for comparing.

Keys know one way of writing for each thing: numbers are `#6` whether 6, ６, 06 or 六; kanji have their usual form; ヶ ケ が
between kanji are one, and so are 上る 上ル; 大字 and 字 have no key. What stands between numbers (丁目, 番地の, a dash) is
decided one step later (registration/rules/address_parts.py), when the neighbours are known.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from app.core.kanji_numerals import NUMERALS, kanji_number
from registration.rules.name_characters import is_kanji
from registration.rules.signs import signs, variant_key

PREFECTURES = [
    "北海道", "青森県", "岩手県", "宮城県", "秋田県", "山形県", "福島県", "茨城県", "栃木県", "群馬県", "埼玉県", "千葉県", "東京都", "神奈川県", "新潟県",
    "富山県", "石川県", "福井県", "山梨県", "長野県", "岐阜県", "静岡県", "愛知県", "三重県", "滋賀県", "京都府", "大阪府", "兵庫県", "奈良県", "和歌山県",
    "鳥取県", "島根県", "岡山県", "広島県", "山口県", "徳島県", "香川県", "愛媛県", "高知県", "福岡県", "佐賀県", "長崎県", "熊本県", "大分県", "宮崎県",
    "鹿児島県", "沖縄県",
]  # fmt: skip


class Kind(StrEnum):
    """What a word is. The values are one letter each, so that a run of words can be matched with a pattern."""

    PREFECTURE = "P"
    COUNTY = "Q"
    NUMBER = "N"
    CHOME = "c"  # 丁目
    CHO = "d"  # 丁, as in 堺市
    LOT = "b"  # 番地
    BLOCK = "n"  # 番
    HOUSE = "g"  # 号
    CHIWARI = "t"  # 地割
    LINE = "l"  # 線
    DASH = "-"
    NO = "o"  # の ノ 之
    DAI = "k"  # 第
    ROOM = "r"  # what makes the number before it one of a room or floor: 階 F 号室 棟
    SPACE = "S"
    TEXT = "x"


@dataclass(frozen=True, slots=True)
class Word:
    """A word as written, and its key; an empty key says nothing."""

    text: str
    key: str
    kind: Kind


_N = f"(?:[0-9]+|[{NUMERALS}]+)"
_DASHES = "-‐‑‒–—―−ー─━"
_AFTER_NUMBER = [
    (Kind.CHOME, "丁目"),
    (Kind.LOT, "番地"),
    (Kind.CHIWARI, "地割"),
    (Kind.ROOM, "階|F(?![A-Z])|号室|室|号?棟|号館"),
    (Kind.BLOCK, "番(?![町丁通街館外組])"),
    (Kind.HOUSE, "号(?![線車機])"),
    (Kind.CHO, rf"丁(?=\s*[{_DASHES}]?\s*{_N})"),
    (Kind.LINE, rf"線(?=\s*[{_DASHES}]?\s*{_N})"),
]
_ANYWHERE = [
    (Kind.SPACE, r"\s+"),
    (Kind.NUMBER, _N),
    (Kind.DASH, f"[{_DASHES}]"),
    (Kind.NO, "[のノ之]"),
    (Kind.DAI, "第"),
]
_SILENT = re.compile("大字|小字|(?<!文)字")
_KYOTO = [
    (re.compile("([上下])(?:がる|ガル|る|ル)"), r"\1ル"),
    (re.compile("([東西南北]入)(?:る|ル)?"), r"\1"),
    (re.compile("(通)り"), r"\1"),
]
_PREFECTURE = re.compile("|".join(PREFECTURES))
_COUNTY = re.compile(r"[^\s0-9]{1,5}?郡(?!市|山市|上市)(?=[^市]{1,8}?[町村])")
_ROOM_KEYS = {"階": "F", "F": "F", "号室": "", "室": ""}
_KE, _TSU = frozenset("ヶケがガカヵ"), frozenset("ツッつっ")
_MOST_DIGITS = 12


def words_of(address: str) -> list[Word]:
    """The words of an address."""
    return _Cutter(address).words()


class _Cutter:
    """One pass over the folded address, which remembers where each sign began."""

    def __init__(self, address: str) -> None:
        self.folded = ""
        self.begins: dict[int, str] = {}
        for sign in signs(address):
            self.begins[len(self.folded)] = sign
            self.folded += " " if sign.isspace() else variant_key(sign) or sign
        self.is_kyoto = "京都市" in self.folded
        self.found: list[Word] = []
        self.place = 0

    def words(self) -> list[Word]:
        self._head()
        while self.place < len(self.folded):
            self._next()
        return self.found

    def _head(self) -> None:
        """Prefecture and county, which stand only at the beginning."""
        for kind, pattern in ((Kind.SPACE, re.compile(r"\s+")), (Kind.PREFECTURE, _PREFECTURE), (Kind.COUNTY, _COUNTY)):
            if match := pattern.match(self.folded, self.place):
                self._add(kind, match.end(), "" if kind is Kind.SPACE else match[0])

    def _next(self) -> None:
        if match := _SILENT.match(self.folded, self.place):
            return self._add(Kind.TEXT, match.end(), "")
        if self.is_kyoto:
            for pattern, written in _KYOTO:
                if match := pattern.match(self.folded, self.place):
                    return self._add(Kind.TEXT, match.end(), match.expand(written))
        follows_number = bool(self.found) and self.found[-1].kind is Kind.NUMBER
        for kind, pattern_text in (_AFTER_NUMBER if follows_number else []) + _ANYWHERE:
            if match := re.compile(pattern_text).match(self.folded, self.place):
                key = self._key(kind, match[0])
                if key is not None:
                    return self._add(kind, match.end(), key)
        return self._add(Kind.TEXT, self.place + 1, self._text_key())

    def _key(self, kind: Kind, text: str) -> str | None:
        if kind is Kind.NUMBER:
            if text[0].isascii():
                return f"#{text.lstrip('0') or '0'}"
            number = kanji_number(text) if len(text) <= _MOST_DIGITS else None
            return None if number is None else f"#{number}"
        if kind is Kind.ROOM:
            return _ROOM_KEYS.get(text, text)
        if kind is Kind.SPACE:
            return ""
        return "ノ" if kind is Kind.NO else text

    def _text_key(self) -> str:
        character = self.folded[self.place]
        before, after = self.folded[self.place - 1 : self.place], self.folded[self.place + 1 : self.place + 2]
        if before and after and is_kanji(before) and is_kanji(after):
            if character in _KE:
                return "ケ"
            if character in _TSU:
                return "ツ"
        return character

    def _add(self, kind: Kind, end: int, key: str) -> None:
        text = "".join(self.begins.get(place, "") for place in range(self.place, end))
        self.found.append(Word(text, key, kind))
        self.place = end
