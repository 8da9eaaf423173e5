"""What officers judged with a reason, and what they wrote to each other. Written by registration."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, uuid_pk
from models.applications import Application
from models.enums import JudgementKind


class Judgement(Base):
    """An officer's answer, with a reason, to a question that no rule may answer; it holds for these facts alone.

    `facts` are what was judged (the two spellings, the serial of the other certificate …); when the papers say something
    else afterwards, the judgement does not count any more.
    """

    __tablename__ = "judgement"
    __table_args__ = (
        UniqueConstraint("application_id", "code", "paper_id", postgresql_nulls_not_distinct=True),
        CheckConstraint("reason <> ''", name="has_reason"),
    )

    id: Mapped[uuid_pk]
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"))
    paper_id: Mapped[UUID | None] = mapped_column(ForeignKey("paper.id"))
    kind: Mapped[JudgementKind]
    code: Mapped[str]  # which question: the comparison's code, duplicate-certificate:<applicant>, …
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    accepted: Mapped[bool]
    reason: Mapped[str]
    judged_by: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    judged_by_name: Mapped[str]
    judged_at: Mapped[datetime]

    application: Mapped[Application] = relationship(back_populates="judgements")


class CaseNote(Base):
    """A remark that officers leave for each other. Never changed, never removed."""

    __tablename__ = "case_note"
    __table_args__ = (
        CheckConstraint("text <> ''", name="has_text"),
        Index("ix_case_note_application_id_written_at", "application_id", "written_at"),
    )

    id: Mapped[uuid_pk]
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"))
    text: Mapped[str]
    written_by: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    written_by_name: Mapped[str]
    written_at: Mapped[datetime]
