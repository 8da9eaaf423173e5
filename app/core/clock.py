"""The clock. Moments are UTC; days are counted in Asia/Tokyo, where "today" begins nine hours before UTC's."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

TOKYO = ZoneInfo("Asia/Tokyo")


def now() -> datetime:
    """The present moment, aware, in UTC. Only screens, jobs and commands call it; services get it as an argument."""
    return datetime.now(UTC)


def to_tokyo(moment: datetime) -> datetime:
    """The same moment on a clock in Japan. The moment must be aware."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return moment.astimezone(TOKYO)


def day_in_tokyo(moment: datetime) -> date:
    """The calendar day that a moment falls on in Japan."""
    return to_tokyo(moment).date()


def today() -> date:
    """The present day in Japan."""
    return day_in_tokyo(now())
