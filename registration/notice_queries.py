"""Reading notices, letters to companies, and what goes back in them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.core.db import db
from app.core.errors import NotFoundError
from models.applications import Application
from models.companies import ContactPerson
from models.enums import ApplicationStatus, ContactRole, LetterKind, MailPieceStatus, NoticeStatus, PaperKind, Remedy
from models.mail_pieces import MailPiece
from models.notices import CaseLetter, DeficiencyItem, DeficiencyNotice, LetterEnclosure
from models.papers import Paper
from models.sheets import RetentionHold, Sheet, SheetUse
from registration.rules.faults import Fault
from registration.rules.notices import ASKABLE, DATED, OTHER, goes_back_at_first, remedies
from registration.rules.recipients import Recipient

DECIDED = (ApplicationStatus.APPROVED, ApplicationStatus.REFUSED)  # whatever it was decided on is a book
LEFT = (
    MailPieceStatus.POSTED,
    MailPieceStatus.NOTIFIED,
    MailPieceStatus.DELIVERED,
    MailPieceStatus.RETURNED,
    MailPieceStatus.LOST,
)


@dataclass(frozen=True, slots=True)
class Proposal:
    """One thing that may be asked of the company, as the page offers it."""

    paper: Paper
    code: str
    detail: str = ""
    day: date | None = None
    remedies: tuple[Remedy, ...] = field(default=())
    goes_back: bool = False

    @property
    def key(self) -> str:
        """How a form names it."""
        return f"{self.paper.id}.{self.code}.{self.detail}"


def proposals(case: Application, faults: Iterable[Fault]) -> list[Proposal]:
    """What the officer may tick: every fault that is the company's, and anything else on each paper."""
    found = list(faults)
    offered: list[Proposal] = []
    for paper in case.papers:
        name = paper.applicant.name if paper.applicant else None
        own = [fault for fault in found if fault.kind is paper.kind and fault.applicant == name]
        for fault in own:
            if fault.code in ASKABLE:
                offered.append(_proposal(paper, fault))
        offered.append(Proposal(paper, OTHER, remedies=remedies(paper.kind, OTHER)))
    return offered


def _proposal(paper: Paper, fault: Fault) -> Proposal:
    detail = paper.issued_on.isoformat() if fault.code in DATED and paper.issued_on else fault.detail
    possible = remedies(paper.kind, fault.code)
    goes_back = paper.sheet_id is not None and goes_back_at_first(fault.code, fault.detail, possible[0])
    return Proposal(paper, fault.code, detail, fault.day, possible, goes_back)


def recipient_of(case: Application) -> Recipient:
    """To whom a letter about the case goes, as far as anybody has recorded it.

    The contact person of form 4 in this case; else the company's from an earlier one. The address is the contact
    person's if the form names one, else the company's own.
    """
    company = case.company
    form = next((paper for paper in case.papers if paper.kind is PaperKind.FORM_4), None)
    fields = form.fields if form is not None else {}
    known = db.session.scalars(
        select(ContactPerson).where(ContactPerson.company_id == company.id, ContactPerson.role == ContactRole.CONTACT)
    ).first()
    if fields.get("contact_name"):
        department, name = fields.get("contact_department", ""), fields["contact_name"]
        email = fields.get("contact_email", "")
        postal_code, address = fields.get("contact_postal_code", ""), fields.get("contact_address", "")
    elif known is not None:
        department, name, email = known.department, known.name, known.email
        postal_code, address = known.postal_code, known.address
    else:
        department = name = email = postal_code = address = ""
    if not address:
        postal_code, address = company.postal_code, company.address
    return Recipient(company.name, department, name, email, postal_code, address)


def recipient_of_letter(letter: CaseLetter) -> Recipient:
    """To whom an earlier letter went."""
    return Recipient(
        letter.recipient_company,
        letter.recipient_department,
        letter.recipient_name,
        letter.recipient_email,
        letter.recipient_postal_code,
        letter.recipient_address,
    )


_NOTICE = (
    selectinload(DeficiencyNotice.items).joinedload(DeficiencyItem.paper).joinedload(Paper.applicant),
    selectinload(DeficiencyNotice.items).joinedload(DeficiencyItem.returned_sheet),
    joinedload(DeficiencyNotice.application).joinedload(Application.company),
)


def get_notice(notice_id: UUID) -> DeficiencyNotice:
    """A notice with its items. Raises NotFoundError."""
    found = db.session.scalars(
        select(DeficiencyNotice).where(DeficiencyNotice.id == notice_id).options(*_NOTICE)
    ).first()
    if found is None:
        raise NotFoundError("notice")
    return found


