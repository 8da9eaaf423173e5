"""The authority's own certificates, the holders' certificates, revocations and CRLs. Written by issuance."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, Numeric, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, created, uuid_pk
from models.enums import CaKeyPurpose, CertificateStatus


class CaCertificate(Base):
    """A certificate of the authority itself, made in a ceremony: CA, OCSP responder, TSA, service seal."""

    __tablename__ = "ca_certificate"
    __table_args__ = (
        Index("uq_ca_certificate_sha256", "sha256", unique=True),
        Index("uq_ca_certificate_active", "purpose", unique=True, postgresql_where="active"),
    )

    id: Mapped[uuid_pk]
    purpose: Mapped[CaKeyPurpose]
    key_label: Mapped[str]  # of the key in the HSM
    der: Mapped[bytes]
    sha256: Mapped[str]
    serial: Mapped[str]  # lower-case hexadecimal
    not_before: Mapped[datetime]
    not_after: Mapped[datetime]
    active: Mapped[bool] = mapped_column(default=True)
    ceremony: Mapped[dict[str, Any]] = mapped_column(JSONB)  # who was there, what was made
    created_at: Mapped[created]


class Certificate(Base):
    """A holder's certificate, on record from its serial number on: reserved, intended, issued, revoked."""

    __tablename__ = "certificate"
    __table_args__ = (
        CheckConstraint("status = 'serial_reserved' OR tbs IS NOT NULL", name="intent_has_tbs"),
        CheckConstraint(
            "status IN ('serial_reserved', 'intended', 'suspect') OR der IS NOT NULL", name="issued_has_der"
        ),
        CheckConstraint("not_after IS NULL OR not_before < not_after", name="validity_order"),
        Index("uq_certificate_serial", "serial", unique=True),
        Index("uq_certificate_enrolment_id", "enrolment_id", unique=True),
        Index("ix_certificate_applicant_id", "applicant_id"),
        Index("ix_certificate_status_id", "status", "id"),
        Index("ix_certificate_not_after_id", "not_after", "id"),
    )

    id: Mapped[uuid_pk]
    serial: Mapped[str]  # lower-case hexadecimal, 16 octets
    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolment.id"))
    applicant_id: Mapped[UUID] = mapped_column(ForeignKey("applicant.id"))
    ca_certificate_id: Mapped[UUID] = mapped_column(ForeignKey("ca_certificate.id"))
    token_id: Mapped[UUID | None] = mapped_column(ForeignKey("token.id"))
    profile_version: Mapped[int]
    status: Mapped[CertificateStatus] = mapped_column(default=CertificateStatus.SERIAL_RESERVED)
    tbs: Mapped[bytes | None]
    der: Mapped[bytes | None]
    sha256: Mapped[str | None]
    subject: Mapped[str] = mapped_column(default="")
    not_before: Mapped[datetime | None]
    not_after: Mapped[datetime | None]
    identity_anchor: Mapped[datetime | None]  # issue of the certificate that stands on papers (施行規則5条2項)
    intended_at: Mapped[datetime | None]
    issued_at: Mapped[datetime | None]
    created_at: Mapped[created]


class Revocation(Base):
    """Why and when a certificate was revoked, with its CRL entry already encoded."""

    __tablename__ = "revocation"
    __table_args__ = (UniqueConstraint("certificate_id"), Index("ix_revocation_sequence", "sequence"))

    id: Mapped[uuid_pk]
    sequence: Mapped[int] = mapped_column(Identity())
    certificate_id: Mapped[UUID] = mapped_column(ForeignKey("certificate.id"))
    reason: Mapped[str]  # RFC 5280 reason code by name
    asked_by: Mapped[str]  # holder, company, third party, authority
    asked_at: Mapped[datetime]
    revoked_at: Mapped[datetime]
    decided_by_name: Mapped[str]
    crl_entry: Mapped[bytes]


class Crl(Base):
    """A CRL as it was issued."""

    __tablename__ = "crl"
    __table_args__ = (Index("uq_crl_ca_certificate_id_number", "ca_certificate_id", "number", unique=True),)

    id: Mapped[uuid_pk]
    ca_certificate_id: Mapped[UUID] = mapped_column(ForeignKey("ca_certificate.id"))
    number: Mapped[Decimal] = mapped_column(Numeric(40, 0))
    shard: Mapped[str]
    der: Mapped[bytes]
    this_update: Mapped[datetime]
    next_update: Mapped[datetime]
    entry_count: Mapped[int]
