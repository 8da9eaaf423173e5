"""The authority's own certificates, the holders' certificates, revocations and CRLs. Written by issuance."""

from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    DDL,
    CheckConstraint,
    Connection,
    ForeignKey,
    Identity,
    Index,
    Numeric,
    Select,
    Text,
    UniqueConstraint,
    event,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, created, uuid_pk
from app.core.search import search_key
from models.applications import Applicant, Application
from models.companies import Company
from models.enums import CaKeyPurpose, CertificateNoticeKind, CertificateStatus, NoticeChannel


class CaCertificate(Base):
    """A certificate of the authority itself: CA, cross-certificate, OCSP responder, TSA, service seal.

    `active` is what new signatures are made with. A CA that was rolled over is no longer active and still signs CRLs
    and OCSP responder certificates for what it issued.
    """

    __tablename__ = "ca_certificate"
    __table_args__ = (
        Index("uq_ca_certificate_sha256", "sha256", unique=True),
        CheckConstraint("generation > 0", name="generation_positive"),
        CheckConstraint("NOT active OR purpose <> 'cross'", name="cross_signs_nothing"),
        Index(
            "uq_ca_certificate_active",
            "purpose",
            unique=True,
            postgresql_where="active AND purpose IN ('ca', 'tsa', 'seal')",
        ),
        Index("uq_ca_certificate_responder", "generation", unique=True, postgresql_where="active AND purpose = 'ocsp'"),
    )

    id: Mapped[uuid_pk]
    purpose: Mapped[CaKeyPurpose]
    generation: Mapped[int] = mapped_column(default=1, server_default="1")  # of the CA that issued it, or that it is
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
        CheckConstraint("(status = 'suspect') = (suspect_reason <> '')", name="suspect_has_reason"),
        # one certificate for one enrolment; what may have been signed and is nowhere does not count (adr/0010)
        Index("uq_certificate_enrolment_id", "enrolment_id", unique=True, postgresql_where="status <> 'suspect'"),
        Index("ix_certificate_issued_at", "issued_at"),
        Index("ix_certificate_applicant_id", "applicant_id"),
        Index("ix_certificate_status_id", "status", "id"),
        Index("ix_certificate_not_after_id", "not_after", "id"),
        Index("ix_certificate_created_at_id", "created_at", "id"),
        Index("ix_certificate_status_created_at_id", "status", "created_at", "id"),
        Index("ix_certificate_token_id", "token_id"),
        Index("ix_certificate_renews_id", "renews_id"),
        Index("ix_certificate_sha256", "sha256"),
        Index(
            "ix_certificate_search_key", text("to_tsvector('simple'::regconfig, search_key)"), postgresql_using="gin"
        ),
    )

    id: Mapped[uuid_pk]
    serial: Mapped[str]  # lower-case hexadecimal, 16 octets
    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolment.id"))
    applicant_id: Mapped[UUID] = mapped_column(ForeignKey("applicant.id"))
    ca_certificate_id: Mapped[UUID] = mapped_column(ForeignKey("ca_certificate.id"))
    token_id: Mapped[UUID | None] = mapped_column(ForeignKey("token.id"))
    renews_id: Mapped[UUID | None] = mapped_column(ForeignKey("certificate.id"))  # the one whose key asked for it
    shard: Mapped[str] = mapped_column(default="000", server_default="000")  # of the CRL that its CDP names
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
    receipt_due_on: Mapped[date | None]  # last day on which the holder confirms the receipt; Japan
    suspect_reason: Mapped[str] = mapped_column(default="", server_default="")
    search_key: Mapped[str] = mapped_column(Text, default="", server_default="")  # folded names of holder and company
    created_at: Mapped[created]


def select_names(applicant_ids: Collection[UUID]) -> Select[UUID, str, str, str, str, str, str]:
    """Applicant's key, then the names that the register finds a certificate of theirs by."""
    return (
        select(
            Applicant.id,
            Applicant.name,
            Applicant.name_kana,
            Applicant.certificate_name,
            Applicant.name_romaji,
            Company.name,
            Company.name_kana,
        )
        .join(Application, Application.id == Applicant.application_id)
        .join(Company, Company.id == Application.company_id)
        .where(Applicant.id.in_(applicant_ids))
    )


@event.listens_for(Certificate, "before_insert")
def _write_search_key(_mapper: object, connection: Connection, row: Certificate) -> None:
    """Names as on the day of the certificate: whoever writes the row, the register finds it.

    Who writes many rows reads the names of all of them at once and brings the key along.
    """
    if row.search_key:
        return
    found = connection.execute(select_names([row.applicant_id])).first()
    row.search_key = search_key(*found[1:]) if found else ""


class CertificateReceipt(Base):
    """The holder confirmed with a signature of the new key that the certificate is on the token. Written once."""

    __tablename__ = "certificate_receipt"
    __table_args__ = (UniqueConstraint("certificate_id"),)

    id: Mapped[uuid_pk]
    certificate_id: Mapped[UUID] = mapped_column(ForeignKey("certificate.id"))
    statement: Mapped[bytes]  # what was signed, UTF-8
    signature: Mapped[bytes]
    confirmed_at: Mapped[datetime]


