"""From when until when a certificate is valid.

施行規則6条4号 (at most five years, the issue day counted), 5条2項 (identity anchor), CRYPTREC (RSA-2048 until 2030).
"""

from datetime import UTC, date, datetime, time, timedelta

from app.core.clock import TOKYO, day_in_tokyo

RSA_2048_LAST_DAY = date(2030, 12, 31)
CA_MARGIN = timedelta(days=1)


def term(
    now: datetime, *, years: int, rsa_bits: int | None, ca_not_after: datetime, latest_day: date
) -> tuple[datetime, datetime]:
    """First and last moment of validity.

    Args:
        now: the moment of issue; validity begins with it.
        years: asked for; the issue day counts, so that the last day is the one before the anniversary.
        rsa_bits: size of an RSA key; None for other keys.
        ca_not_after: end of the CA certificate.
        latest_day: last day that the law allows (issuance.rules.validity).
    """
    first = now.astimezone(UTC).replace(microsecond=0)
    last_day = min(last_day_of_term(day_in_tokyo(now), years), latest_day)
    if rsa_bits is not None and rsa_bits < 3072:  # noqa: PLR2004
        last_day = min(last_day, RSA_2048_LAST_DAY)
    last = datetime.combine(last_day, time(23, 59, 59), TOKYO).astimezone(UTC)
    return first, min(last, ca_not_after - CA_MARGIN)


def last_day_of_term(issued_on: date, years: int) -> date:
    """The last day of so many years, the issue day counted (day in Japan)."""
    return _anniversary(issued_on, years) - timedelta(days=1)


def _anniversary(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return date(day.year + years, 3, 1)
