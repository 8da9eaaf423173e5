"""The company answered something without a paper: on the telephone, or by e-mail."""

from datetime import datetime
from uuid import UUID

from app import audit
from app.core.actor import Actor
from app.core.clock import day_in_tokyo
from app.core.transaction import transaction
from models.enums import NoticeStatus, Remedy
from registration import notice_queries, queries
from registration.errors import PaperFieldError
from registration.rules.my_number import contains_my_number
from registration.rules.notices import NoticeError
from registration.services.notice_steps import close_if_answered, resume
from registration.services.steps import work_on


def answer_notice(notice_id: UUID, position: int, *, answer: str, actor: Actor, now: datetime) -> None:
    """Record what the company explained. When nothing is open any more, the officer has the case again.

    Args:
        notice_id: the notice.
        position: number of the item on the letter.
        answer: what was said, by whom; for the books.
        actor: an officer.
        now: the present moment.

    Raises:
        NoticeError: the notice or the item is not open (`notice-not-open`), only a paper answers it
            (`item-needs-paper`), nothing was written down (`answer-needed`).
        PaperFieldError: an individual number in it.
        FourEyesError, IllegalTransitionError: not this person, or the case is closed.
    """
    if not answer.strip():
        raise NoticeError("answer-needed", field="answer")
    if contains_my_number(answer):
        raise PaperFieldError("my-number", field="answer")
    application_id = notice_queries.application_of_notice(notice_id)
    with transaction():
        case = queries.case_for_update(application_id)
        work_on(case, actor=actor, now=now)
        notice = notice_queries.get_notice(notice_id)
        item = next((each for each in notice.items if each.position == position), None)
        if notice.status is not NoticeStatus.OPEN or item is None or item.answered_on is not None:
            raise NoticeError("notice-not-open", number=notice.number)
        if item.remedy is not Remedy.EXPLAIN:
            raise NoticeError("item-needs-paper")
        item.answered_on, item.answer = day_in_tokyo(now), answer.strip()
        close_if_answered(case, notice, now=now)
        if notice.status is not NoticeStatus.OPEN:
            resume(case)
        audit.record(
            "notice:explain",
            subject_type="application",
            subject_id=application_id,
            actor=actor,
            detail={"number": notice.number, "position": position, "answer": answer.strip()},
        )
