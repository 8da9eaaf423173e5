"""Papers, their scans and what was found on them. Written by registration."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, created, uuid_pk
from models.applications import Applicant, Application
from models.enums import CheckResult, PaperKind
from models.sheets import Sheet


class Paper(Base):
    """One paper that the case needs, and what was read from it; the sheet that fulfils it may serve several cases."""

    __tablename__ = "paper"
    __table_args__ = (
        UniqueConstraint("application_id", "kind", "applicant_id", postgresql_nulls_not_distinct=True),
        CheckConstraint("issued_on IS NULL OR received_on IS NULL OR issued_on <= received_on", name="not_from_future"),
        CheckConstraint("(sheet_id IS NULL) = (received_on IS NULL)", name="present_has_sheet"),
    )

    id: Mapped[uuid_pk]
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"))
    applicant_id: Mapped[UUID | None] = mapped_column(ForeignKey("applicant.id"))
    sheet_id: Mapped[UUID | None] = mapped_column(ForeignKey("sheet.id"), index=True)  # None: missing
    kind: Mapped[PaperKind]
    position: Mapped[int]
    received_on: Mapped[date | None]  # None: missing
    issued_on: Mapped[date | None]
    issued_on_text: Mapped[str] = mapped_column(default="")  # the date as typed from the paper
    fields: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    recorded_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    recorded_at: Mapped[datetime | None]

    application: Mapped[Application] = relationship(back_populates="papers")
    applicant: Mapped[Applicant | None] = relationship()
    sheet: Mapped[Sheet | None] = relationship()
    scans: Mapped[list["Scan"]] = relationship(
        primaryjoin="foreign(Scan.sheet_id) == Paper.sheet_id", order_by="Scan.created_at", viewonly=True
    )
    checks: Mapped[list["PaperCheck"]] = relationship(back_populates="paper", order_by="PaperCheck.code")


class Scan(Base):
    """A file that came off the scanner. Its bytes lie in the storage; people only ever see its pages as pixels."""

    __tablename__ = "scan"
    __table_args__ = (UniqueConstraint("sheet_id", "sha256"),)

    id: Mapped[uuid_pk]
    sheet_id: Mapped[UUID] = mapped_column(ForeignKey("sheet.id"))
    sha256: Mapped[str]
    media_type: Mapped[str]
    byte_count: Mapped[int]
    uploaded_by: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[created]

    sheet: Mapped[Sheet] = relationship()
    pages: Mapped[list["ScanPage"]] = relationship(back_populates="scan", order_by="ScanPage.page")


class ScanPage(Base):
    """One page of a scan as an image."""

    __tablename__ = "scan_page"
    __table_args__ = (UniqueConstraint("scan_id", "page"),)

    id: Mapped[uuid_pk]
    scan_id: Mapped[UUID] = mapped_column(ForeignKey("scan.id"))
    page: Mapped[int]
    sha256: Mapped[str]  # of the WebP image in the storage
    width: Mapped[int]
    height: Mapped[int]

    scan: Mapped[Scan] = relationship(back_populates="pages")


class PaperCheck(Base):
    """The result of one check on one paper, with who found it and when."""

    __tablename__ = "paper_check"
    __table_args__ = (
        UniqueConstraint("paper_id", "code"),
        CheckConstraint("result <> 'not_ok' OR note <> ''", name="not_ok_has_note"),
        Index("ix_paper_check_checked_by", "checked_by"),
    )

    id: Mapped[uuid_pk]
    paper_id: Mapped[UUID] = mapped_column(ForeignKey("paper.id"))
    code: Mapped[str]
    result: Mapped[CheckResult]
    note: Mapped[str] = mapped_column(default="")
    checked_by: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    checked_at: Mapped[datetime]

    paper: Mapped[Paper] = relationship(back_populates="checks")
