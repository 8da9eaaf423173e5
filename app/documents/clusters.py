"""Text as the reader sees it: a base character with its variation selector is one sign."""

import unicodedata

SELECTORS = frozenset({*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)})
VOICING = frozenset({0x3099, 0x309A})


def clusters(text: str) -> list[str]:
    """The signs of a text: each character with the variation selector that follows it.

    Kana with a combining (semi-)voicing mark are composed. Nothing else is normalised: NFC would turn 神 (U+FA19) into
    another character, and a name must stay as it was typed.
    """
    signs: list[str] = []
    for character in text:
        code = ord(character)
        if signs and code in VOICING:
            composed = unicodedata.normalize("NFC", signs[-1] + character)
            if len(composed) == 1:
                signs[-1] = composed
                continue
        if signs and code in SELECTORS and len(signs[-1]) == 1:
            signs[-1] += character
        else:
            signs.append(character)
    return signs


def code_points(sign: str) -> str:
    """`U+845B U+E0100`: how a sign is named to the person who must decide about it."""
    return " ".join(f"U+{ord(character):04X}" for character in sign)
