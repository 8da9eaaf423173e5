"""Japanese era dates, as they stand on papers: reading what an officer types, and printing.

Era starts: 明治 1868-01-25 (day numbers follow our calendar only since 1873-01-01), 大正 1912-07-30, 昭和 1926-12-25,
平成 1989-01-08, 令和 2019-05-01. A date after an era's last day is taken with a warning: papers printed before May 2019
say 平成31年5月.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from app.core.errors import DomainError
from app.core.kanji_numerals import NUMERALS, kanji_number


@dataclass(frozen=True, slots=True)
class Era:
    """One era: its names and its first day."""

    name: str
    letter: str
    digit: str
    start: date

    @property
    def first_year(self) -> int:
        """The year of our calendar that is its year 1."""
        return self.start.year


ERAS = (
    Era("明治", "M", "1", date(1868, 1, 25)),
    Era("大正", "T", "2", date(1912, 7, 30)),
    Era("昭和", "S", "3", date(1926, 12, 25)),
    Era("平成", "H", "4", date(1989, 1, 8)),
    Era("令和", "R", "5", date(2019, 5, 1)),
)
GREGORIAN_SINCE = date(1873, 1, 1)
MOST_KANJI = 8

_ERA = "|".join([era.name for era in ERAS] + [era.name[0] for era in ERAS] + [era.letter for era in ERAS])
_SEPARATED = re.compile(
    rf"({_ERA})(元|[0-9]{{1,2}})(?:年|[./-])([0-9]{{1,2}})(?:月|[./-])([0-9]{{1,2}})日?", re.IGNORECASE
)
_COMPACT = re.compile(rf"({_ERA}|[1-5])([0-9][0-9])([0-9][0-9])([0-9][0-9])", re.IGNORECASE)
_WESTERN = re.compile(r"([0-9]{4})(?:年|[./-])([0-9]{1,2})(?:月|[./-])([0-9]{1,2})日?")
_WESTERN_COMPACT = re.compile(r"([0-9]{4})([0-9][0-9])([0-9][0-9])")
_NO_DAY = re.compile(rf"(?:(?:{_ERA})(?:元|[0-9]{{1,2}})|[0-9]{{4}})(?:年|[./-])[0-9]{{1,2}}月?", re.IGNORECASE)
_KANJI_NUMBER = re.compile(f"[{NUMERALS}]+")


class DateError(DomainError):
    """The text is no date. Codes: date-not-understood, date-day-missing, date-no-such-day, date-before-era."""


@dataclass(frozen=True, slots=True)
class ParsedDate:
    """A date that was read, with a warning if the era had ended by then."""

    date: date
    warning: str | None = None


def parse_date(text: str) -> ParsedDate:
    """Read a date: 令和8年11月22日, R8.11.22, 令8.11.22, R081122, 5081122, ㋿, kanji numerals, full width, ISO, 20261122.

    Raises:
        DateError: not understood (an era is always needed with a short year), no day, no such day, or before the era.
    """
    # NFKC is right here, and only here: a date has no variant characters, and ㋿ becomes 令和.
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    plain = re.sub("[‐‑‒–—―−ー・,、]", lambda found: "." if found[0] in "・,、" else "-", plain)
    plain = _KANJI_NUMBER.sub(lambda found: _arabic(found[0]), plain)
    for pattern in (_WESTERN, _WESTERN_COMPACT):
        if match := pattern.fullmatch(plain):
            return ParsedDate(_day(*map(int, match.groups()), text=text))
    for pattern in (_SEPARATED, _COMPACT):
        if match := pattern.fullmatch(plain):
            era = _era(match[1])
            year = 1 if match[2] == "元" else int(match[2])
            return _in_era(era, year, int(match[3]), int(match[4]), text)
    raise DateError("date-day-missing" if _NO_DAY.fullmatch(plain) else "date-not-understood", text=text)


def format_wareki(day: date) -> str:
    """The date in its era: 令和8年11月22日, and 令和元年 for the first year.

    Raises:
        DateError: before 1873, when Japan counted days by another calendar.
    """
    era = era_of(day)
    year = day.year - era.first_year + 1
    return f"{era.name}{'元' if year == 1 else year}年{day.month}月{day.day}日"


def era_of(day: date) -> Era:
    """The era that a day belongs to.

    Raises:
        DateError: before 1873.
    """
    if day < GREGORIAN_SINCE:
        raise DateError("date-before-era", text=day.isoformat(), era=ERAS[0].name, start=GREGORIAN_SINCE.isoformat())
    return next(era for era in reversed(ERAS) if era.start <= day)


def _era(text: str) -> Era:
    return next(era for era in ERAS if text.upper() in {era.name, era.name[0], era.letter, era.digit})


def _in_era(era: Era, year: int, month: int, day: int, text: str) -> ParsedDate:
    if year < 1:
        raise DateError("date-no-such-day", text=text)
    found = _day(era.first_year + year - 1, month, day, text=text)
    start = GREGORIAN_SINCE if era is ERAS[0] else era.start
    if found < start:
        raise DateError("date-before-era", text=text, era=era.name, start=start.isoformat())
    if era_of(found) is not era:
        return ParsedDate(found, warning=f"after-era:{format_wareki(found)}")
    return ParsedDate(found)


def _day(year: int, month: int, day: int, *, text: str) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise DateError("date-no-such-day", text=text) from None


def _arabic(text: str) -> str:
    # What makes no number stays as it is, and no pattern takes it: nothing is guessed.
    number = kanji_number(text) if len(text) <= MOST_KANJI else None
    return text if number is None else str(number)
