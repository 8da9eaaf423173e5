"""When somebody is reminded, and when it is too late."""

from datetime import date, timedelta

import pytest

from issuance.rules.receipts import ReceiptState, receipt_state, reminder_windows

TODAY = date(2026, 11, 26)


@pytest.mark.parametrize(
    ("due_on", "is_confirmed", "state"),
    [
        (None, False, ReceiptState.NOT_ASKED),
        (None, True, ReceiptState.CONFIRMED),
        (TODAY, False, ReceiptState.WAITING),
        (TODAY - timedelta(days=1), False, ReceiptState.OVERDUE),
        (TODAY - timedelta(days=1), True, ReceiptState.CONFIRMED),
    ],
)
def test_state(due_on: date | None, is_confirmed: bool, state: ReceiptState) -> None:
    assert receipt_state(due_on=due_on, is_confirmed=is_confirmed, today=TODAY) is state


def test_every_last_day_is_in_one_window_at_most() -> None:
    windows = reminder_windows(TODAY, (14, 3, 3))
    assert windows == [
        (3, TODAY, TODAY + timedelta(days=3)),
        (14, TODAY + timedelta(days=4), TODAY + timedelta(days=14)),
    ]
    for days in range(-2, 20):
        due = TODAY + timedelta(days=days)
        assert sum(first <= due <= last for _step, first, last in windows) == (0 <= days <= 14)


def test_nobody_is_reminded_without_steps() -> None:
    assert reminder_windows(TODAY, ()) == []
