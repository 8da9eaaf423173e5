"""Which characters a name may have. A name is stored exactly as typed: never NFC, never NFKC.

NFC turns 神 (U+FA19) into another character, and the certificate would then differ from the 住民票.
"""

import unicodedata

from app.core.errors import DomainError

VARIATION_SELECTORS = range(0xE0100, 0xE01F0)  # ideographic variation sequences
FORBIDDEN_CATEGORIES = {"Cc", "Cs", "Co", "Cn"}


class NameCharacterError(DomainError):
    """A character that no name can have, or that cannot be told apart later. Code: name-character."""

    def __init__(self, character: str, position: int) -> None:
        super().__init__("name-character", character=f"U+{ord(character):04X}", position=position + 1)


def require_name_characters(text: str) -> str:
    """The text as it is, if every character may stand in a name.

    Raises:
        NameCharacterError: private use (外字), zero width, bidirectional control, control, U+FFFD, or a variation
            selector that does not follow a kanji.
    """
    for position, character in enumerate(text):
        code = ord(character)
        if code in VARIATION_SELECTORS:
            if position == 0 or not is_kanji(text[position - 1]):
                raise NameCharacterError(character, position)
        elif unicodedata.category(character) in FORBIDDEN_CATEGORIES | {"Cf"} or code == 0xFFFD or _is_plain_vs(code):
            raise NameCharacterError(character, position)
    return text


def is_kanji(character: str) -> bool:
    """Whether the character is a CJK ideograph, compatibility ideographs included."""
    code = ord(character)
    return (
        0x3400 <= code <= 0x4DBF
        or 0x4E00 <= code <= 0x9FFF
        or 0xF900 <= code <= 0xFAFF
        or 0x20000 <= code <= 0x3FFFF
        or character == "々"
    )


def _is_plain_vs(code: int) -> bool:
    return 0xFE00 <= code <= 0xFE0F
