"""Inner steps with letters to companies and the papers that go back in them; each runs in the caller's transaction."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.core.actor import Actor, ActorKind
from app.core.clock import day_in_tokyo
from app.core.db import db
from app.core.transaction import require_transaction
from app.jobs import defer
from models.applications import Application
from models.enums import LetterKind, PapersFate, RefusalReason, SheetEventKind, SheetStatus
from models.notices import CaseLetter, LetterEnclosure
from models.papers import Paper
from models.sheets import Sheet
from registration import notice_queries
from registration.rules.notices import NoticeError, posting_of
from registration.rules.recipients import Recipient, require_recipient
from registration.rules.refusals import kept_until
from registration.services.sheet_steps import end_use, note, use_sheet


def write_letter(
    case: Application,
    kind: LetterKind,
    recipient: Recipient,
    *,
    papers: Sequence[Paper],
    actor: Actor,
    now: datetime,
    notice_id: UUID | None = None,
    reason_code: RefusalReason | None = None,
    reason: str = "",
    fate: PapersFate = PapersFate.KEPT,
) -> CaseLetter:
    """Freeze a letter to the company, send the given papers back in it, and promise letter and e-mail.

    Args:
        case: locked.
        kind: what the letter says.
        recipient: as checked by the officer.
        papers: whose sheets go back.
        actor: who decided it; the system for a case that lapsed.
        now: the present moment.
        notice_id: the deficiency notice that it is, or that was not answered.
        reason_code, reason: of a refusal or withdrawal.
        fate: what becomes of the papers that are here.

    Raises:
        RecipientError, NameCharacterError: it cannot be addressed like this.
        NoticeError: a sheet cannot go back (see send_back).
    """
    require_transaction()
    require_recipient(recipient)
    today = day_in_tokyo(now)
    waiting = _waiting(case)
    letter = CaseLetter(
        kind=kind,
        application_id=case.id,
        notice_id=notice_id,
        issued_on=today,
        posting=posting_of(kind, len({paper.sheet_id for paper in papers}) + len(waiting)),
        recipient_company=recipient.company,
        recipient_department=recipient.department,
        recipient_name=recipient.name,
        recipient_email=recipient.email,
        recipient_postal_code=recipient.postal_code,
        recipient_address=recipient.address,
        reason_code=reason_code,
        reason=reason,
        papers=fate,
        keep_until=kept_until(kind, today),
        written_by=actor.id if actor.kind is ActorKind.STAFF else None,
        written_by_name=actor.name,
        written_at=now,
    )
    db.session.add(letter)
    db.session.flush()
    send_back(case, letter, papers, actor=actor, now=now)
    for paper, sheet in waiting:
        _enclose(letter, sheet, paper)
    defer("mailings.jobs.prepare_case_letter", letter.id)
    if letter.recipient_email:
        defer("mailings.jobs.email_case_letter", letter.id)
    return letter


def send_back(case: Application, letter: CaseLetter, papers: Sequence[Paper], *, actor: Actor, now: datetime) -> None:
    """Decide that the sheets of these papers go back in a letter: until new ones come, the papers are missing.

    Raises:
        NoticeError: papers-on-hold, sheet-not-here (lent, sent back …), sheet-shared (it serves another case as well).
    """
    if papers and notice_queries.is_on_hold(case.id):
        raise NoticeError("papers-on-hold")
    done: set[UUID] = set()
    for paper in papers:
        sheet = notice_queries.sheet_for_update(paper)
        if sheet.id not in done:
            require_returnable(case, sheet)
            done.add(sheet.id)
            _enclose(letter, sheet, paper)
            sheet.status = SheetStatus.TO_RETURN
            note(sheet, SheetEventKind.RETURN_DECIDED, actor=actor, now=now, letter=str(letter.id), case=case.number)
    for paper in case.papers:
        if paper.sheet_id in done:
            end_use(paper, now=now)
    db.session.flush()


def _enclose(letter: CaseLetter, sheet: Sheet, paper: Paper) -> None:
    name = paper.applicant.name if paper.applicant else ""
    letter.enclosures.append(
        LetterEnclosure(position=len(letter.enclosures) + 1, sheet_id=sheet.id, applicant_name=name)
    )


def _waiting(case: Application) -> list[tuple[Paper, Sheet]]:
    """Sheets of which somebody decided before that they must go back: they take the next letter."""
    if notice_queries.is_on_hold(case.id):
        return []
    waiting = notice_queries.waiting_sheets(case.id)
    return [(paper, waiting[paper.id]) for paper in case.papers if paper.id in waiting]


def require_returnable(case: Application, sheet: Sheet) -> None:
    """Whether a sheet may leave the house.

    Raises:
        NoticeError: sheet-not-here, sheet-shared.
    """
    if sheet.status is not SheetStatus.HELD or notice_queries.is_to_be_destroyed(sheet.id):
        raise NoticeError("sheet-not-here", number=sheet.number)
    other = notice_queries.find_other_case(case.id, sheet.id)
    if other is not None:
        raise NoticeError("sheet-shared", number=sheet.number, case=other)


def stop_letter(case: Application, letter: CaseLetter, *, actor: Actor, now: datetime) -> bool:
    """Keep a letter in the house, if it has not left: its sheets go back to their shelves and papers.

    A letter that mailings has posted meanwhile is not stopped; mailings asks `stopped_at` under the letter's row lock
    before it prints, encloses or posts, so that one of the two is told.

    Returns:
        whether it was stopped.
    """
    require_transaction()
    if notice_queries.has_left(letter.id):
        return False
    letter.stopped_at = now
    current = {paper.id: paper for paper in case.papers}
    for enclosure in letter.enclosures:
        sheet = enclosure.sheet
        if sheet.status is not SheetStatus.TO_RETURN:
            continue
        sheet.status = SheetStatus.HELD
        note(sheet, SheetEventKind.RETURN_STOPPED, actor=actor, now=now, letter=str(letter.id), case=case.number)
        for paper_id in notice_queries.papers_last_served(sheet.id, case.id):
            if (paper := current.get(paper_id)) is not None and paper.sheet_id is None:
                use_sheet(case, paper, sheet, now=now)
    defer("mailings.jobs.stop_letter", letter.id)
    return True
