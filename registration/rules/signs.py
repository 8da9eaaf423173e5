"""Text as the reader sees it, and which signs stand for one another.

A sign is a base character with the variation selector or voicing marks behind it; a character beyond U+FFFF is one sign.
Joining all signs gives the text back exactly: nothing is normalised. Only the *keys* made here are folded, and they are
never stored nor shown.
"""

import unicodedata
from functools import cache, lru_cache
from pathlib import Path

DATA = Path(__file__).parent / "data"
_SELECTORS = frozenset({*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)})
_VOICING = frozenset("\u3099\u309a\uff9e\uff9f")  # combining, and the half-width marks that follow half-width kana


def signs(text: str) -> list[str]:
    """The signs of a text; joined, they are the text."""
    found: list[str] = []
    for character in text:
        if found and (ord(character) in _SELECTORS or character in _VOICING) and not found[-1][0].isspace():
            found[-1] += character
        else:
            found.append(character)
    return found


@lru_cache(4096)
def width_key(sign: str) -> str:
    """The sign without the width of ASCII (Ａ → A) and without case; nothing for a space. Nothing else is folded."""
    if sign.isspace():
        return ""
    return _upper("".join(chr(ord(each) - 0xFEE0) if "！" <= each <= "～" else each for each in sign))


@lru_cache(4096)
def variant_key(sign: str) -> str:
    """The sign without its form: compatibility characters, variation selectors and 異体字 give the usual form."""
    plain = "".join(character for character in sign if ord(character) not in _SELECTORS)
    folded = unicodedata.normalize("NFKC", width_key(plain))
    return "".join(_variants().get(character, character) for character in _upper(folded) if not character.isspace())


@lru_cache(4096)
def lookalike_key(sign: str) -> str:
    """The sign's outline: what cannot be told apart at a glance has the same key."""
    return "".join(_lookalikes().get(character, character) for character in variant_key(sign))


def forms(character: str) -> str:
    """Every form of a kanji that is listed, the usual one first; the character alone if none is."""
    return _groups("variants").get(character, character)


def _upper(text: str) -> str:
    # Character by character, and only where one stays one: ß would become SS.
    return "".join(upper if len(upper := character.upper()) == 1 else character for character in text)


@cache
def _variants() -> dict[str, str]:
    return {character: group[0] for character, group in _groups("variants").items()}


@cache
def _lookalikes() -> dict[str, str]:
    # The keys meet signs whose form is gone already, so the table goes through the same fold.
    return {variant_key(character) or character: group[0] for character, group in _groups("lookalikes").items()}


@cache
def _groups(name: str) -> dict[str, str]:
    lines = (DATA / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return {character: group for group in lines if group and not group.startswith("#") for character in group}
