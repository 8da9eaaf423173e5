"""Ten years by the Civil Code, the last days of February among them."""

from datetime import date

import pytest

from app.archive.rules import keep_until


@pytest.mark.parametrize(
    ("completed", "last"),
    [
        (date(2026, 11, 24), date(2036, 11, 24)),
        (date(2028, 2, 29), date(2038, 2, 28)),
        (date(2026, 2, 28), date(2036, 2, 29)),  # a period from 1 March ends with February, which may have a 29th
        (date(2026, 12, 31), date(2036, 12, 31)),
    ],
)
def test_keep_until(completed: date, last: date) -> None:
    assert keep_until(completed) == last
