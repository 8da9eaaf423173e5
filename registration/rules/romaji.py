"""Names in Latin letters as passports write them (旅券法施行規則5条, the Hepburn table of the Ministry of Foreign Affairs).

ン is N, but M before B, M, P; ッ doubles, and is T before CH; long O and U are not written (オウ, オオ, ウウ, ー) except オ at the
end of a name (妹尾 SENOO); no apostrophe; ヂ JI, ヅ ZU, ヲ O. A word boundary stops the lengthening (小団扇 コ|ウチワ
KOUCHIWA), and kana alone do not show it: what is proposed here is confirmed by the applicant and never corrects what
was written. オウ and オオ may be written OH on request (河野 KOHNO).
"""

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from registration.rules.kana import SMALL_VOWELS, SMALL_Y, KanaError, morae, words

_ROWS = {
    "": "アイウエオ", "K": "カキクケコ", "S": "サ スセソ", "T": "タ  テト", "N": "ナニヌネノ", "H": "ハヒ ヘホ", "M": "マミムメモ",
    "Y": "ヤ ユ ヨ", "R": "ラリルレロ", "W": "ワ    ", "G": "ガギグゲゴ", "Z": "ザ ズゼゾ", "D": "ダ  デド", "B": "バビブベボ",
    "P": "パピプペポ",
}  # fmt: skip
_KANA = {kana: row + vowel for row, line in _ROWS.items() for kana, vowel in zip(line, "AIUEO", strict=True)} | {
    "シ": "SHI", "チ": "CHI", "ツ": "TSU", "フ": "FU", "ジ": "JI", "ヂ": "JI", "ヅ": "ZU", "ヰ": "I", "ヱ": "E", "ヲ": "O", "ン": "N",
    "ヴ": "BU", "ヷ": "BA", "ヸ": "BI", "ヹ": "BE", "ヺ": "BO", "ヵ": "KA", "ヶ": "KE", "ヮ": "WA", "ャ": "YA", "ュ": "YU", "ョ": "YO",
    "ァ": "A", "ィ": "I", "ゥ": "U", "ェ": "E", "ォ": "O",
}  # fmt: skip
_ONSETS = {"SHI": "SH", "CHI": "CH", "JI": "J"}
_MOST_LONG_VOWELS = 5


class RomajiMatch(StrEnum):
    """What a typed name is to its reading, from best to worst."""

    STANDARD = "standard"
    LONG_VOWEL = "long-vowel form"  # allowed on request: taken, with a flag
    NON_STANDARD = "non-standard"  # the same sounds in another spelling
    DIFFERENT = "different"


_ORDER = list(RomajiMatch)


@dataclass(frozen=True, slots=True)
class Proposal:
    """One spelling to offer, and the boundaries that lead to it."""

    text: str
    match: RomajiMatch
    boundaries: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Sound:
    """One mora in letters."""

    letters: str
    lengthens: bool = False  # not written, being the second half of a long vowel
    is_long_o: bool = False  # followed by オ or ウ that is not written: OH if asked for
    natural: str = ""  # how English would spell a foreign sound: FI for フィ, where passports write FUI


def romanise(kana: str, *, boundaries: Collection[int] = ()) -> str:
    """The passport spelling in capitals; spaces and ・ part words.

    Args:
        kana: the reading in katakana (hiragana and half width are understood).
        boundaries: where words meet inside a name, as the index of the mora before which the boundary stands; morae are
            counted over the whole text, without spaces.

    Raises:
        KanaError: a character that is no kana.
    """
    return " ".join(_spell(word) for word in _sounds(kana, boundaries))


def classify_romaji(kana: str, typed: str, *, boundaries: Collection[int] = ()) -> RomajiMatch:
    """What the typed name is to its reading; case and width do not matter. Never raises, never corrects."""
    try:
        read = list(_sounds(kana, boundaries))
    except KanaError:
        return RomajiMatch.DIFFERENT
    written = unicodedata.normalize("NFKC", typed).upper().split()
    if not read or not written:
        return RomajiMatch.DIFFERENT
    if len(read) == len(written):
        return max(map(_classify, read, written), key=_ORDER.index)
    joined = [sound for word in read for sound in word]
    same = _is_same_sound(joined, "".join(written))
    return RomajiMatch.NON_STANDARD if same else RomajiMatch.DIFFERENT


def propose(kana: str) -> list[Proposal]:
    """Spellings to choose from: the standard one, those with a word boundary at a long vowel, the OH form.

    Raises:
        KanaError: a character that is no kana.
    """
    found: dict[str, Proposal] = {}
    standard = list(_sounds(kana))
    found[" ".join(map(_spell, standard))] = Proposal(" ".join(map(_spell, standard)), RomajiMatch.STANDARD)
    # No word begins with ー, and none is one ウ at the end.
    flat = [(sound, i + 1 < len(word)) for word in standard for i, sound in enumerate(word)]
    places = [i for i, (sound, goes_on) in enumerate(flat) if sound.lengthens and sound.natural and goes_on]
    long_vowels = places[:_MOST_LONG_VOWELS]
    for count in range(1, len(long_vowels) + 1):
        for chosen in combinations(long_vowels, count):
            text = romanise(kana, boundaries=chosen)
            found.setdefault(text, Proposal(text, RomajiMatch.STANDARD, chosen))
    with_h = " ".join(_spell(word, oh=True) for word in standard)
    found.setdefault(with_h, Proposal(with_h, RomajiMatch.LONG_VOWEL))
    return list(found.values())


