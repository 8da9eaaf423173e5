"""A deficiency notice is taken back: it was wrong, or was settled otherwise."""

from datetime import datetime
from uuid import UUID

from app import audit
from app.core.actor import Actor
from app.core.errors import DomainError
from app.core.transaction import transaction
from models.enums import NoticeStatus
from registration import notice_queries, queries
from registration.rules.notices import NoticeError
from registration.rules.refusals import require_reason
from registration.services.notice_steps import resume, take_back
from registration.services.steps import work_on


def withdraw_notice(notice_id: UUID, *, reason: str, actor: Actor, now: datetime) -> bool:
    """Take an open notice back; the officer has the case again.

    Returns:
        whether the letter was stopped before it left the house, and its papers with it.

    Raises:
        RefusalError: no reason.
        NoticeError: the notice is not open any more (`notice-not-open`).
        FourEyesError, IllegalTransitionError: not this person, or the case is closed.
    """
    application_id = notice_queries.application_of_notice(notice_id)
    try:
        reason = require_reason(reason)
        with transaction():
            case = queries.case_for_update(application_id)
            work_on(case, actor=actor, now=now)
            notice = notice_queries.get_notice(notice_id)
            if notice.status is not NoticeStatus.OPEN:
                raise NoticeError("notice-not-open", number=notice.number)
            stopped = take_back(case, notice, reason=reason, actor=actor, now=now)
            resume(case)
            return stopped
    except DomainError as error:
        audit.attempt(
            "notice:withdraw",
            subject_type="application",
            subject_id=application_id,
            actor=actor,
            outcome="refused",
            error=error.code,
        )
        raise
