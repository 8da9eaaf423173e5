"""Deficiency notices: what is missing or wrong, and what the company is asked to do. Written by registration."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, uuid_pk
from models.applications import Application
from models.enums import NoticeStatus, Remedy
from models.papers import Paper
from models.sheets import Sheet


class DeficiencyNotice(Base):
    """One notice: a letter and an e-mail to the company's contact person."""

    __tablename__ = "deficiency_notice"
    __table_args__ = (
        CheckConstraint("due_on > issued_on", name="due_after_issue"),
        CheckConstraint("(status = 'open') = (closed_at IS NULL)", name="closed_has_moment"),
        Index("uq_deficiency_notice_number", "number", unique=True),
        Index("uq_deficiency_notice_open", "application_id", unique=True, postgresql_where="status = 'open'"),
        Index("ix_deficiency_notice_due_on", "due_on", postgresql_where="status = 'open'"),
    )

    id: Mapped[uuid_pk]
    sequence: Mapped[int] = mapped_column(Identity(), unique=True)
    number: Mapped[str]  # D-2026-000001
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"), index=True)
    status: Mapped[NoticeStatus] = mapped_column(default=NoticeStatus.OPEN)
    issued_on: Mapped[date]
    due_on: Mapped[date]
    remark: Mapped[str] = mapped_column(default="")  # the officer's own words, printed under the list
    recipient_name: Mapped[str]  # as it stood then
    recipient_email: Mapped[str] = mapped_column(default="")
    recipient_postal_code: Mapped[str] = mapped_column(default="")
    recipient_address: Mapped[str] = mapped_column(default="")
    written_by: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    written_by_name: Mapped[str]
    written_at: Mapped[datetime]
    reminded_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    application: Mapped[Application] = relationship()
    items: Mapped[list["DeficiencyItem"]] = relationship(back_populates="notice", order_by="DeficiencyItem.position")


class DeficiencyItem(Base):
    """One thing that is missing or wrong on one paper, and what to do about it."""

    __tablename__ = "deficiency_item"
    __table_args__ = (UniqueConstraint("notice_id", "position"),)

    id: Mapped[uuid_pk]
    notice_id: Mapped[UUID] = mapped_column(ForeignKey("deficiency_notice.id"))
    position: Mapped[int]
    paper_id: Mapped[UUID] = mapped_column(ForeignKey("paper.id"))
    code: Mapped[str]  # missing, stale, not-ok …: a fault of registration.rules.faults, or "other"
    detail: Mapped[str] = mapped_column(default="")  # the check or field that it is about, or the officer's words
    remedy: Mapped[Remedy]
    returned_sheet_id: Mapped[UUID | None] = mapped_column(ForeignKey("sheet.id"))  # goes back with the letter
    answered_on: Mapped[date | None]

    notice: Mapped[DeficiencyNotice] = relationship(back_populates="items")
    paper: Mapped[Paper] = relationship()
    returned_sheet: Mapped[Sheet | None] = relationship()
