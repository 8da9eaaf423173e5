"""How long the books are kept: ten years (施行規則12条2項), the first day not counted (Civil Code 140, 143)."""

from datetime import date

YEARS = 10


def keep_until(expiry_or_refusal: date) -> date:
    """The last day of keeping, from the certificate's expiry or from the refusal; revocation does not shorten it."""
    try:
        return expiry_or_refusal.replace(year=expiry_or_refusal.year + YEARS)
    except ValueError:  # 29 February in a year without one: the month's last day
        return date(expiry_or_refusal.year + YEARS, 2, 28)
