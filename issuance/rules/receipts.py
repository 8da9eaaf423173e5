"""The holder confirms that the certificate has come: until when, what is said before, what happens after. Pure."""

from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum

# The revocation of what nobody confirmed waits a little after midnight: a confirmation may be on its way.
GRACE = timedelta(minutes=10)
# The holder did not do what the terms ask for. RFC 5280 names the reason; the CA/Browser Forum's Baseline Requirements
# (§7.2.2) describe it: "has not upheld their material obligations". Not `cessationOfOperation`: nobody said that the
# certificate is not needed, and not `keyCompromise`: nobody lost the key.
REASON = "privilegeWithdrawn"


class ReceiptState(StrEnum):
    """How it stands with the confirmation."""

    NOT_ASKED = "not-asked"
    WAITING = "waiting"
    OVERDUE = "overdue"
    CONFIRMED = "confirmed"


def receipt_state(*, due_on: date | None, is_confirmed: bool, today: date) -> ReceiptState:
    """How it stands.

    Args:
        due_on: last day to confirm, Japan; None: it is not asked for.
        is_confirmed: whether the holder confirmed.
        today: the present day in Japan.
    """
    if is_confirmed:
        return ReceiptState.CONFIRMED
    if due_on is None:
        return ReceiptState.NOT_ASKED
    return ReceiptState.OVERDUE if today > due_on else ReceiptState.WAITING


def reminder_windows(today: date, steps: Sequence[int]) -> list[tuple[int, date, date]]:
    """Whose turn it is today: for each step the first and the last of the last days that it concerns.

    Every certificate is in one window at most, so that a pause sends one reminder and not several.

    Args:
        today: the present day in Japan.
        steps: days before the last day on which the holder is reminded.
    """
    found, from_days = [], 0
    for step in sorted(set(steps)):
        found.append((step, today + timedelta(days=from_days), today + timedelta(days=step)))
        from_days = step + 1
    return found
