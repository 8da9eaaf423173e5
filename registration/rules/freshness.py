"""「発行日より3ヶ月以内」: until when an official certificate may be received.

Civil Code (明治29年法律第89号): 140 the first day is not counted; 143 by the calendar; 142 if the last day is one on which
business is not done, the period ends the next open day. Measured on the day of receipt, not of entry or decision.
`dateutil.relativedelta(months=3)` is wrong on three issue dates a year, always to the applicant's harm.
"""

from dataclasses import dataclass
from datetime import date

from app.core.calendar import last_day_of_period, next_open_day

FRESH_MONTHS = 3


@dataclass(frozen=True, slots=True)
class Freshness:
    """Whether a paper was fresh when it came, with the days that explain it."""

    is_fresh: bool
    last_day: date  # by article 143
    last_acceptable_day: date  # by article 142 as well, if the policy extends
    code: str  # fresh, stale, from-the-future


def last_acceptable_day(issued_on: date, *, extend_over_closed_days: bool = True) -> date:
    """The last day on which a paper issued on this day may be received.

    Args:
        issued_on: the date of the attestation on the paper (証明年月日).
        extend_over_closed_days: policy HOLIDAY_EXTENSION, Civil Code 142.
    """
    last = last_day_of_period(issued_on, FRESH_MONTHS)
    return next_open_day(last) if extend_over_closed_days else last


def freshness(issued_on: date, received_on: date, *, extend_over_closed_days: bool = True) -> Freshness:
    """Judge a paper on the day it was received."""
    last = last_day_of_period(issued_on, FRESH_MONTHS)
    acceptable = last_acceptable_day(issued_on, extend_over_closed_days=extend_over_closed_days)
    if issued_on > received_on:
        return Freshness(False, last, acceptable, "from-the-future")
    if received_on > acceptable:
        return Freshness(False, last, acceptable, "stale")
    return Freshness(True, last, acceptable, "fresh")
