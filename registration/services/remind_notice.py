"""The company is reminded, once, of a notice that it has not answered."""

from datetime import datetime
from uuid import UUID

from app import audit
from app.core.actor import SYSTEM
from app.core.clock import day_in_tokyo
from app.core.transaction import transaction
from app.jobs import defer
from models.enums import NoticeStatus
from registration import notice_queries, queries
from registration.rules.notices import is_to_remind


def remind_notice(notice_id: UUID, *, now: datetime) -> bool:
    """Promise the reminder if it is due and was not sent. Safe to run twice, and from two processes.

    Returns:
        whether it was promised by this call. A company without an e-mail address is noted as such and called by an officer:
        the register shows it.
    """
    application_id = notice_queries.application_of_notice(notice_id)
    with transaction():
        case = queries.case_for_update(application_id)
        notice = notice_queries.get_notice(notice_id)
        if notice.status is not NoticeStatus.OPEN or notice.reminded_at is not None or case.closed_on is not None:
            return False
        if not is_to_remind(due_on=notice.due_on, issued_on=notice.issued_on, today=day_in_tokyo(now)):
            return False
        letter = notice_queries.letter_of_notice_for_update(notice_id)
        has_email = letter is not None and bool(letter.recipient_email)
        notice.reminded_at = now
        if has_email:
            defer("mailings.jobs.email_notice_reminder", notice.id)
        audit.record(
            "notice:remind",
            subject_type="application",
            subject_id=application_id,
            actor=SYSTEM,
            detail={"number": notice.number, "due_on": notice.due_on, "by_email": has_email},
        )
        return True
