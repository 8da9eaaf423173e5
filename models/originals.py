"""Originals in the archive. Written by app.archive."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, created, uuid_pk


class Original(Base):
    """A completed contract's file, kept as the original until its retention ends."""

    __tablename__ = "original"
    __table_args__ = (
        Index("uq_original_sha256", "sha256", unique=True),
        Index("uq_original_contract_id", "contract_id", unique=True),
    )

    id: Mapped[uuid_pk]
    contract_id: Mapped[UUID] = mapped_column(ForeignKey("contract.id"))
    sha256: Mapped[str]
    byte_count: Mapped[int] = mapped_column(BigInteger)
    manifest: Mapped[dict[str, Any]] = mapped_column(JSONB)
    manifest_sha256: Mapped[str]
    time_stamp: Mapped[bytes | None]  # RFC 3161 token over the manifest
    kept_until: Mapped[date]
    kept_at: Mapped[datetime]
    created_at: Mapped[created]
