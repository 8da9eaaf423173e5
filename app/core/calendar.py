"""Business days and help-desk hours. Holidays by the 国民の祝日に関する法律, through `jpholiday`.

The equinoxes of later years are fixed only in February of the year before; `HOLIDAY_OVERRIDES` corrects what the
library does not know yet.
"""

from calendar import monthrange
from datetime import date, datetime, time, timedelta

import jpholiday

from app.core.clock import to_tokyo

# day → whether it is a holiday, where the official gazette and the library differ
HOLIDAY_OVERRIDES: dict[date, bool] = {}

HELP_DESK_HOURS = ((time(9), time(12)), (time(13), time(18)))  # of the guide, half-open intervals
SATURDAY = 5


def is_holiday(day: date) -> bool:
    """Whether the day is a 祝日, a 振替休日 or a 国民の休日."""
    if day in HOLIDAY_OVERRIDES:
        return HOLIDAY_OVERRIDES[day]
    return bool(jpholiday.is_holiday(day))


def is_year_end(day: date) -> bool:
    """Whether the day lies between 29 December and 3 January, when the authority is closed."""
    return (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)


def is_business_day(day: date) -> bool:
    """Whether the authority is open: no Saturday, Sunday, holiday or turn of the year."""
    return day.weekday() < SATURDAY and not is_holiday(day) and not is_year_end(day)


def next_open_day(day: date) -> date:
    """The day itself if the authority is open, else the first day after it that is."""
    while not is_business_day(day):
        day += timedelta(days=1)
    return day


def next_business_day(day: date) -> date:
    """The first open day strictly after the day."""
    return next_open_day(day + timedelta(days=1))


def helpdesk_is_open(moment: datetime) -> bool:
    """Whether somebody answers the help desk's telephone. `moment` is aware, or a wall-clock time in Japan."""
    local = to_tokyo(moment) if moment.tzinfo else moment
    return is_business_day(local.date()) and any(start <= local.time() < end for start, end in HELP_DESK_HOURS)


def last_day_of_period(event_day: date, months: int) -> date:
    """The last day of a period of months that begins on the day after `event_day` (Civil Code 140, 141, 143)."""
    start = event_day + timedelta(days=1)
    if start.day == 1:
        year, month = _month_after(start, months - 1)
        return date(year, month, monthrange(year, month)[1])
    year, month = _month_after(start, months)
    if start.day <= monthrange(year, month)[1]:
        return date(year, month, start.day) - timedelta(days=1)
    return date(year, month, monthrange(year, month)[1])


def _month_after(day: date, months: int) -> tuple[int, int]:
    index = day.year * 12 + day.month - 1 + months
    return index // 12, index % 12 + 1
