"""Deficiency notices, and every letter to a company with the papers that go back in it. Written by registration."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, uuid_pk
from models.applications import Application
from models.enums import LetterKind, NoticeStatus, PapersFate, Posting, RefusalReason, Remedy
from models.papers import Paper
from models.sheets import Sheet


class DeficiencyNotice(Base):
    """One notice; its letter (`CaseLetter`) says to whom it went."""

    __tablename__ = "deficiency_notice"
    __table_args__ = (
        CheckConstraint("due_on > issued_on", name="due_after_issue"),
        CheckConstraint("(status = 'open') = (closed_at IS NULL)", name="closed_has_moment"),
        Index("uq_deficiency_notice_number", "number", unique=True),
        Index("uq_deficiency_notice_open", "application_id", unique=True, postgresql_where="status = 'open'"),
        Index("ix_deficiency_notice_due_on_id", "due_on", "id"),
        Index("ix_deficiency_notice_status_due_on_id", "status", "due_on", "id"),
    )

    id: Mapped[uuid_pk]
    sequence: Mapped[int] = mapped_column(Identity(), unique=True)
    number: Mapped[str]  # D-2026-000001
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"), index=True)
    status: Mapped[NoticeStatus] = mapped_column(default=NoticeStatus.OPEN)
    issued_on: Mapped[date]
    due_on: Mapped[date]
    remark: Mapped[str] = mapped_column(default="")  # the officer's own words, printed under the list
    written_by: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    written_by_name: Mapped[str]
    written_at: Mapped[datetime]
    reminded_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closed_reason: Mapped[str] = mapped_column(default="")  # why it was taken back

    application: Mapped[Application] = relationship()
    items: Mapped[list["DeficiencyItem"]] = relationship(back_populates="notice", order_by="DeficiencyItem.position")


class DeficiencyItem(Base):
    """One thing that is missing or wrong on one paper, and what to do about it."""

    __tablename__ = "deficiency_item"
    __table_args__ = (
        UniqueConstraint("notice_id", "position"),
        # What goes back to be corrected goes back: the company cannot correct what it does not have.
        CheckConstraint("remedy <> 'correct' OR returned_sheet_id IS NOT NULL", name="corrected_goes_back"),
        Index("ix_deficiency_item_paper_id", "paper_id", postgresql_where="answered_on IS NULL"),
    )

    id: Mapped[uuid_pk]
    notice_id: Mapped[UUID] = mapped_column(ForeignKey("deficiency_notice.id"))
    position: Mapped[int]
    paper_id: Mapped[UUID] = mapped_column(ForeignKey("paper.id"))
    code: Mapped[str]  # missing, stale, not-ok …: a fault of registration.rules.faults, or "other"
    detail: Mapped[str] = mapped_column(default="")  # the check, field or date of issue that it is about
    words: Mapped[str] = mapped_column(default="")  # the officer's own, printed beneath
    remedy: Mapped[Remedy]
    returned_sheet_id: Mapped[UUID | None] = mapped_column(ForeignKey("sheet.id"))  # goes back with the letter
    answered_on: Mapped[date | None]
    answer: Mapped[str] = mapped_column(default="")  # what was explained, where no paper came

    notice: Mapped[DeficiencyNotice] = relationship(back_populates="items")
    paper: Mapped[Paper] = relationship()
    returned_sheet: Mapped[Sheet | None] = relationship()


class CaseLetter(Base):
    """A letter to the company about its case, as it is printed: frozen when it was decided. mailings carries it."""

    __tablename__ = "case_letter"
    __table_args__ = (
        CheckConstraint("recipient_address <> ''", name="has_address"),
        CheckConstraint(
            "(kind IN ('deficiency_notice', 'lapse_notice')) = (notice_id IS NOT NULL)", name="notice_if_about_one"
        ),
        CheckConstraint("(kind = 'refusal_notice') = (reason_code IS NOT NULL)", name="refusal_has_reason_code"),
        CheckConstraint("keep_until IS NULL OR papers = 'kept'", name="kept_until_if_kept"),
        CheckConstraint("kind <> 'refusal_notice' OR keep_until IS NOT NULL", name="refusal_keeps_papers"),
        # A case is closed once, and each notice is sent once.
        Index("uq_case_letter_deficiency", "notice_id", unique=True, postgresql_where="kind = 'deficiency_notice'"),
        Index("uq_case_letter_closing", "application_id", unique=True, postgresql_where="kind <> 'deficiency_notice'"),
        Index("ix_case_letter_application_id", "application_id", "written_at"),
    )

    id: Mapped[uuid_pk]
    kind: Mapped[LetterKind]
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"))
    notice_id: Mapped[UUID | None] = mapped_column(ForeignKey("deficiency_notice.id"))
    issued_on: Mapped[date]
    posting: Mapped[Posting]
    recipient_company: Mapped[str]
    recipient_department: Mapped[str] = mapped_column(default="")
    recipient_name: Mapped[str] = mapped_column(default="")  # empty: 御中
    recipient_email: Mapped[str] = mapped_column(default="")  # empty: by post alone
    recipient_postal_code: Mapped[str] = mapped_column(default="")
    recipient_address: Mapped[str]
    reason_code: Mapped[RefusalReason | None]
    reason: Mapped[str] = mapped_column(default="")
    papers: Mapped[PapersFate] = mapped_column(default=PapersFate.KEPT)
    keep_until: Mapped[date | None]  # of a refusal: ten years from its day (施行規則12(2))
    written_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))  # None: the case lapsed by itself
    written_by_name: Mapped[str]
    written_at: Mapped[datetime]
    stopped_at: Mapped[datetime | None]  # taken back before it was posted

    application: Mapped[Application] = relationship()
    notice: Mapped[DeficiencyNotice | None] = relationship()
    enclosures: Mapped[list["LetterEnclosure"]] = relationship(
        back_populates="letter", order_by="LetterEnclosure.position"
    )


class LetterEnclosure(Base):
    """A sheet that goes back to the company in a letter."""

    __tablename__ = "letter_enclosure"
    __table_args__ = (UniqueConstraint("letter_id", "sheet_id"), UniqueConstraint("letter_id", "position"))

    id: Mapped[uuid_pk]
    letter_id: Mapped[UUID] = mapped_column(ForeignKey("case_letter.id"))
    position: Mapped[int]
    sheet_id: Mapped[UUID] = mapped_column(ForeignKey("sheet.id"), index=True)
    applicant_name: Mapped[str] = mapped_column(default="")  # whose paper it is

    letter: Mapped[CaseLetter] = relationship(back_populates="enclosures")
    sheet: Mapped[Sheet] = relationship()
