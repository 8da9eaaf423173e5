"""The life of a mail piece. The only place that says which event may follow which status."""

from enum import StrEnum

from app.core.errors import IllegalTransitionError
from models.enums import MailPieceStatus as S


class MailPieceEventKind(StrEnum):
    """What can happen to a mail piece."""

    PRINT = "print"
    SPOIL = "spoil"
    ENCLOSE = "enclose"
    POST = "post"
    NOTIFY = "notify"
    DELIVER = "deliver"
    RETURN = "return"
    LOSE = "lose"
    STOP = "stop"  # a letter to a company, before it leaves the house


_E = MailPieceEventKind
NEXT = {
    (S.PREPARED, _E.PRINT): S.PRINTED,
    (S.PREPARED, _E.STOP): S.STOPPED,
    (S.PRINTED, _E.STOP): S.STOPPED,
    (S.ENCLOSED, _E.STOP): S.STOPPED,
    (S.PRINTED, _E.SPOIL): S.SPOILED,
    (S.PRINTED, _E.ENCLOSE): S.ENCLOSED,
    (S.ENCLOSED, _E.SPOIL): S.SPOILED,
    (S.ENCLOSED, _E.POST): S.POSTED,
    (S.POSTED, _E.NOTIFY): S.NOTIFIED,
    (S.POSTED, _E.DELIVER): S.DELIVERED,
    (S.NOTIFIED, _E.DELIVER): S.DELIVERED,
    (S.POSTED, _E.RETURN): S.RETURNED,
    (S.NOTIFIED, _E.RETURN): S.RETURNED,
    (S.POSTED, _E.LOSE): S.LOST,
    (S.NOTIFIED, _E.LOSE): S.LOST,
    (S.DELIVERED, _E.LOSE): S.LOST,
}


def next_status(current: S, event: MailPieceEventKind) -> S:
    """The status after an event.

    Raises:
        IllegalTransitionError: the event cannot happen to a piece in this status.
    """
    try:
        return NEXT[current, event]
    except KeyError:
        raise IllegalTransitionError("mail-piece", current=current, event=event) from None
