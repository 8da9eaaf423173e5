"""Sending a letter again: for which reasons, and who pays.

Only what the holder lost after receiving it is charged ("再送：実費相当"); what came back or was lost on the way is not.
"""

from datetime import date
from enum import StrEnum

from app.core.errors import IllegalTransitionError
from models.enums import MailPieceStatus


class ResendReason(StrEnum):
    """Why another letter goes out."""

    RETENTION = "retention"  # the post office kept it until the last day
    ADDRESS = "address"  # addressee unknown, moved: the new address was confirmed
    REFUSED = "refused"  # refused by mistake
    LOST_IN_POST = "lost_in_post"
    LOST_BY_HOLDER = "lost_by_holder"  # after delivery
    OURS = "ours"  # our own mistake


def possible_reasons(status: MailPieceStatus, delivered_on: date | None) -> tuple[ResendReason, ...]:
    """The reasons that fit what became of the letter before.

    Raises:
        IllegalTransitionError: it neither came back nor was lost.
    """
    if status is MailPieceStatus.RETURNED:
        return (ResendReason.RETENTION, ResendReason.ADDRESS, ResendReason.REFUSED, ResendReason.OURS)
    if status is MailPieceStatus.LOST:
        return (ResendReason.LOST_IN_POST,) if delivered_on is None else (ResendReason.LOST_BY_HOLDER,)
    raise IllegalTransitionError("mail-piece", current=status, event="send again")


def is_charged(reason: str) -> bool:
    """Whether the company pays for it."""
    return reason == ResendReason.LOST_BY_HOLDER
