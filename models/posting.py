"""The post office: bands of item numbers, posting lists, and what the post says about items. Written by mailings."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql import column

from app.core.db import Base, created, uuid_pk
from models.enums import OutcomeSource, OutcomeStatus, Posting


class ItemNumberBand(Base):
    """Item numbers that the post office gave us: the first ten digits from the first to the last; the eleventh is checked.

    A number is taken once and never again.
    """

    __tablename__ = "item_number_band"
    __table_args__ = (
        CheckConstraint("first BETWEEN 1 AND 9999999999 AND last BETWEEN first AND 9999999999", name="order"),
        CheckConstraint("following BETWEEN first AND last + 1", name="following_inside"),
        ExcludeConstraint(
            (func.int8range(column("first"), column("last"), "[]"), "&&"), name="no_overlap", using="gist"
        ),
        Index("ix_item_number_band_posting_first", "posting", "first"),
    )

    id: Mapped[uuid_pk]
    posting: Mapped[Posting]  # restricted, simple_registered, recorded: each has its own numbers
    first: Mapped[int] = mapped_column(BigInteger)
    last: Mapped[int] = mapped_column(BigInteger)
    following: Mapped[int] = mapped_column(BigInteger)  # the next free one; last + 1: used up
    received_on: Mapped[date]
    note: Mapped[str] = mapped_column(default="")
    received_by_name: Mapped[str]
    created_at: Mapped[created]


class PostingList(Base):
    """書留・特定記録郵便物等差出票: what is handed in at the window together, and its stamped receipt."""

    __tablename__ = "posting_list"
    __table_args__ = (
        CheckConstraint("piece_count > 0", name="not_empty"),
        CheckConstraint("total_yen >= 0", name="total_not_negative"),
        CheckConstraint("receipt_sha256 IS NULL OR stamped_on IS NOT NULL", name="receipt_has_day"),
        Index("uq_posting_list_number", "number", unique=True),
        Index("ix_posting_list_posted_on_sequence", "posted_on", "sequence"),
    )

    id: Mapped[uuid_pk]
    sequence: Mapped[int] = mapped_column(Identity(), unique=True)
    number: Mapped[str]  # P-2026-0001, from the sequence
    posted_on: Mapped[date]
    post_office: Mapped[str] = mapped_column(default="")
    piece_count: Mapped[int]
    total_yen: Mapped[int]
    made_by: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    made_by_name: Mapped[str]
    made_at: Mapped[datetime]
    stamped_on: Mapped[date | None]  # 引受日, from the stamped receipt
    receipt_sha256: Mapped[str | None]  # scan of the stamped receipt, in the storage


class DeliveryOutcome(Base):
    """One line about one item: typed, pasted or imported. What matches no piece of ours waits for somebody."""

    __tablename__ = "delivery_outcome"
    __table_args__ = (
        UniqueConstraint("item_number", "status", "happened_on"),
        CheckConstraint("item_number ~ '^[0-9]{11,12}$'", name="item_number_digits"),
        CheckConstraint("(settled_at IS NULL) OR (mail_piece_id IS NOT NULL) OR note <> ''", name="settled_how"),
        Index("ix_delivery_outcome_unsettled", "sequence", postgresql_where="settled_at IS NULL"),
        Index("ix_delivery_outcome_mail_piece_id", "mail_piece_id"),
    )

    id: Mapped[uuid_pk]
    sequence: Mapped[int] = mapped_column(Identity(), unique=True)
    item_number: Mapped[str]
    status: Mapped[OutcomeStatus]
    on: Mapped[date] = mapped_column("happened_on")
    office: Mapped[str] = mapped_column(default="")
    source: Mapped[OutcomeSource]
    line: Mapped[str] = mapped_column(default="")  # as it was typed, pasted or imported
    mail_piece_id: Mapped[UUID | None] = mapped_column(ForeignKey("mail_piece.id"))
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    recorded_by_name: Mapped[str]
    recorded_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]  # the piece was brought to this state, or somebody said why not
    settled_by_name: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
