"""The company is asked for what is missing or wrong: notice, letter, e-mail, and the papers that go back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from app import audit
from app.core.actor import Actor
from app.core.clock import day_in_tokyo
from app.core.db import db
from app.core.errors import DomainError
from app.core.transaction import transaction
from models.applications import Application
from models.enums import LetterKind, Remedy
from models.notices import DeficiencyItem, DeficiencyNotice
from models.papers import Paper
from registration import notice_queries, queries
from registration.errors import PaperFieldError
from registration.rules.my_number import contains_my_number
from registration.rules.notices import Ask, NoticeError, require_ask, require_due
from registration.rules.recipients import Recipient, require_recipient
from registration.rules.states import Event, next_status
from registration.services.letter_steps import write_letter
from registration.services.steps import refresh_due, work_on


@dataclass(frozen=True, slots=True)
class AskedItem:
    """One thing that the officer ticked."""

    paper_id: UUID
    code: str
    remedy: Remedy
    detail: str = ""
    words: str = ""
    goes_back: bool = False


@dataclass(frozen=True, slots=True)
class NoticeDraft:
    """What the officer put together."""

    items: Sequence[AskedItem]
    due_on: date
    recipient: Recipient
    remark: str = ""


def write_notice(application_id: UUID, draft: NoticeDraft, *, actor: Actor, now: datetime) -> UUID:
    """Send a deficiency notice; the case waits for the company from now on.

    A finished review is voided by it: what was found does not hold any more.

    Returns:
        id of the notice.

    Raises:
        NoticeError: nothing ticked, a notice is open already, a day that cannot be, a remedy that does not fit, a sheet
            that cannot go back.
        RecipientError, NameCharacterError: the letter cannot be addressed like this.
        PaperFieldError: an individual number in the officer's words.
        FourEyesError, IllegalTransitionError: not this person, or not in this state.
    """
    try:
        return _write(application_id, draft, actor, now)
    except DomainError as error:
        audit.attempt(
            "notice:write",
            subject_type="application",
            subject_id=application_id,
            actor=actor,
            outcome="refused",
            error=error.code,
        )
        raise


def _write(application_id: UUID, draft: NoticeDraft, actor: Actor, now: datetime) -> UUID:
    with transaction():
        case = queries.case_for_update(application_id)
        work_on(case, actor=actor, now=now)
        if notice_queries.find_open_notice(application_id) is not None:
            raise NoticeError("notice-open")
        status = next_status(case.status, Event.ASK_FOR_PAPERS)
        papers = require_draft(case, draft, day_in_tokyo(now))
        case.status = status
        notice = _notice(case, draft, papers, actor=actor, now=now)
        letter = write_letter(
            case,
            LetterKind.DEFICIENCY_NOTICE,
            draft.recipient,
            papers=list(dict.fromkeys(papers[each.paper_id] for each in draft.items if each.goes_back)),
            actor=actor,
            now=now,
            notice_id=notice.id,
        )
        refresh_due(case)
        audit.record(
            "notice:write",
            subject_type="application",
            subject_id=application_id,
            actor=actor,
            detail={
                "number": notice.number,
                "due_on": draft.due_on,
                "items": [[papers[each.paper_id].kind, each.code, each.detail, each.remedy] for each in draft.items],
                "sheets_back": len(letter.enclosures),
                "letter": str(letter.id),
            },
        )
        return notice.id


def require_draft(case: Application, draft: NoticeDraft, today: date) -> dict[UUID, Paper]:
    """Check what the officer put together, before it is shown and again before it is sent.

    Returns:
        the papers of the case by id.

    Raises:
        NoticeError, PaperFieldError, RecipientError, NameCharacterError: see write_notice.
    """
    if not draft.items:
        raise NoticeError("notice-empty")
    if any(contains_my_number(text) for text in (draft.remark, *(each.words for each in draft.items))):
        raise PaperFieldError("my-number")
    require_due(draft.due_on, today)
    require_recipient(draft.recipient)
    papers = {paper.id: paper for paper in case.papers}
    for each in draft.items:
        paper = papers.get(each.paper_id)
        if paper is None:
            raise NoticeError("notice-not-askable")
        has_sheet = paper.sheet_id is not None
        require_ask(Ask(paper.kind, each.code, each.detail, each.words, each.remedy, has_sheet, each.goes_back))
    return papers


def _notice(
    case: Application, draft: NoticeDraft, papers: dict[UUID, Paper], *, actor: Actor, now: datetime
) -> DeficiencyNotice:
    today = day_in_tokyo(now)
    notice = DeficiencyNotice(
        number="",
        application_id=case.id,
        issued_on=today,
        due_on=draft.due_on,
        remark=draft.remark.strip(),
        written_by=actor.id,
        written_by_name=actor.name,
        written_at=now,
    )
    waiting = notice_queries.waiting_sheets(case.id)
    db.session.add(notice)
    db.session.flush()
    notice.number = f"D-{today.year}-{notice.sequence:06d}"
    for position, each in enumerate(draft.items, start=1):
        held, waits = papers[each.paper_id].sheet_id, waiting.get(each.paper_id)
        notice.items.append(
            DeficiencyItem(
                position=position,
                paper_id=each.paper_id,
                code=each.code,
                detail=each.detail,
                words=each.words.strip(),
                remedy=each.remedy,
                returned_sheet_id=held if each.goes_back else waits.id if waits else None,
            )
        )
    db.session.flush()
    return notice
