"""Sheets of paper: each with a label, a shelf and a history until it is sent back or destroyed. Written by registration.

Scanning never replaces the original of a paper that bears a seal (施行規則12(4)(5)).
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DDL, CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, created, uuid_pk
from models.enums import DisposalStatus, HoldKind, PaperKind, SheetEventKind, SheetStatus

NO_SHELF = "status = 'held' AND shelf = ''"


class Sheet(Base):
    """One paper as a thing (of one or more leaves): what the barcode label stands for."""

    __tablename__ = "sheet"
    __table_args__ = (
        CheckConstraint("leaf_count > 0", name="has_leaf"),
        CheckConstraint("(status = 'lent') = (lent_to <> '')", name="lent_to_somebody"),
        CheckConstraint("(status = 'destroyed') = (destroyed_on IS NOT NULL)", name="destroyed_has_day"),
        # Disposal before its day is impossible, whatever a service does.
        CheckConstraint(
            "status <> 'destroyed' OR (keep_until IS NOT NULL AND destroyed_on > keep_until)", name="kept_until_its_day"
        ),
        Index("uq_sheet_number", "number", unique=True),
        Index("ix_sheet_envelope_id", "envelope_id"),
        Index("ix_sheet_status_sequence", "status", "sequence"),
        Index("ix_sheet_received_on_id", "received_on", "id"),
        Index("ix_sheet_shelf", "shelf"),
        Index("ix_sheet_no_shelf", "sequence", postgresql_where=NO_SHELF),
        Index("ix_sheet_due_back_on", "due_back_on", postgresql_where="status = 'lent'"),
    )

    id: Mapped[uuid_pk]
    sequence: Mapped[int] = mapped_column(Identity(), unique=True)
    number: Mapped[str]  # S-2026-000001, made from the sequence: in the label's barcode
    envelope_id: Mapped[UUID] = mapped_column(ForeignKey("envelope.id"))
    kind: Mapped[PaperKind]
    leaf_count: Mapped[int] = mapped_column(default=1)
    received_on: Mapped[date]
    status: Mapped[SheetStatus] = mapped_column(default=SheetStatus.HELD)
    shelf: Mapped[str] = mapped_column(default="")  # e.g. B3-12; empty until it was shelved
    lent_to: Mapped[str] = mapped_column(default="")
    due_back_on: Mapped[date | None]
    keep_until: Mapped[date | None]  # fixed when a disposal is proposed
    destroyed_on: Mapped[date | None]
    created_at: Mapped[created]

    uses: Mapped[list["SheetUse"]] = relationship(back_populates="sheet", order_by="SheetUse.since")
    events: Mapped[list["SheetEvent"]] = relationship(back_populates="sheet", order_by="SheetEvent.sequence")


class SheetUse(Base):
    """A sheet serves a paper of a case: now, or until another one took its place. Retention looks at every use."""

    __tablename__ = "sheet_use"
    __table_args__ = (
        UniqueConstraint("sheet_id", "paper_id"),
        CheckConstraint("until IS NULL OR until >= since", name="period_order"),
        Index("ix_sheet_use_application_id", "application_id"),
        Index("uq_sheet_use_current", "paper_id", unique=True, postgresql_where="until IS NULL"),
    )

    id: Mapped[uuid_pk]
    sheet_id: Mapped[UUID] = mapped_column(ForeignKey("sheet.id"))
    paper_id: Mapped[UUID] = mapped_column(ForeignKey("paper.id"))
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"))
    since: Mapped[datetime]
    until: Mapped[datetime | None]

    sheet: Mapped[Sheet] = relationship(back_populates="uses")


class SheetEvent(Base):
    """A line in the book of use and disposal (施行規則12(1)(iv)ト). Never changed, never removed."""

    __tablename__ = "sheet_event"
    __table_args__ = (
        Index("ix_sheet_event_sheet_id_sequence", "sheet_id", "sequence"),
        Index("ix_sheet_event_at", "at"),
    )

    id: Mapped[uuid_pk]
    sequence: Mapped[int] = mapped_column(Identity(), unique=True)
    sheet_id: Mapped[UUID] = mapped_column(ForeignKey("sheet.id"))
    kind: Mapped[SheetEventKind]
    at: Mapped[datetime]
    actor_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    actor_name: Mapped[str]  # copied: it must stay readable after the person has left
    witness_name: Mapped[str] = mapped_column(default="")
    detail: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)

    sheet: Mapped[Sheet] = relationship(back_populates="events")


class Disposal(Base):
    """A list of sheets that one person proposes to destroy and another one destroys with them."""

    __tablename__ = "disposal"
    __table_args__ = (
        CheckConstraint("confirmed_by <> proposed_by", name="two_people"),
        CheckConstraint("(status = 'done') = (confirmed_at IS NOT NULL)", name="done_has_moment"),
        CheckConstraint("(confirmed_at IS NULL) = (confirmed_by IS NULL)", name="confirmed_by_somebody"),
        Index("ix_disposal_status_id", "status", "id"),
    )

    id: Mapped[uuid_pk]
    status: Mapped[DisposalStatus] = mapped_column(default=DisposalStatus.PROPOSED)
    reason: Mapped[str] = mapped_column(default="")
    proposed_by: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    proposed_by_name: Mapped[str]
    proposed_at: Mapped[datetime]
    confirmed_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    confirmed_by_name: Mapped[str] = mapped_column(default="")
    confirmed_at: Mapped[datetime | None]
    method: Mapped[str] = mapped_column(default="")  # shredded, dissolved, …

    items: Mapped[list["DisposalItem"]] = relationship(back_populates="disposal")


class DisposalItem(Base):
    """One sheet of such a list."""

    __tablename__ = "disposal_item"
    __table_args__ = (UniqueConstraint("disposal_id", "sheet_id"),)

    id: Mapped[uuid_pk]
    disposal_id: Mapped[UUID] = mapped_column(ForeignKey("disposal.id"))
    sheet_id: Mapped[UUID] = mapped_column(ForeignKey("sheet.id"), index=True)

    disposal: Mapped[Disposal] = relationship(back_populates="items")
    sheet: Mapped[Sheet] = relationship()


class RetentionHold(Base):
    """The papers of a case must stay although their day has passed: a dispute, a disclosure, an audit."""

    __tablename__ = "retention_hold"
    __table_args__ = (
        CheckConstraint("reason <> ''", name="has_reason"),
        CheckConstraint("(lifted_at IS NULL) = (lifted_by IS NULL)", name="lifted_by_somebody"),
        Index("ix_retention_hold_application_id", "application_id", postgresql_where="lifted_at IS NULL"),
    )

    id: Mapped[uuid_pk]
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"))
    kind: Mapped[HoldKind]
    reason: Mapped[str]
    placed_by: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    placed_by_name: Mapped[str]
    placed_at: Mapped[datetime]
    lifted_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    lifted_by_name: Mapped[str] = mapped_column(default="")
    lifted_at: Mapped[datetime | None]


# The book, the decisions and the notes are written once. `refuse_change` is made with the audit log.
BOOKS_STAY = tuple(
    f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
    "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    for table in ("sheet_event", "decision", "case_note")
)

for _statement in BOOKS_STAY:
    event.listen(Base.metadata, "after_create", DDL(_statement))