def _classify(word: list[_Sound], typed: str) -> RomajiMatch:
    if typed == _spell(word):
        return RomajiMatch.STANDARD
    if typed == _spell(word, oh=True):
        return RomajiMatch.LONG_VOWEL
    return RomajiMatch.NON_STANDARD if _is_same_sound(word, typed) else RomajiMatch.DIFFERENT


def _spell(word: list[_Sound], *, oh: bool = False) -> str:
    parts = []
    for i, sound in enumerate(word):
        if sound.lengthens:
            continue
        following = next((later.letters for later in word[i + 1 :] if later.letters), "")
        parts.append(_in_place(sound.letters, following) + ("H" if oh and sound.is_long_o else ""))
    return "".join(parts)


def _in_place(letters: str, following: str) -> str:
    """ン and ッ take their letter from what follows."""
    if letters == "N":
        return "M" if following[:1] in {"B", "M", "P"} else "N"
    if letters == "ッ":
        return (
            ""
            if following[:1] in set("AIUEOッ") or not following
            else "T"
            if following.startswith("CH")
            else following[0]
        )
    return letters


def _sounds(kana: str, boundaries: Collection[int] = ()) -> Iterator[list[_Sound]]:
    start = 0
    for word in words(kana):
        parts = morae(word)
        yield _word(parts, {place - start for place in boundaries})
        start += len(parts)


def _word(parts: list[str], boundaries: set[int]) -> list[_Sound]:
    sounds: list[_Sound] = []
    is_long = False  # a vowel is lengthened once: オオオカ is OOKA
    for i, mora in enumerate(parts):
        vowel = sounds[-1].letters[-1:] if sounds else ""
        if mora == "ー":
            sounds.append(_Sound("", lengthens=True))
            is_long = True
            continue
        is_final_o = i == len(parts) - 1 and mora in {"オ", "ヲ"}
        pairs = (vowel, mora) in {("O", "ウ"), ("O", "オ"), ("O", "ヲ"), ("U", "ウ")}
        if pairs and not is_long and not is_final_o and i not in boundaries:
            if vowel == "O":
                sounds[-1] = _Sound(sounds[-1].letters, is_long_o=True, natural=sounds[-1].natural)
            sounds.append(_Sound("", lengthens=True, natural=_KANA[mora]))
            is_long = True
            continue
        sounds.append(_sound(mora))
        is_long = False
    return sounds


def _sound(mora: str) -> _Sound:
    if mora == "ッ":
        return _Sound("ッ")
    base, small = _KANA[mora[0]], mora[1:]
    if not small:
        return _Sound(base)
    onset = _ONSETS.get(base, base[:-1])
    if small in SMALL_Y and base.endswith("I") and base not in {"I", "E"}:
        return _Sound(onset + ("" if base in _ONSETS else "Y") + _KANA[small][1:])
    assert small in SMALL_VOWELS + SMALL_Y
    # The ministry writes foreign sounds letter by letter: ティ TEI, フィ FUI, デュ DEYU, ジェ JIE.
    return _Sound(base + _KANA[small], natural=(onset or "W") + _KANA[small])


_SPELLINGS = [
    (r"[^A-Z]", ""), (r"[TC]CH(?=I)", "TT"), (r"[TC]CH", "TTY"), (r"SSH(?=I)", "SS"), (r"SSH", "SSY"),
    (r"SH(?=I)", "S"), (r"SH", "SY"), (r"CH(?=I)", "T"), (r"CH", "TY"), (r"TS(?=U)", "T"), (r"D?Z", "Z"), (r"D(?=U)", "Z"),
    (r"J+(?=I)", "Z"), (r"J+", "ZY"), (r"(?<=[STZ])YY", "Y"), (r"F", "H"), (r"V", "B"), (r"L", "R"), (r"M(?=[BMP])", "N"),
    (r"NN+", "N"), (r"(?<=O)H(?![AIUEOY])", ""), (r"W(?=[IEO])", ""), (r"Y(?=E)", ""), (r"O[OU]+", "O"), (r"UU+", "U"),
    (r"II+", "I"), (r"EE+", "E"), (r"AA+", "A"),
]  # fmt: skip


def _is_same_sound(word: list[_Sound], typed: str) -> bool:
    """Whether the typed name has the same sounds in some spelling: kunrei, wapuro, macrons, long vowels, foreign."""
    natural = [_Sound(s.natural) if s.natural and not s.lengthens else s for s in word]
    return _reduced(typed) in {_reduced(_spell(word)), _reduced(_spell(natural))}


def _reduced(letters: str) -> str:
    plain = unicodedata.normalize("NFD", letters)
    for pattern, replacement in _SPELLINGS:
        plain = re.sub(pattern, replacement, plain)
    return plain
