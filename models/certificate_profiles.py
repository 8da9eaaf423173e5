"""Versions of the certificate profiles: what certificates, CRLs and OCSP answers contain. Written by issuance."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, uuid_pk
from models.enums import ProfileStatus


class CertificateProfile(Base):
    """One version of all profiles together. Version 1 is built in (issuance.rules); each later one needs two people."""

    __tablename__ = "certificate_profile"
    __table_args__ = (
        CheckConstraint("version > 1", name="version_after_built_in"),
        CheckConstraint("decided_by <> proposed_by", name="two_people"),
        CheckConstraint("(decided_by IS NULL) = (status = 'proposed')", name="decided_by_somebody"),
        CheckConstraint("(decided_by IS NULL) = (decided_at IS NULL)", name="decided_has_moment"),
        CheckConstraint(
            "status NOT IN ('active', 'retired') OR NOT needs_accreditation OR accreditation_reference <> ''",
            name="accredited_before_active",
        ),
        Index("uq_certificate_profile_version", "version", unique=True),
        Index("uq_certificate_profile_active", "status", unique=True, postgresql_where="status = 'active'"),
        Index("uq_certificate_profile_proposed", "status", unique=True, postgresql_where="status = 'proposed'"),
    )

    id: Mapped[uuid_pk]
    version: Mapped[int]
    status: Mapped[ProfileStatus] = mapped_column(default=ProfileStatus.PROPOSED)
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)  # end entity, CA, CRL, OCSP, TSA, seal: see the rule
    reason: Mapped[str]
    needs_accreditation: Mapped[bool] = mapped_column(default=False)  # 変更認定 (法9条)
    accreditation_reference: Mapped[str] = mapped_column(default="", server_default="")  # number and day of it
    proposed_by: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    proposed_by_name: Mapped[str]
    proposed_at: Mapped[datetime]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    decided_by_name: Mapped[str] = mapped_column(default="")
    decided_at: Mapped[datetime | None]
