"""What `flask ca check` found. Written by issuance."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, uuid_pk


class AuthorityCheck(Base):
    """One run over every stored certificate, CRL and revocation: what was looked at and what was found."""

    __tablename__ = "authority_check"
    __table_args__ = (
        CheckConstraint("finding_count >= 0", name="findings_not_negative"),
        Index("ix_authority_check_started_at", "started_at"),
    )

    id: Mapped[uuid_pk]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    checked_count: Mapped[int] = mapped_column(default=0)
    finding_count: Mapped[int] = mapped_column(default=0)
    findings: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)  # the first hundred
    last_certificate_id: Mapped[UUID | None] = mapped_column(ForeignKey("certificate.id"))
