"""Verifiers of the 申請PIN and the ダウンロードPIN. Written by issuance."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, created, uuid_pk
from models.enums import PinKind, PinStatus


class PinSecret(Base):
    """What is needed to recognise a PIN, never the PIN: Argon2id over an HMAC whose key the signing process holds.

    `sealed_value` exists for a ダウンロードPIN alone, encrypted, and only until the e-mail that carries it is sent.
    """

    __tablename__ = "pin_secret"
    __table_args__ = (
        CheckConstraint("kind = 'download' OR sealed_value IS NULL", name="application_pin_never_kept"),
        CheckConstraint("attempts >= 0 AND attempts <= 5", name="attempts_range"),
        Index(
            "uq_pin_secret_live",
            "applicant_id",
            "kind",
            unique=True,
            postgresql_where="status IN ('issued', 'reserved')",
        ),
        Index("ix_pin_secret_applicant_id_kind_created_at", "applicant_id", "kind", "created_at"),
    )

    id: Mapped[uuid_pk]
    kind: Mapped[PinKind]
    applicant_id: Mapped[UUID] = mapped_column(ForeignKey("applicant.id"))
    status: Mapped[PinStatus] = mapped_column(default=PinStatus.ISSUED)
    verifier: Mapped[str]
    attempts: Mapped[int] = mapped_column(default=0)
    usable_until: Mapped[date | None]  # set when the letter was delivered; last usable day in Japan
    sealed_value: Mapped[bytes | None]
    created_at: Mapped[created]
    ended_at: Mapped[datetime | None]
