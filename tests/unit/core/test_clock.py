"""Days are counted in Japan."""

from datetime import UTC, date, datetime

import pytest

from app.core.clock import day_in_tokyo, to_tokyo


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 11, 24, 14, 59, 59, tzinfo=UTC), date(2026, 11, 24)),
        (datetime(2026, 11, 24, 15, 0, 0, tzinfo=UTC), date(2026, 11, 25)),
        (datetime(2026, 12, 31, 15, 0, 0, tzinfo=UTC), date(2027, 1, 1)),
    ],
)
def test_a_day_begins_nine_hours_before_utc(moment: datetime, day: date) -> None:
    assert day_in_tokyo(moment) == day


def test_a_moment_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        to_tokyo(datetime(2026, 11, 24))  # noqa: DTZ001  the point of the test