class CertificateNotice(Base):
    """One planned notice to a holder about a certificate, at most once of a kind, step and channel. Written once."""

    __tablename__ = "certificate_notice"
    __table_args__ = (
        UniqueConstraint("certificate_id", "kind", "step", "channel"),
        CheckConstraint("step >= 0", name="step_not_negative"),
    )

    id: Mapped[uuid_pk]
    certificate_id: Mapped[UUID] = mapped_column(ForeignKey("certificate.id"))
    kind: Mapped[CertificateNoticeKind]
    step: Mapped[int]  # days before the end, or days left to confirm; 0 for a revocation
    channel: Mapped[NoticeChannel]
    online_until: Mapped[date | None]  # of a renewal: how far one asked for online reaches; none: on papers alone
    created_at: Mapped[created]


class Revocation(Base):
    """Why and when a certificate was revoked, with its CRL entry already encoded."""

    __tablename__ = "revocation"
    __table_args__ = (
        UniqueConstraint("certificate_id"),
        Index("ix_revocation_sequence", "sequence"),
        Index("ix_revocation_ca_certificate_id_shard_sequence", "ca_certificate_id", "shard", "sequence"),
        Index("ix_revocation_batch_id", "batch_id", postgresql_where="batch_id IS NOT NULL"),
        Index("ix_revocation_unpublished", "ca_certificate_id", "shard", postgresql_where="crl_number IS NULL"),
    )

    id: Mapped[uuid_pk]
    sequence: Mapped[int] = mapped_column(Identity())
    certificate_id: Mapped[UUID] = mapped_column(ForeignKey("certificate.id"))
    ca_certificate_id: Mapped[UUID] = mapped_column(ForeignKey("ca_certificate.id"))
    shard: Mapped[str] = mapped_column(default="000", server_default="000")
    request_id: Mapped[UUID | None] = mapped_column(ForeignKey("revocation_request.id"))
    batch_id: Mapped[UUID | None] = mapped_column(ForeignKey("revocation_batch.id"))
    reason: Mapped[str]  # RFC 5280 reason code by name
    asked_by: Mapped[str]  # holder, company, third party, authority
    asked_at: Mapped[datetime]
    revoked_at: Mapped[datetime]
    invalid_since: Mapped[datetime | None]  # invalidityDate: when the holder says the key was compromised
    decided_by_name: Mapped[str]
    crl_entry: Mapped[bytes]
    crl_number: Mapped[Decimal | None] = mapped_column(Numeric(40, 0))  # the first CRL that says so


class Crl(Base):
    """A CRL as it was issued; its bytes lie in parts, so that a million entries never stand in memory at once.

    Full parts of entries stay with the CRL that filled them. Those that follow it take them as they are: `base_id` is the
    last CRL that filled one, so that a new entry among a million costs neither the reading of the others nor their space.
    Positions from 1 to the base's `base_parts` lie with the base, or with a base of its own.
    """

    __tablename__ = "crl"
    __table_args__ = (
        Index("uq_crl_ca_certificate_id_shard_number", "ca_certificate_id", "shard", "number", unique=True),
        CheckConstraint("this_update < next_update", name="update_order"),
    )

    id: Mapped[uuid_pk]
    ca_certificate_id: Mapped[UUID] = mapped_column(ForeignKey("ca_certificate.id"))
    number: Mapped[Decimal] = mapped_column(Numeric(40, 0))
    shard: Mapped[str]
    sha256: Mapped[str]
    size: Mapped[int]  # bytes
    this_update: Mapped[datetime]
    next_update: Mapped[datetime]
    entry_count: Mapped[int]
    base_id: Mapped[UUID | None] = mapped_column(ForeignKey("crl.id"))  # None: all parts are its own
    base_parts: Mapped[int] = mapped_column(default=0, server_default="0")  # full parts, the base's among them
    base_entries: Mapped[int] = mapped_column(default=0, server_default="0")  # in them
    base_until: Mapped[int] = mapped_column(default=-1, server_default="-1")  # Revocation.sequence of the last of them
    fetched_at: Mapped[datetime | None]  # when it was fetched back from its public address and was the very same
    fetch_failure: Mapped[str] = mapped_column(default="", server_default="")


class CrlPart(Base):
    """A piece of a CRL's bytes."""

    __tablename__ = "crl_part"
    __table_args__ = (Index("uq_crl_part_crl_id_position", "crl_id", "position", unique=True),)

    id: Mapped[uuid_pk]
    crl_id: Mapped[UUID] = mapped_column(ForeignKey("crl.id"))
    position: Mapped[int]
    data: Mapped[bytes]


# `refuse_change` is made with the audit log.
RECORDS_STAY = tuple(
    f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
    "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    for table in ("certificate_receipt", "certificate_notice")
)

for _statement in RECORDS_STAY:
    event.listen(Base.metadata, "after_create", DDL(_statement))

# Compressing the parts costs more time than all the rest of a publication, and a piece can be read from the middle only of
# what is not compressed.
PARTS_AS_THEY_ARE = "ALTER TABLE crl_part ALTER COLUMN data SET STORAGE EXTERNAL"
event.listen(Base.metadata, "after_create", DDL(PARTS_AS_THEY_ARE))
