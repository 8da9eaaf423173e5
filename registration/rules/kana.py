"""Katakana: what the kana field takes, and the morae of a reading.

The kana field alone is widened (ﾔﾏﾀﾞ → ヤマダ): a reading has no forms to lose, and bank files and old systems give
half-width kana. Names are never touched.
"""

import re
import unicodedata

from app.core.errors import DomainError

SMALL_Y = "ャュョ"
SMALL_VOWELS = "ァィゥェォヮ"
_HALF_WIDTH = re.compile("[\uff65-\uff9f]+")
_IN_FIELD = re.compile("[ァ-ヺー・ 　]")
_HIRAGANA = {ord("ぁ") + step: ord("ァ") + step for step in range(0x3097 - 0x3041)}
_SMALL = SMALL_Y + SMALL_VOWELS
# A small kana joins the large one before it; after ッ, ン, ー or another small one it stands alone.
_MORA = re.compile(f"[ッンー{_SMALL}]|[ァ-ヺ][{_SMALL}]?")
_SEPARATORS = re.compile(r"[\s・]+")


class KanaError(DomainError):
    """No katakana. Codes: kana-empty, kana-character (with the character and its position, from 1)."""


def widen_kana(text: str) -> str:
    """The text with half-width katakana made full-width, voicing marks joined; nothing else is changed."""
    return _HALF_WIDTH.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)


def require_kana(text: str, *, field: str | None = None) -> str:
    """The reading as the kana field stores it: katakana with ー, ・ and spaces, widened, trimmed.

    Raises:
        KanaError: nothing, or a character that is no katakana (hiragana as well: the forms ask for katakana).
    """
    wide = widen_kana(text).strip()
    if not wide:
        raise KanaError("kana-empty", field=field)
    for position, character in enumerate(wide, start=1):
        if not _IN_FIELD.fullmatch(character):
            raise KanaError("kana-character", field=field, character=character, position=position)
    return wide


def words(text: str) -> list[str]:
    """The parts between spaces and middle dots that sound, in katakana (hiragana is read as katakana)."""
    plain = widen_kana(text).translate(_HIRAGANA)
    return [word for word in _SEPARATORS.split(plain) if word.strip("ーッ")]


def morae(word: str) -> list[str]:
    """The morae of a word in katakana: キョ is one; ッ, ン and ー are one each.

    Raises:
        KanaError: a character that is no katakana.
    """
    found, position = [], 0
    while position < len(word):
        match = _MORA.match(word, position)
        if match is None:
            raise KanaError("kana-character", character=word[position], position=position + 1)
        found.append(match[0])
        position = match.end()
    return found
