"""What a word of the post means for our piece: a step, nothing new, or a contradiction that somebody must look at."""

from enum import StrEnum

from mailings.rules.states import NEXT, MailPieceEventKind
from models.enums import MailPieceStatus, OutcomeStatus

STEPS = {
    OutcomeStatus.ARRIVED: MailPieceEventKind.NOTIFY,
    OutcomeStatus.ABSENT: MailPieceEventKind.NOTIFY,  # the notice lies in the letter box
    OutcomeStatus.DELIVERED: MailPieceEventKind.DELIVER,
    OutcomeStatus.RETURNED: MailPieceEventKind.RETURN,
}
REACHED = {
    OutcomeStatus.DELIVERED: {MailPieceStatus.DELIVERED},
    OutcomeStatus.RETURNED: {MailPieceStatus.RETURNED},
}
ON_THE_WAY = {MailPieceStatus.POSTED, MailPieceStatus.NOTIFIED}


class Verdict(StrEnum):
    """What to do with an outcome."""

    STEP = "step"
    NOTHING_NEW = "nothing-new"
    CONTRADICTION = "contradiction"


def judge(status: OutcomeStatus, piece: MailPieceStatus) -> Verdict:
    """Whether an outcome brings a piece further. Late lines about earlier steps say nothing new."""
    step = STEPS.get(status)
    if step is not None and (piece, step) in NEXT and piece in ON_THE_WAY:
        return Verdict.STEP
    if status in REACHED and piece not in REACHED[status]:
        return Verdict.CONTRADICTION
    return Verdict.NOTHING_NEW
