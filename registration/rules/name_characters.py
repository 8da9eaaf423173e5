"""Which characters a name may have. A name is stored exactly as typed: never NFC, never NFKC.

NFC turns 神 (U+FA19) into another character, and the certificate would then differ from the 住民票.
"""

import unicodedata

from app.core.errors import DomainError

VARIATION_SELECTORS = range(0xE0100, 0xE01F0)  # ideographic variation sequences
FORBIDDEN_CATEGORIES = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
# Invisible characters of other categories (Default_Ignorable_Code_Point), and signs that stand for something lost.
INVISIBLE = {0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, *range(0x180B, 0x1810), 0x2800, 0x3164, 0xFFA0}
LOST = {0xFFFC, 0xFFFD}
# By block, not by what this Python's Unicode data know: a kanji of Unicode 15 is a kanji on every machine.
KANJI_BLOCKS = (
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x20000, 0x2A6DF),
    (0x2A700, 0x2EE5F),
    (0x2F800, 0x2FA1F),
    (0x30000, 0x3347F),
)


class NameCharacterError(DomainError):
    """A character that no name can have, or that cannot be told apart later. Code: name-character."""

    def __init__(self, character: str, position: int) -> None:
        super().__init__("name-character", character=f"U+{ord(character):04X}", position=position + 1)


def require_name_characters(text: str) -> str:
    """The text as it is, if every character may stand in a name.

    Raises:
        NameCharacterError: private use (外字), zero width or invisible, bidirectional control, control, line separator,
            U+FFFC, U+FFFD, or a variation selector that does not follow a kanji.
    """
    for position, character in enumerate(text):
        code = ord(character)
        if code in VARIATION_SELECTORS:
            if position == 0 or not is_kanji(text[position - 1]):
                raise NameCharacterError(character, position)
        elif _is_forbidden(character):
            raise NameCharacterError(character, position)
    return text


def is_kanji(character: str) -> bool:
    """Whether the character is a CJK ideograph, compatibility ideographs included."""
    code = ord(character)
    return character == "々" or any(first <= code <= last for first, last in KANJI_BLOCKS)


def _is_forbidden(character: str) -> bool:
    code = ord(character)
    if code in LOST or code in INVISIBLE or 0xFE00 <= code <= 0xFE0F:  # the plain variation selectors
        return True
    return unicodedata.category(character) in FORBIDDEN_CATEGORIES and not is_kanji(character)
