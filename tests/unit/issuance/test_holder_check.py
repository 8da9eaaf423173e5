"""What a company's record said at a moment, from what it says now and the changes since."""

from datetime import UTC, datetime, timedelta

import pytest

from issuance.rules.holder_check import Change, values_at

NOON = datetime(2026, 5, 1, 3, tzinfo=UTC)
HOUR = timedelta(hours=1)
CHANGES = [
    Change("name", "一", "二", NOON),
    Change("address", "水戸", "日立", NOON + HOUR),
    Change("name", "二", "三", NOON + 3 * HOUR),
]


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (NOON - HOUR, {"一"}),
        (NOON + HOUR, {"二"}),
        (NOON + 4 * HOUR, {"三"}),
        (NOON - timedelta(minutes=10), {"一", "二"}),  # the job began, and the change was just being approved
        (NOON + timedelta(minutes=10), {"二"}),  # what was approved before holds
        (NOON + 3 * HOUR, {"三"}),
        (None, {"三"}),
    ],
)
@pytest.mark.parametrize("changes", [CHANGES, CHANGES[::-1]])
def test_the_name_at_a_moment(moment, expected, changes):
    assert values_at("name", "三", changes, moment) == expected


def test_a_field_that_never_changed():
    assert values_at("name_romaji", "K.K.", CHANGES, NOON) == {"K.K."}
