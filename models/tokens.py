"""eTokens. Written by issuance."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, created, uuid_pk
from models.enums import TokenStatus


class Token(Base):
    """One eToken of the approved model, known by the serial number on its case and in its chip."""

    __tablename__ = "token"
    __table_args__ = (
        CheckConstraint("(status = 'in_stock') <= (mail_piece_id IS NULL)", name="stock_is_free"),
        Index("uq_token_serial_number", "serial_number", unique=True),
        Index(
            "uq_token_mail_piece_id",
            "mail_piece_id",
            unique=True,
            postgresql_where="mail_piece_id IS NOT NULL AND status NOT IN ('lost', 'damaged', 'returned', 'retired')",
        ),
        Index("ix_token_status_id", "status", "id"),
        Index("ix_token_applicant_id", "applicant_id"),
    )

    id: Mapped[uuid_pk]
    serial_number: Mapped[str]
    model: Mapped[str]
    batch: Mapped[str] = mapped_column(default="")
    status: Mapped[TokenStatus] = mapped_column(default=TokenStatus.IN_STOCK)
    mail_piece_id: Mapped[UUID | None] = mapped_column(ForeignKey("mail_piece.id"))
    applicant_id: Mapped[UUID | None] = mapped_column(ForeignKey("applicant.id"))
    changed_at: Mapped[datetime]
    created_at: Mapped[created]
