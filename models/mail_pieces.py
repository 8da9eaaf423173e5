"""Letters with their tokens on the way to the holder. Written by mailings."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, created, uuid_pk
from models.enums import MailPieceStatus


class PrintRun(Base):
    """One run of the printer, done by two people by name."""

    __tablename__ = "print_run"
    __table_args__ = (CheckConstraint("operator_name <> witness_name", name="two_people"),)

    id: Mapped[uuid_pk]
    operator_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    operator_name: Mapped[str]
    witness_name: Mapped[str]
    piece_count: Mapped[int] = mapped_column(default=0)
    spoiled_count: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    pieces: Mapped[list["MailPiece"]] = relationship(back_populates="print_run", order_by="MailPiece.sequence")


class MailPiece(Base):
    """One envelope to one holder: letter with 申請PIN and eToken, by 本人限定受取郵便."""

    __tablename__ = "mail_piece"
    __table_args__ = (
        CheckConstraint("item_number IS NULL OR item_number ~ '^[0-9]{11}$'", name="item_number_digits"),
        CheckConstraint(
            "status NOT IN ('posted', 'notified', 'delivered', 'returned') OR item_number IS NOT NULL",
            name="posted_has_item_number",
        ),
        Index("uq_mail_piece_number", "number", unique=True),
        Index("uq_mail_piece_item_number", "item_number", unique=True),
        Index("ix_mail_piece_status_id", "status", "id"),
        Index(
            "uq_mail_piece_live",
            "applicant_id",
            unique=True,
            postgresql_where="status NOT IN ('spoiled', 'returned', 'lost', 'delivered')",
        ),
    )

    id: Mapped[uuid_pk]
    sequence: Mapped[int] = mapped_column(Identity(), unique=True)
    number: Mapped[str]  # L-2026-000001: in the letter's QR code
    kind: Mapped[str] = mapped_column(default="approval_notice")
    applicant_id: Mapped[UUID] = mapped_column(ForeignKey("applicant.id"))
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"))
    status: Mapped[MailPieceStatus] = mapped_column(default=MailPieceStatus.PREPARED)
    print_run_id: Mapped[UUID | None] = mapped_column(ForeignKey("print_run.id"))
    blocked_reason: Mapped[str | None]  # a character that no font has, …: an officer must decide
    printed_at: Mapped[datetime | None]
    enclosed_at: Mapped[datetime | None]
    token_serial: Mapped[str | None]  # scanned at enclosing
    item_number: Mapped[str | None]
    posted_on: Mapped[date | None]
    delivered_on: Mapped[date | None]
    delivered_to: Mapped[str | None]
    shown_document: Mapped[str | None]
    replaces_id: Mapped[UUID | None] = mapped_column(ForeignKey("mail_piece.id"))
    created_at: Mapped[created]

    print_run: Mapped[PrintRun | None] = relationship(back_populates="pieces")


class MailPieceEvent(Base):
    """A ledger line of a mail piece: printed, spoiled, enclosed, posted, …, with the names."""

    __tablename__ = "mail_piece_event"
    __table_args__ = (Index("ix_mail_piece_event_mail_piece_id_at", "mail_piece_id", "at"),)

    id: Mapped[uuid_pk]
    mail_piece_id: Mapped[UUID] = mapped_column(ForeignKey("mail_piece.id"))
    status: Mapped[MailPieceStatus]
    at: Mapped[datetime]
    actor_name: Mapped[str]
    witness_name: Mapped[str] = mapped_column(default="")
    detail: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
