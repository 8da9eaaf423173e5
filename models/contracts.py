"""Contracts, their parties, revisions and signing sessions. Written by app.contracts."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, created, uuid_pk
from models.accounts import CompanyAccount, Customer
from models.enums import ContractStatus, PartyStatus, RevisionKind, SigningSessionStatus


class Contract(Base):
    """One contract case between user IDs of (usually) two companies."""

    __tablename__ = "contract"
    __table_args__ = (
        CheckConstraint("amount IS NULL OR amount >= 0", name="amount_not_negative"),
        Index("uq_contract_number", "number", unique=True),
        Index("ix_contract_contract_date_id", "contract_date", "id"),
        Index("ix_contract_amount_id", "amount", "id"),
    )

    id: Mapped[uuid_pk]
    sequence: Mapped[int] = mapped_column(Identity(), unique=True)
    number: Mapped[str]  # K-2026-000001
    title: Mapped[str]
    amount: Mapped[int | None] = mapped_column(BigInteger)  # yen
    contract_date: Mapped[date]
    status: Mapped[ContractStatus] = mapped_column(default=ContractStatus.SEALING)
    sender_id: Mapped[UUID] = mapped_column(ForeignKey("customer.id"))
    upload_sha256: Mapped[str]  # the PDF as it came
    closed_reason: Mapped[str | None]
    completed_at: Mapped[datetime | None]
    created_at: Mapped[created]

    parties: Mapped[list["ContractParty"]] = relationship(back_populates="contract", order_by="ContractParty.slot")
    revisions: Mapped[list["ContractRevision"]] = relationship(
        back_populates="contract", order_by="ContractRevision.number"
    )


class ContractParty(Base):
    """One signer's slot, in signing order."""

    __tablename__ = "contract_party"
    __table_args__ = (
        UniqueConstraint("contract_id", "slot"),
        UniqueConstraint("contract_id", "customer_id"),
        Index("ix_contract_party_company_account_id_contract_id", "company_account_id", "contract_id"),
        Index(
            "uq_contract_party_open",
            "contract_id",
            unique=True,
            postgresql_where="status = 'open'",
        ),
    )

    id: Mapped[uuid_pk]
    contract_id: Mapped[UUID] = mapped_column(ForeignKey("contract.id"))
    slot: Mapped[int]
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customer.id"))
    company_account_id: Mapped[UUID] = mapped_column(ForeignKey("company_account.id"))
    field_name: Mapped[str]
    status: Mapped[PartyStatus] = mapped_column(default=PartyStatus.WAITING)
    certificate_id: Mapped[UUID | None] = mapped_column(ForeignKey("registered_certificate.id"))
    signed_at: Mapped[datetime | None]

    contract: Mapped[Contract] = relationship(back_populates="parties")
    customer: Mapped[Customer] = relationship()
    company_account: Mapped[CompanyAccount] = relationship()


class ContractRevision(Base):
    """An accepted state of the contract's file. Its bytes lie in the storage, write-once."""

    __tablename__ = "contract_revision"
    __table_args__ = (UniqueConstraint("contract_id", "number"), Index("ix_contract_revision_sha256", "sha256"))

    id: Mapped[uuid_pk]
    contract_id: Mapped[UUID] = mapped_column(ForeignKey("contract.id"))
    number: Mapped[int]
    kind: Mapped[RevisionKind]
    party_id: Mapped[UUID | None] = mapped_column(ForeignKey("contract_party.id"))
    sha256: Mapped[str]
    byte_count: Mapped[int] = mapped_column(BigInteger)
    verdict: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)  # every acceptance check with its result
    created_at: Mapped[created]

    contract: Mapped[Contract] = relationship(back_populates="revisions")


class RegisteredCertificate(Base):
    """A certificate that a user ID may sign with (acceptance check 16)."""

    __tablename__ = "registered_certificate"
    __table_args__ = (
        UniqueConstraint("customer_id", "sha256"),
        Index("ix_registered_certificate_sha256", "sha256"),
    )

    id: Mapped[uuid_pk]
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customer.id"))
    certificate_id: Mapped[UUID | None] = mapped_column(ForeignKey("certificate.id"))  # of our own CA
    der: Mapped[bytes]
    sha256: Mapped[str]
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[created]


class SigningSession(Base):
    """One prepared signature: the bytes and attributes are pinned here, the client returns only a signature value."""

    __tablename__ = "signing_session"
    __table_args__ = (Index("ix_signing_session_party_id", "party_id"),)

    id: Mapped[uuid_pk]
    party_id: Mapped[UUID] = mapped_column(ForeignKey("contract_party.id"))
    certificate_id: Mapped[UUID] = mapped_column(ForeignKey("registered_certificate.id"))
    base_revision_id: Mapped[UUID] = mapped_column(ForeignKey("contract_revision.id"))
    status: Mapped[SigningSessionStatus] = mapped_column(default=SigningSessionStatus.OPEN)
    prepared: Mapped[dict[str, Any]] = mapped_column(JSONB)  # signed attributes, byte range, delta
    delta: Mapped[bytes]  # the prepared update without the base
    expires_at: Mapped[datetime]
    refusal_code: Mapped[str | None]
    created_at: Mapped[created]


class SigningCode(Base):
    """A one-time code that a user ID carries from the contract's page to the program on its computer."""

    __tablename__ = "signing_code"
    __table_args__ = (
        Index("uq_signing_code_code_sha256", "code_sha256", unique=True),
        Index("ix_signing_code_party_id", "party_id"),
    )

    id: Mapped[uuid_pk]
    party_id: Mapped[UUID] = mapped_column(ForeignKey("contract_party.id"))
    code_sha256: Mapped[str]  # only the hash is kept; the code has 60 random bits and lives minutes
    expires_at: Mapped[datetime]
    session_id: Mapped[UUID | None] = mapped_column(ForeignKey("signing_session.id"))  # set when it was used
    created_at: Mapped[created]
