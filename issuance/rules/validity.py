"""Until when, by law: certificates (施行規則6条4号), online renewals (5条2項), and the 申請PIN."""

from datetime import date, timedelta

from app.core.calendar import last_day_of_period

YEARS = 5
PIN_MONTHS = 3


def latest_expiry(issued_on: date) -> date:
    """The last day of the longest certificate issued on this day: five years, the issue day counted."""
    return _five_years(issued_on)


def latest_renewal_expiry(anchor: date) -> date:
    """The last day of an online renewal, counted from the certificate that was issued on documents (施行規則5条2項)."""
    return _five_years(anchor)


def pin_last_usable_day(received_on: date) -> date:
    """The last day on which the 申請PIN of a letter received on this day can be used: three months (Civil Code 140, 143)."""
    return last_day_of_period(received_on, PIN_MONTHS)


def _five_years(first_day: date) -> date:
    try:
        end = first_day.replace(year=first_day.year + YEARS)
    except ValueError:  # 29 February
        end = date(first_day.year + YEARS, 3, 1)
    return end - timedelta(days=1)
