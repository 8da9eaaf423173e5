"""How long the books are kept: ten years (施行規則12条2項), the first day not counted (Civil Code 140, 143)."""

from datetime import date

from app.core.calendar import last_day_of_period

YEARS = 10


def keep_until(expiry_or_refusal: date) -> date:
    """The last day of keeping, from the certificate's expiry or from the refusal; revocation does not shorten it.

    What ends on the last of February is kept until the last of February, which may be the 29th.
    """
    return last_day_of_period(expiry_or_refusal, YEARS * 12)
