"""Inner steps with notices that several services share; each runs in the caller's transaction."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from app import audit
from app.core.actor import Actor
from app.core.db import db
from app.core.transaction import require_transaction
from models.applications import Application
from models.enums import ApplicationStatus, NoticeStatus
from models.notices import DeficiencyItem, DeficiencyNotice
from registration import notice_queries
from registration.rules.states import Event, next_status
from registration.services.letter_steps import stop_letter
from registration.services.steps import refresh_due


def answer_items(
    case: Application, paper_ids: Collection[UUID], day: date, *, actor: Actor, now: datetime
) -> list[DeficiencyItem]:
    """Papers came in for a case: what was asked about them is answered; when all is, the notice is.

    The case goes back to the officer as soon as anything has come, so the caller moves it (Event.RECEIVE_PAPERS).

    Args:
        case: locked.
        paper_ids: papers of the case that have a new sheet now.
        day: of receipt of the new sheets.
        actor: who took them in.
        now: the present moment.

    Returns:
        the items that were answered by this.
    """
    require_transaction()
    notice = notice_queries.find_open_notice(case.id)
    if notice is None:
        return []
    wanted = set(paper_ids)
    answered = [item for item in notice.items if item.answered_on is None and item.paper_id in wanted]
    for item in answered:
        item.answered_on = day
    if answered:
        audit.record(
            "notice:answer",
            subject_type="application",
            subject_id=case.id,
            actor=actor,
            detail={"number": notice.number, "positions": [item.position for item in answered], "day": day.isoformat()},
        )
    close_if_answered(case, notice, now=now)
    return answered


def papers_came(case: Application, paper_ids: Collection[UUID], day: date, *, actor: Actor, now: datetime) -> None:
    """New sheets fulfil papers of a case: what was asked about them is answered, and the officer has the case again."""
    answer_items(case, paper_ids, day, actor=actor, now=now)
    if case.status is ApplicationStatus.INCOMPLETE:
        case.status = next_status(case.status, Event.RECEIVE_PAPERS)


def close_if_answered(case: Application, notice: DeficiencyNotice, *, now: datetime) -> None:
    """Close a notice of which nothing is open any more."""
    if notice.status is NoticeStatus.OPEN and all(item.answered_on for item in notice.items):
        close_notice(case, notice, NoticeStatus.ANSWERED, now=now)


def close_notice(
    case: Application, notice: DeficiencyNotice, status: NoticeStatus, *, now: datetime, reason: str = ""
) -> None:
    """End an open notice; what runs out next on the case changes with it."""
    require_transaction()
    notice.status, notice.closed_at, notice.closed_reason = status, now, reason
    db.session.flush()
    refresh_due(case)


def end_open_notice(case: Application, *, reason: str, actor: Actor, now: datetime) -> None:
    """A case ends, or needs nothing from the company any more: its open notice ends with it, and its letter stays here.

    The caller changes the state of the case.
    """
    require_transaction()
    notice = notice_queries.find_open_notice(case.id)
    if notice is None:
        return
    take_back(case, notice, reason=reason, actor=actor, now=now)


def take_back(case: Application, notice: DeficiencyNotice, *, reason: str, actor: Actor, now: datetime) -> bool:
    """Take an open notice back. A letter that has not left the house yet stays, and with it the papers in it.

    Returns:
        whether the letter could be stopped.
    """
    letter = notice_queries.letter_of_notice_for_update(notice.id)
    stopped = letter is not None and stop_letter(case, letter, actor=actor, now=now)
    close_notice(case, notice, NoticeStatus.WITHDRAWN, now=now, reason=reason)
    audit.record(
        "notice:withdraw",
        subject_type="application",
        subject_id=case.id,
        actor=actor,
        detail={"number": notice.number, "reason": reason, "letter_stopped": stopped},
    )
    return stopped


def resume(case: Application) -> None:
    """The officer has the case again: nothing more is asked of the company."""
    if case.status is ApplicationStatus.INCOMPLETE:
        case.status = next_status(case.status, Event.TAKE_NOTICE_BACK)
