"""What runs out next on an open case, so that the queue can put it first. Pure."""

from datetime import date, timedelta
from enum import StrEnum

DECISION_WITHIN_DAYS = 7  # the guide promises token and IDs one to two weeks after the application
NOTHING_DUE = date(9999, 12, 31)


def next_due(
    *, received_on: date, is_open: bool, notice_due_on: date | None = None, review_valid_until: date | None = None
) -> date:
    """The day on which something runs out: the company's answer, the review, or the promise to decide.

    Args:
        received_on: day of receipt.
        is_open: whether the case still waits for a decision; nothing runs out on a closed one.
        notice_due_on: day by which an open deficiency notice must be answered; until then we wait for the company.
        review_valid_until: last day on which a finished review may be approved.
    """
    if not is_open:
        return NOTHING_DUE
    if notice_due_on is not None:
        return notice_due_on
    promised = received_on + timedelta(days=DECISION_WITHIN_DAYS)
    return min(promised, review_valid_until) if review_valid_until else promised


class Runs(StrEnum):
    """What runs out."""

    ANSWER = "answer"  # the company's, to a deficiency notice
    PROMISE = "promise"  # to decide
    REVIEW = "review"  # a finished review that nobody approved


def what_runs_out(*, due_on: date, received_on: date, is_incomplete: bool) -> Runs:
    """What the day of a case is the last one of."""
    if is_incomplete:
        return Runs.ANSWER
    return Runs.PROMISE if due_on == received_on + timedelta(days=DECISION_WITHIN_DAYS) else Runs.REVIEW