def find_open_notice(application_id: UUID) -> DeficiencyNotice | None:
    """The notice that waits for an answer, with its items. There is at most one."""
    return db.session.scalars(
        select(DeficiencyNotice)
        .where(DeficiencyNotice.application_id == application_id, DeficiencyNotice.status == NoticeStatus.OPEN)
        .options(*_NOTICE)
    ).first()


def list_notices(application_id: UUID) -> list[DeficiencyNotice]:
    """Every notice of a case, the newest first."""
    return list(
        db.session.scalars(
            select(DeficiencyNotice)
            .where(DeficiencyNotice.application_id == application_id)
            .order_by(DeficiencyNotice.sequence.desc())
            .options(*_NOTICE)
        )
    )


def list_open_until(day: date) -> list[UUID]:
    """Open notices that are to be answered by this day, the first due first."""
    return list(
        db.session.scalars(
            select(DeficiencyNotice.id)
            .where(DeficiencyNotice.status == NoticeStatus.OPEN, DeficiencyNotice.due_on <= day)
            .order_by(DeficiencyNotice.due_on, DeficiencyNotice.id)
        )
    )


def application_of_notice(notice_id: UUID) -> UUID:
    """The case of a notice. Raises NotFoundError."""
    found = db.session.scalar(select(DeficiencyNotice.application_id).where(DeficiencyNotice.id == notice_id))
    if found is None:
        raise NotFoundError("notice")
    return found


def get_letter(letter_id: UUID) -> CaseLetter:
    """A letter with what goes back in it. Raises NotFoundError."""
    found = db.session.scalars(
        select(CaseLetter)
        .where(CaseLetter.id == letter_id)
        .options(selectinload(CaseLetter.enclosures).joinedload(LetterEnclosure.sheet))
    ).first()
    if found is None:
        raise NotFoundError("letter")
    return found


def list_letters(application_id: UUID) -> list[CaseLetter]:
    """Every letter about a case, the newest first."""
    return list(
        db.session.scalars(
            select(CaseLetter)
            .where(CaseLetter.application_id == application_id)
            .order_by(CaseLetter.written_at.desc())
            .options(selectinload(CaseLetter.enclosures).joinedload(LetterEnclosure.sheet))
        )
    )


def letter_of_notice_for_update(notice_id: UUID) -> CaseLetter | None:
    """The letter that a notice was sent as, locked: mailings asks for the same row before it posts."""
    return db.session.scalars(
        select(CaseLetter)
        .where(CaseLetter.notice_id == notice_id, CaseLetter.kind == LetterKind.DEFICIENCY_NOTICE)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()


def list_pieces(letter_id: UUID) -> list[MailPiece]:
    """The envelopes that carried or carry a letter, the newest first."""
    return list(
        db.session.scalars(
            select(MailPiece).where(MailPiece.letter_id == letter_id).order_by(MailPiece.sequence.desc())
        )
    )


def has_left(letter_id: UUID) -> bool:
    """Whether a letter was posted; the caller holds its row lock."""
    return bool(
        db.session.scalar(
            select(MailPiece.id).where(MailPiece.letter_id == letter_id, MailPiece.status.in_(LEFT)).limit(1)
        )
    )


def sheet_for_update(paper: Paper) -> Sheet:
    """The sheet that fulfils a paper, locked. Raises NotFoundError."""
    sheet = db.session.scalars(
        select(Sheet).where(Sheet.id == paper.sheet_id).with_for_update().execution_options(populate_existing=True)
    ).first()
    if sheet is None:
        raise NotFoundError("sheet")
    return sheet


def find_other_case(application_id: UUID, sheet_id: UUID) -> str | None:
    """Number of another case that a sheet serves, or that was decided on it, if there is one."""
    return db.session.scalar(
        select(Application.number)
        .join(SheetUse, SheetUse.application_id == Application.id)
        .where(
            SheetUse.sheet_id == sheet_id,
            SheetUse.application_id != application_id,
            or_(SheetUse.until.is_(None), Application.status.in_(DECIDED)),
            Application.status.not_in((ApplicationStatus.WITHDRAWN, ApplicationStatus.EXPIRED)),
        )
        .limit(1)
    )


def papers_last_served(sheet_id: UUID, application_id: UUID) -> list[UUID]:
    """Papers of the case that a sheet served."""
    return list(
        db.session.scalars(
            select(SheetUse.paper_id).where(SheetUse.sheet_id == sheet_id, SheetUse.application_id == application_id)
        )
    )


def is_on_hold(application_id: UUID) -> bool:
    """Whether a dispute, a disclosure or an audit keeps the papers of a case here."""
    return bool(
        db.session.scalar(
            select(RetentionHold.id)
            .where(RetentionHold.application_id == application_id, RetentionHold.lifted_at.is_(None))
            .limit(1)
        )
    )
