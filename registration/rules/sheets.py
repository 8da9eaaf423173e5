"""What may be done with a sheet of paper in which state, and how a shelf is written. Pure."""

import re
import unicodedata
from enum import StrEnum

from app.core.errors import DomainError
from models.enums import SheetStatus as S

SHELF = re.compile(r"^[A-Z]{1,2}[0-9]{1,3}-[0-9]{1,3}$")
SHEET_NUMBER = re.compile(r"^S-?([0-9]{4})-?([0-9]{6,9})$")


class SheetError(DomainError):
    """What is asked of the sheet is not possible. Codes: sheet-…, shelf-…"""


class Act(StrEnum):
    """What people do with a sheet."""

    SHELVE = "shelve"
    LEND = "lend"
    GIVE_BACK = "give_back"
    DECIDE_RETURN = "decide_return"
    DESTROY = "destroy"
    DISCLOSE = "disclose"


NEXT: dict[tuple[S, Act], S] = {
    (S.HELD, Act.SHELVE): S.HELD,
    (S.HELD, Act.LEND): S.LENT,
    (S.LENT, Act.GIVE_BACK): S.HELD,
    (S.HELD, Act.DECIDE_RETURN): S.TO_RETURN,
    (S.HELD, Act.DESTROY): S.DESTROYED,
    (S.HELD, Act.DISCLOSE): S.HELD,
    (S.LENT, Act.DISCLOSE): S.LENT,
}


def may(status: S, act: Act) -> bool:
    """Whether the act is possible in this state."""
    return (status, act) in NEXT


def next_status(number: str, status: S, act: Act) -> S:
    """The state after an act.

    Raises:
        SheetError: `sheet-not-now`, with number and state.
    """
    try:
        return NEXT[status, act]
    except KeyError:
        raise SheetError("sheet-not-now", number=number, state=status) from None


def parse_shelf(text: str) -> str:
    """A shelf as it stands on its sign: rack and place, B3-12. Typed in any width or case.

    Raises:
        SheetError: `shelf-format`.
    """
    plain = re.sub(r"[\s]", "", unicodedata.normalize("NFKC", text)).upper()
    plain = re.sub("[‐‑–—−ー]", "-", plain)
    if not SHELF.match(plain):
        raise SheetError("shelf-format", field="shelf")
    return plain


def parse_sheet_number(text: str) -> str:
    """A sheet's number as scanned or typed: S-2026-000001.

    Raises:
        SheetError: `sheet-number-format`.
    """
    plain = re.sub(r"[\s]", "", unicodedata.normalize("NFKC", text)).upper()
    found = SHEET_NUMBER.match(re.sub("[‐‑–—−ー]", "-", plain))
    if not found:
        raise SheetError("sheet-number-format", field="code")
    return f"S-{found[1]}-{found[2]}"
