"""The life of an application: which event may follow which state."""

from enum import StrEnum

from app.core.errors import IllegalTransitionError
from models.enums import ApplicationStatus as S


class Event(StrEnum):
    """What can happen to an application."""

    START_REVIEW = "start_review"
    ASK_FOR_PAPERS = "ask_for_papers"
    RECEIVE_PAPERS = "receive_papers"
    FINISH_REVIEW = "finish_review"
    EDIT = "edit"
    SEND_BACK = "send_back"
    APPROVE = "approve"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"
    TAKE_NOTICE_BACK = "take_notice_back"


NEXT: dict[tuple[S, Event], S] = {
    (S.RECEIVED, Event.START_REVIEW): S.IN_REVIEW,
    (S.RECEIVED, Event.EDIT): S.IN_REVIEW,
    (S.IN_REVIEW, Event.EDIT): S.IN_REVIEW,
    (S.IN_REVIEW, Event.START_REVIEW): S.IN_REVIEW,
    (S.RECEIVED, Event.ASK_FOR_PAPERS): S.INCOMPLETE,
    (S.IN_REVIEW, Event.ASK_FOR_PAPERS): S.INCOMPLETE,
    (S.INCOMPLETE, Event.RECEIVE_PAPERS): S.IN_REVIEW,
    (S.INCOMPLETE, Event.EDIT): S.INCOMPLETE,  # we still wait for the company, whatever an officer types meanwhile
    (S.INCOMPLETE, Event.TAKE_NOTICE_BACK): S.IN_REVIEW,
    (S.INCOMPLETE, Event.EXPIRE): S.EXPIRED,
    (S.IN_REVIEW, Event.FINISH_REVIEW): S.REVIEWED,
    (S.REVIEWED, Event.EDIT): S.IN_REVIEW,  # any edit of a checked field voids what was found
    (S.REVIEWED, Event.SEND_BACK): S.IN_REVIEW,
    (S.REVIEWED, Event.APPROVE): S.APPROVED,
    (S.REVIEWED, Event.REFUSE): S.REFUSED,
    (S.IN_REVIEW, Event.REFUSE): S.REFUSED,
    (S.RECEIVED, Event.WITHDRAW): S.WITHDRAWN,
    (S.INCOMPLETE, Event.WITHDRAW): S.WITHDRAWN,
    (S.IN_REVIEW, Event.WITHDRAW): S.WITHDRAWN,
    (S.REVIEWED, Event.WITHDRAW): S.WITHDRAWN,
}


def next_status(current: S, event: Event) -> S:
    """The state after an event.

    Raises:
        IllegalTransitionError: this cannot happen in this state.
    """
    try:
        return NEXT[current, event]
    except KeyError:
        raise IllegalTransitionError("application", current=current, event=event) from None
