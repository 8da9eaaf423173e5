"""Finding cases by what a person types, or a scanner reads: a number, its beginning, its serial, or names."""

from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_

from app.core.search import Search, matches
from models.applications import Application
from registration.rules.case_numbers import CaseNumber, parse_case_number

TAKEN_IN_WITHIN = timedelta(
    days=31
)  # an envelope of December that is taken in later than this is not found by its year


def case_search(text: str) -> Search | ColumnElement[bool]:
    """The criterion for a search text; `admin.listing.read_listing` knows how to read both kinds quickly."""
    number = parse_case_number(text)
    if number is None:
        return matches(Application.search_key, text)
    if number.year is None:
        serial, _last = number.serials
        return matches(Application.search_key, text).or_(Application.sequence == serial)
    if number.is_whole:
        return Application.number == number.text
    if not number.serial:
        return _of_year(number.year)
    begins = Search(Application.number.startswith(number.text), Application.sequence.between(*number.serials))
    return begins.or_(Application.number == number.filled)


def _of_year(year: int) -> ColumnElement[bool]:
    """Every case with a number of this year. The days let the list begin where they begin."""
    return and_(
        Application.number.startswith(CaseNumber(year, "").text),
        Application.received_on.between(date(year, 1, 1) - TAKEN_IN_WITHIN, date(year, 12, 31)),
    )
