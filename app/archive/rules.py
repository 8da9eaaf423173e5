"""How long an original is kept."""

import calendar
from datetime import date

YEARS = 10  # 会社法432条2項 (ten years); 建設業法施行規則28条 asks for less for most contract papers


def keep_until(completed_on: date) -> date:
    """The last day on which the original must be there: ten years on, 29 February becoming the 28th."""
    year = completed_on.year + YEARS
    last = calendar.monthrange(year, completed_on.month)[1]
    return date(year, completed_on.month, min(completed_on.day, last))
