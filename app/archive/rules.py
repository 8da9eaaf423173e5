"""How long an original is kept."""

from datetime import date

from app.core.calendar import last_day_of_period

YEARS = 10  # 会社法432条2項 (ten years); 建設業法施行規則28条 asks for less for most contract papers


def keep_until(completed_on: date) -> date:
    """The last day on which the original must be there: ten years, the first day not counted (Civil Code 140, 143)."""
    return last_day_of_period(completed_on, YEARS * 12)
