"""Envelopes as they were measured, and versions of the wording of letters. Written by mailings."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, created, uuid_pk
from models.enums import LetterKind, ProfileStatus


class EnvelopeStock(Base):
    """An envelope with a window, in millimetres, as somebody measured the real stock with the calibration sheet."""

    __tablename__ = "envelope_stock"
    __table_args__ = (
        CheckConstraint("window_left < window_right AND window_top < window_bottom", name="window_order"),
        CheckConstraint("window_left >= 0 AND window_right <= width", name="window_inside_width"),
        CheckConstraint("window_top >= 0 AND window_bottom <= height", name="window_inside_height"),
        CheckConstraint("sheet_width <= width AND sheet_height <= height", name="sheet_fits"),
        Index("uq_envelope_stock_name", "name", unique=True),
        Index("uq_envelope_stock_in_use", "in_use", unique=True, postgresql_where="in_use"),
    )

    id: Mapped[uuid_pk]
    name: Mapped[str]
    width: Mapped[float] = mapped_column(Numeric(6, 1, asdecimal=False))
    height: Mapped[float] = mapped_column(Numeric(6, 1, asdecimal=False))
    window_left: Mapped[float] = mapped_column(Numeric(6, 1, asdecimal=False))
    window_top: Mapped[float] = mapped_column(Numeric(6, 1, asdecimal=False))
    window_right: Mapped[float] = mapped_column(Numeric(6, 1, asdecimal=False))
    window_bottom: Mapped[float] = mapped_column(Numeric(6, 1, asdecimal=False))
    sheet_width: Mapped[float] = mapped_column(Numeric(6, 1, asdecimal=False))
    sheet_height: Mapped[float] = mapped_column(Numeric(6, 1, asdecimal=False))
    slack: Mapped[float] = mapped_column(Numeric(4, 1, asdecimal=False))
    in_use: Mapped[bool] = mapped_column(default=False)
    measured_on: Mapped[date]
    measured_by_name: Mapped[str]
    created_at: Mapped[created]


class LetterTemplate(Base):
    """A version of a letter's wording. Version 1 is built in; each later one needs two people."""

    __tablename__ = "letter_template"
    __table_args__ = (
        CheckConstraint("version > 1", name="version_after_built_in"),
        CheckConstraint("decided_by <> proposed_by", name="two_people"),
        CheckConstraint("(decided_by IS NULL) = (status = 'proposed')", name="decided_by_somebody"),
        Index("uq_letter_template_kind_version", "kind", "version", unique=True),
        Index("uq_letter_template_active", "kind", unique=True, postgresql_where="status = 'active'"),
        Index("uq_letter_template_proposed", "kind", unique=True, postgresql_where="status = 'proposed'"),
    )

    id: Mapped[uuid_pk]
    kind: Mapped[LetterKind]
    version: Mapped[int]
    status: Mapped[ProfileStatus] = mapped_column(default=ProfileStatus.PROPOSED)
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)  # texts by their names; never a PIN
    reason: Mapped[str]
    proposed_by: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    proposed_by_name: Mapped[str]
    proposed_at: Mapped[datetime]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    decided_by_name: Mapped[str] = mapped_column(default="")
    decided_at: Mapped[datetime | None]
