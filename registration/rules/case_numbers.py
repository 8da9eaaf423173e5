"""What part of an application's number was typed or scanned. Pure.

A number is A-2026-004711: year and serial of the day on which the envelope was taken in; an applicant's number has -1, -2 … behind.
"""

import re
import unicodedata
from dataclasses import dataclass

SERIAL_DIGITS = 6  # at least: the serial goes on counting
_DASHES = str.maketrans("‐‑‒–—−ー", "-------")
_SHAPES = (
    re.compile(r"A?-?(?P<year>[1-9][0-9]{3})-(?P<serial>[0-9]{1,9})(?:-[0-9]{1,3})?"),
    re.compile(r"A(?P<year>[1-9][0-9]{3})(?P<serial>[0-9]{6,9})"),
    re.compile(r"A-?(?P<year>[1-9][0-9]{3})-?(?P<serial>)"),
    re.compile(r"(?P<year>)(?P<serial>[0-9]{1,9})"),
)


@dataclass(frozen=True, slots=True)
class CaseNumber:
    """A number, or its beginning, or its serial alone."""

    year: int | None
    serial: str  # digits as typed; empty if the year stands alone

    @property
    def is_whole(self) -> bool:
        """Whether exactly one case can have it."""
        return self.year is not None and len(self.serial) >= SERIAL_DIGITS

    @property
    def text(self) -> str:
        """As it stands on the case, as far as it was typed."""
        return f"A-{self.year}-{self.serial}"

    @property
    def filled(self) -> str:
        """With the zeros that people leave out before a serial: 2026-47 is A-2026-000047."""
        return f"A-{self.year}-{self.serial.zfill(SERIAL_DIGITS)}"

    @property
    def serials(self) -> tuple[int, int]:
        """The smallest and the largest serial that begins with these digits; a serial without a year is that number."""
        if self.year is None:
            return int(self.serial), int(self.serial)
        missing = max(SERIAL_DIGITS - len(self.serial), 0)
        first = int(self.serial or 0) * 10**missing
        return first, first + 10**missing - 1


def parse_case_number(text: str) -> CaseNumber | None:
    """The number in a search text, or None if it is none: then it is a name."""
    plain = unicodedata.normalize("NFKC", text).translate(_DASHES).strip().upper()
    for shape in _SHAPES:
        if found := shape.fullmatch(plain):
            year = found["year"]
            return CaseNumber(int(year) if year else None, found["serial"])
    return None
