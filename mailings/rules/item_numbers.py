"""お問い合わせ番号 of registered items: 11 digits printed 3-2-5-1, or 12 digits printed 4-4-4; the last is a check digit.

The check digit is the rest of the number before it divided by 7 (Japan Post prints 131-12-38385-2). A scanner reads the
NW-7 label with its start and stop characters, which are dropped. The leading digit tells the kind by custom only.
"""

import re
import unicodedata
from dataclasses import dataclass

from app.core.errors import DomainError

KINDS = {
    "1": "一般書留", "2": "現金書留", "3": "簡易書留", "4": "簡易書留",
    "5": "特定記録", "6": "特定記録", "7": "代引(一般)", "8": "代引(一般)",
}  # fmt: skip
TWELVE_DIGITS = "12-digit item (no kind in leading digit)"
FRAME = re.compile(r"^[A-Da-d](.*)[A-Da-d]$")  # NW-7 start and stop


class ItemNumberError(DomainError):
    """The text is no item number. Codes: item-number-format, item-number-zero, item-number-check-digit."""

    def __init__(self, code: str, **fields: object) -> None:
        super().__init__(code, field="item_number", **fields)


@dataclass(frozen=True, slots=True)
class ItemNumber:
    """An item number: digits alone, as printed, and the kind of item by custom."""

    digits: str
    formatted: str
    kind: str


def parse_item_number(text: str) -> ItemNumber:
    """Read an item number as typed or scanned, in any width, with or without hyphens and spaces.

    Raises:
        ItemNumberError: not 11 or 12 digits, all zeros, or a check digit that does not fit.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    framed = FRAME.match(plain)
    if framed:
        plain = framed.group(1)
    digits = re.sub(r"[\s‐‑–—−ー-]", "", plain)
    if not re.fullmatch(r"[0-9]+", digits):
        raise ItemNumberError("item-number-format")
    if len(digits) not in (11, 12):
        raise ItemNumberError("item-number-format")
    if not int(digits):
        raise ItemNumberError("item-number-zero")
    expected = int(digits[:-1]) % 7
    if int(digits[-1]) != expected:
        raise ItemNumberError("item-number-check-digit", expected=expected)
    if len(digits) == 12:
        return ItemNumber(digits, f"{digits[:4]}-{digits[4:8]}-{digits[8:]}", TWELVE_DIGITS)
    formatted = f"{digits[:3]}-{digits[3:5]}-{digits[5:10]}-{digits[10]}"
    return ItemNumber(digits, formatted, KINDS.get(digits[0], ""))
