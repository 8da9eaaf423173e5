"""A notice was not answered in time: the case lapses by itself, and the papers go back.

No decision row is written: a lapse is no judgement of a person on the application (施行規則12(1)(i)ニ asks for the name of who
decided to accept or refuse). The officer who set the day stands on the notice; the lapse stands in the letter and in the audit.
"""

from datetime import datetime
from uuid import UUID

from app import audit
from app.core.actor import SYSTEM
from app.core.clock import day_in_tokyo
from app.core.transaction import transaction
from models.applications import Application
from models.enums import ApplicationStatus, LetterKind, NoticeStatus, PapersFate
from models.notices import DeficiencyNotice
from models.papers import Paper
from registration import notice_queries, queries
from registration.notice_proposals import recipient_of_letter
from registration.rules.notices import NoticeError, last_day_of_grace
from registration.rules.states import Event, next_status
from registration.services.letter_steps import require_returnable, write_letter
from registration.services.notice_steps import close_notice
from registration.services.steps import refresh_due


def expire_notice(notice_id: UUID, *, now: datetime) -> bool:
    """Let the case of an unanswered notice lapse. Safe to run twice, and from two processes.

    Nothing lapses while anything was answered, while a paper came in that nobody has looked at, while an officer holds the
    case with a reason, or within the days of grace.

    Returns:
        whether it lapsed by this call.
    """
    application_id = notice_queries.application_of_notice(notice_id)
    with transaction():
        case = queries.case_for_update(application_id)
        notice = notice_queries.get_notice(notice_id)
        if not _has_lapsed(case, notice, now):
            return False
        sent = notice_queries.letter_of_notice_for_update(notice_id)
        if sent is None:
            return False
        today = day_in_tokyo(now)
        case.status, case.closed_on = next_status(case.status, Event.EXPIRE), today
        close_notice(case, notice, NoticeStatus.EXPIRED, now=now)
        back = [] if notice_queries.is_on_hold(case.id) else [each for each in case.papers if _can_go(case, each)]
        letter = write_letter(
            case,
            LetterKind.LAPSE_NOTICE,
            recipient_of_letter(sent),
            papers=back,
            actor=SYSTEM,
            now=now,
            notice_id=notice.id,
            fate=PapersFate.RETURNED if back else PapersFate.KEPT,
        )
        refresh_due(case)
        audit.record(
            "application:expire",
            subject_type="application",
            subject_id=application_id,
            actor=SYSTEM,
            detail={"notice": notice.number, "due_on": notice.due_on, "sheets_back": len(letter.enclosures)},
        )
        return True


def _has_lapsed(case: Application, notice: DeficiencyNotice, now: datetime) -> bool:
    if notice.status is not NoticeStatus.OPEN or case.status is not ApplicationStatus.INCOMPLETE:
        return False
    if case.held_at is not None or any(item.answered_on for item in notice.items):
        return False
    if any(_came_after(item.paper, notice) for item in notice.items):
        return False
    return day_in_tokyo(now) > last_day_of_grace(notice.due_on)


def _came_after(paper: Paper, notice: DeficiencyNotice) -> bool:
    """Whether a new sheet was taken in for a paper without anybody having said that it answers the notice."""
    return paper.sheet is not None and paper.sheet.created_at > notice.written_at


def _can_go(case: Application, paper: Paper) -> bool:
    if paper.sheet is None:
        return False
    try:
        require_returnable(case, notice_queries.sheet_for_update(paper))
    except NoticeError:
        return False
    return True
