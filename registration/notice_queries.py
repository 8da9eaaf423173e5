"""Reading notices, letters to companies, and what goes back in them."""

from datetime import date
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.core.db import db
from app.core.errors import NotFoundError
from models.applications import Application
from models.enums import (
    ApplicationStatus,
    DisposalStatus,
    LetterKind,
    MailPieceStatus,
    NoticeStatus,
    SheetStatus,
)
from models.mail_pieces import MailPiece
from models.notices import CaseLetter, DeficiencyItem, DeficiencyNotice, LetterEnclosure
from models.papers import Paper
from models.sheets import Disposal, DisposalItem, RetentionHold, Sheet, SheetUse

DECIDED = (ApplicationStatus.APPROVED, ApplicationStatus.REFUSED)  # whatever it was decided on is a book
LEFT = (
    MailPieceStatus.POSTED,
    MailPieceStatus.NOTIFIED,
    MailPieceStatus.DELIVERED,
    MailPieceStatus.RETURNED,
    MailPieceStatus.LOST,
)


def waiting_sheets(application_id: UUID) -> dict[UUID, Sheet]:
    """Sheets that must go back and lie in no letter yet, by the paper that they were: a 住民票 with a 個人番号."""
    in_letter = (
        select(LetterEnclosure.id)
        .join(CaseLetter, CaseLetter.id == LetterEnclosure.letter_id)
        .where(LetterEnclosure.sheet_id == Sheet.id, CaseLetter.stopped_at.is_(None))
    )
    rows = db.session.execute(
        select(SheetUse.paper_id, Sheet)
        .join(Sheet, Sheet.id == SheetUse.sheet_id)
        .where(SheetUse.application_id == application_id, Sheet.status == SheetStatus.TO_RETURN, ~in_letter.exists())
        .order_by(Sheet.sequence)
    )
    return {row.paper_id: row.Sheet for row in rows}


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


def is_to_be_destroyed(sheet_id: UUID) -> bool:
    """Whether a sheet stands on a list of sheets to destroy."""
    return bool(
        db.session.scalar(
            select(DisposalItem.id)
            .join(Disposal, Disposal.id == DisposalItem.disposal_id)
            .where(DisposalItem.sheet_id == sheet_id, Disposal.status == DisposalStatus.PROPOSED)
            .limit(1)
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
