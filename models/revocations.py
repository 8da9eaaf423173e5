"""Requests for revocation, and revocations of a filtered list. Written by issuance.

The revocation itself, with its CRL entry, stands in models.certificates.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from app.core.db import Base, created, uuid_pk
from models.enums import RevocationAsker, RevocationBatchStatus, RevocationChannel, RevocationRequestStatus

# Revoked on a call that another person has not confirmed yet.
TO_CONFIRM = "status = 'revoked' AND channel = 'telephone' AND confirmed_by IS NULL"


class RevocationRequest(Base):
    """Somebody asks that a certificate be revoked: who, why, with which papers, and what was decided (施行規則12条1項2号)."""

    __tablename__ = "revocation_request"
    __table_args__ = (
        CheckConstraint("(status = 'refused') <= (refusal_reason <> '')", name="refusal_has_reason"),
        CheckConstraint(
            "status <> 'revoked' OR confirmed_by IS NULL OR decided_by IS NULL OR confirmed_by <> decided_by",
            name="two_people",
        ),
        CheckConstraint(
            "status <> 'revoked' OR NOT needs_two OR (confirmed_by IS NOT NULL AND decided_by IS NOT NULL)",
            name="two_where_the_policy_says_so",
        ),
        CheckConstraint("(status IN ('received', 'confirmed')) = (decided_at IS NULL)", name="decided_has_moment"),
        CheckConstraint("channel <> 'telephone' OR call_back <> ''", name="telephone_is_called_back"),
        Index("uq_revocation_request_number", "number", unique=True),
        Index(
            "uq_revocation_request_open",
            "certificate_id",
            unique=True,
            postgresql_where="status IN ('received', 'confirmed')",
        ),
        Index("ix_revocation_request_status_sequence", "status", "sequence"),
        Index("ix_revocation_request_certificate_id", "certificate_id"),
        Index("ix_revocation_request_to_confirm", "sequence", postgresql_where=TO_CONFIRM),
        *(
            Index(f"ix_revocation_request_{who}", who, postgresql_where=f"{who} IS NOT NULL")
            for who in ("received_by", "confirmed_by", "decided_by")
        ),
    )

    id: Mapped[uuid_pk]
    sequence: Mapped[int] = mapped_column(Identity(), unique=True)
    number: Mapped[str]  # R-2026-000001, from the sequence
    certificate_id: Mapped[UUID] = mapped_column(ForeignKey("certificate.id"))
    status: Mapped[RevocationRequestStatus] = mapped_column(default=RevocationRequestStatus.RECEIVED)
    asked_by: Mapped[RevocationAsker]
    asker_name: Mapped[str]
    channel: Mapped[RevocationChannel]
    circumstance: Mapped[str]  # issuance.rules.revocation_policy: loss, theft, left the company, …
    reason: Mapped[str]  # RFC 5280 reason code by name, from the circumstance
    explanation: Mapped[str] = mapped_column(default="")
    papers: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")  # which came, by code
    call_back: Mapped[str] = mapped_column(default="", server_default="")  # which number of ours, when, what was asked
    invalid_since: Mapped[datetime | None]
    statement: Mapped[bytes | None]  # what the holder signed, UTF-8
    signature: Mapped[bytes | None]
    needs_two: Mapped[bool]
    asked_at: Mapped[datetime]
    received_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))  # nobody: it came by the site
    received_by_name: Mapped[str] = mapped_column(default="")
    confirmed_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    confirmed_by_name: Mapped[str] = mapped_column(default="")
    confirmed_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    decided_by_name: Mapped[str] = mapped_column(default="")
    decided_at: Mapped[datetime | None]
    refusal_reason: Mapped[str] = mapped_column(default="")  # or why it was taken back
    created_at: Mapped[created]


class RevocationBatch(Base):
    """A list of certificates found by a filter, revoked together: one proposes after a dry run, another confirms."""

    __tablename__ = "revocation_batch"
    __table_args__ = (
        CheckConstraint("decided_by <> proposed_by", name="two_people"),
        CheckConstraint("(decided_by IS NULL) = (status = 'proposed')", name="decided_by_somebody"),
        CheckConstraint("count > 0", name="revokes_something"),
        CheckConstraint("cardinality(serials) = count", name="counts_what_it_lists"),
        CheckConstraint("done_count <= count", name="does_no_more_than_it_lists"),
        Index("uq_revocation_batch_number", "number", unique=True),
        Index("ix_revocation_batch_status_sequence", "status", "sequence"),
    )

    id: Mapped[uuid_pk]
    sequence: Mapped[int] = mapped_column(Identity(), unique=True)
    number: Mapped[str]  # RB-2026-0001, from the sequence
    status: Mapped[RevocationBatchStatus] = mapped_column(default=RevocationBatchStatus.PROPOSED)
    filter: Mapped[dict[str, Any]] = mapped_column(JSONB)  # what was asked for, as the screen wrote it
    serials: Mapped[list[str]] = mapped_column(ARRAY(Text))  # of the dry run, sorted: exactly these are revoked
    count: Mapped[int]
    digest: Mapped[str]  # SHA-256 of the sorted serial numbers of the dry run: what was confirmed is what was shown
    done_count: Mapped[int] = mapped_column(default=0)
    circumstance: Mapped[str]
    reason: Mapped[str]
    asked_by: Mapped[RevocationAsker]
    explanation: Mapped[str]
    invalid_since: Mapped[datetime | None]
    proposed_by: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    proposed_by_name: Mapped[str]
    proposed_at: Mapped[datetime]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    decided_by_name: Mapped[str] = mapped_column(default="")
    decided_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
