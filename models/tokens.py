"""eTokens. Written by issuance."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DDL, CheckConstraint, ForeignKey, Identity, Index, Text, event
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, created, uuid_pk
from models.enums import SoPinStatus, TokenEventKind, TokenStatus


class TokenModel(Base):
    """A model of token that is approved for holders' keys, with what it can do."""

    __tablename__ = "token_model"
    __table_args__ = (
        CheckConstraint("pin_shortest BETWEEN 4 AND pin_longest", name="pin_lengths"),
        CheckConstraint("pin_tries BETWEEN 3 AND 15", name="pin_tries_range"),
        CheckConstraint("cardinality(key_kinds) > 0", name="has_key_kind"),
        Index("uq_token_model_name", "name", unique=True),
    )

    id: Mapped[uuid_pk]
    name: Mapped[str]
    approved: Mapped[bool] = mapped_column(default=True)
    key_kinds: Mapped[list[str]] = mapped_column(ARRAY(Text))  # rsa-3072, rsa-2048, secp256r1
    pin_shortest: Mapped[int] = mapped_column(default=6)
    pin_longest: Mapped[int] = mapped_column(default=15)
    pin_tries: Mapped[int] = mapped_column(default=10)  # wrong ones before it locks
    attestation_root: Mapped[bytes | None]  # DER of the maker's root; none: its keys cannot be attested
    reorder_level: Mapped[int] = mapped_column(default=50)  # free tokens at which a new batch is ordered
    low_since: Mapped[datetime | None]  # when the stock was found at or below it; none: there is enough
    created_at: Mapped[created]


class TokenBatch(Base):
    """One delivery of the supplier."""

    __tablename__ = "token_batch"
    __table_args__ = (CheckConstraint("count > 0", name="not_empty"), Index("uq_token_batch_name", "name", unique=True))

    id: Mapped[uuid_pk]
    sequence: Mapped[int] = mapped_column(Identity(), unique=True)
    name: Mapped[str]  # of the delivery note
    model_id: Mapped[UUID] = mapped_column(ForeignKey("token_model.id"))
    supplier: Mapped[str] = mapped_column(default="")
    received_on: Mapped[date]
    count: Mapped[int]
    received_by: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    received_by_name: Mapped[str]
    created_at: Mapped[created]


class Token(Base):
    """One eToken of the approved model, known by the serial number on its case and in its chip."""

    __tablename__ = "token"
    __table_args__ = (
        CheckConstraint("(status = 'in_stock') <= (mail_piece_id IS NULL)", name="stock_is_free"),
        CheckConstraint("destroyed_at IS NULL OR status = 'retired'", name="destroyed_is_retired"),
        Index("uq_token_serial_number", "serial_number", unique=True),
        Index(
            "uq_token_mail_piece_id",
            "mail_piece_id",
            unique=True,
            postgresql_where="mail_piece_id IS NOT NULL AND status NOT IN ('lost', 'damaged', 'returned', 'retired')",
        ),
        Index("ix_token_mail_piece_id", "mail_piece_id", postgresql_where="mail_piece_id IS NOT NULL"),
        Index("ix_token_status_sequence", "status", "sequence"),
        Index("ix_token_batch_id_sequence", "batch_id", "sequence"),
        Index("ix_token_applicant_id", "applicant_id"),
        Index("ix_token_model_status", "model", "status"),
    )

    id: Mapped[uuid_pk]
    sequence: Mapped[int] = mapped_column(Identity(), unique=True)
    serial_number: Mapped[str]
    model: Mapped[str]
    batch: Mapped[str] = mapped_column(default="")
    batch_id: Mapped[UUID | None] = mapped_column(ForeignKey("token_batch.id"))
    so_pin_sealed: Mapped[bytes | None]  # encrypted by the signing process, bound to the token's id
    status: Mapped[TokenStatus] = mapped_column(default=TokenStatus.IN_STOCK)
    mail_piece_id: Mapped[UUID | None] = mapped_column(ForeignKey("mail_piece.id"))
    applicant_id: Mapped[UUID | None] = mapped_column(ForeignKey("applicant.id"))
    changed_at: Mapped[datetime]
    destroyed_at: Mapped[datetime | None]
    created_at: Mapped[created]


class TokenEvent(Base):
    """A line of a token's book: who did what to it, when, and who stood by. Written once."""

    __tablename__ = "token_event"
    __table_args__ = (Index("ix_token_event_token_id_sequence", "token_id", "sequence"),)

    id: Mapped[uuid_pk]
    sequence: Mapped[int] = mapped_column(Identity(), unique=True)
    token_id: Mapped[UUID] = mapped_column(ForeignKey("token.id"))
    kind: Mapped[TokenEventKind]
    status: Mapped[TokenStatus]  # after it
    at: Mapped[datetime]
    actor_name: Mapped[str]
    witness_name: Mapped[str] = mapped_column(default="")
    detail: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)


class SoPinDisclosure(Base):
    """Somebody needs the SO-PIN of a token: one asks and says why, another grants, and it is shown once."""

    __tablename__ = "so_pin_disclosure"
    __table_args__ = (
        CheckConstraint("reason <> ''", name="has_reason"),
        CheckConstraint("decided_by <> asked_by", name="two_people"),
        CheckConstraint("(status = 'asked') = (decided_by IS NULL)", name="decided_by_somebody"),
        CheckConstraint("(status = 'shown') = (shown_at IS NOT NULL)", name="shown_has_moment"),
        Index("ix_so_pin_disclosure_token_id", "token_id"),
        Index("uq_so_pin_disclosure_open", "token_id", unique=True, postgresql_where="status IN ('asked', 'granted')"),
    )

    id: Mapped[uuid_pk]
    token_id: Mapped[UUID] = mapped_column(ForeignKey("token.id"))
    status: Mapped[SoPinStatus] = mapped_column(default=SoPinStatus.ASKED)
    reason: Mapped[str]
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    asked_by_name: Mapped[str]
    asked_at: Mapped[datetime]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    decided_by_name: Mapped[str] = mapped_column(default="")
    decided_at: Mapped[datetime | None]
    shown_at: Mapped[datetime | None]


# `refuse_change` is made with the audit log.
BOOK_STAYS = (
    "CREATE TRIGGER token_event_append_only BEFORE UPDATE OR DELETE ON token_event "
    "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
)
event.listen(Base.metadata, "after_create", DDL(BOOK_STAYS))
