"""Envelopes, applications and applicants. Written by registration."""

from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Identity, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, created, uuid_pk
from models.companies import Company
from models.enums import ApplicationKind, ApplicationStatus

if TYPE_CHECKING:
    from models.decisions import Decision
    from models.papers import Paper


class Envelope(Base):
    """One 簡易書留 item as it came over the counter."""

    __tablename__ = "envelope"
    __table_args__ = (
        CheckConstraint("item_number ~ '^[0-9]{11,12}$'", name="item_number_digits"),
        Index("uq_envelope_item_number", "item_number", unique=True),
    )

    id: Mapped[uuid_pk]
    item_number: Mapped[str]  # digits only, as Japan Post counts them
    received_on: Mapped[date]
    received_by: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[created]

    applications: Mapped[list["Application"]] = relationship(back_populates="envelope")


class Application(Base):
    """One company's application: the case that officers review and an approver decides."""

    __tablename__ = "application"
    __table_args__ = (
        CheckConstraint("cardinality(services) > 0", name="has_service"),
        CheckConstraint("(status = 'approved') = (approved_at IS NOT NULL)", name="approved_has_moment"),
        Index("uq_application_number", "number", unique=True),
        Index("ix_application_status_received_on_id", "status", "received_on", "id"),
        Index("ix_application_received_on_id", "received_on", "id"),
        Index(
            "ix_application_search_key", text("to_tsvector('simple'::regconfig, search_key)"), postgresql_using="gin"
        ),
    )

    id: Mapped[uuid_pk]
    sequence: Mapped[int] = mapped_column(Identity(), unique=True)
    number: Mapped[str]  # A-2026-000001, made from the sequence
    kind: Mapped[ApplicationKind] = mapped_column(default=ApplicationKind.NEW)
    status: Mapped[ApplicationStatus] = mapped_column(default=ApplicationStatus.RECEIVED)
    services: Mapped[list[str]] = mapped_column(ARRAY(Text))
    envelope_id: Mapped[UUID] = mapped_column(ForeignKey("envelope.id"), index=True)
    company_id: Mapped[UUID] = mapped_column(ForeignKey("company.id"), index=True)
    received_on: Mapped[date]
    profile_version: Mapped[int] = mapped_column(default=1)  # version of the checklist, frozen on the case
    version: Mapped[int] = mapped_column(default=1)
    claimed_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    claimed_at: Mapped[datetime | None]
    reviewed_digest: Mapped[str | None]  # SHA-256 of what the reviewer saw
    approved_at: Mapped[datetime | None]
    search_key: Mapped[str] = mapped_column(Text, default="")  # folded number, company and applicant names
    created_at: Mapped[created]

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy reads this class attribute

    envelope: Mapped[Envelope] = relationship(back_populates="applications")
    company: Mapped[Company] = relationship()
    applicants: Mapped[list["Applicant"]] = relationship(back_populates="application", order_by="Applicant.position")
    papers: Mapped[list["Paper"]] = relationship(back_populates="application", order_by="Paper.position")
    decisions: Mapped[list["Decision"]] = relationship(back_populates="application", order_by="Decision.decided_at")


class Applicant(Base):
    """One natural person of an application: certificate holder, user-ID applicant, or both."""

    __tablename__ = "applicant"
    __table_args__ = (
        UniqueConstraint("application_id", "position"),
        Index("uq_applicant_number", "number", unique=True),
    )

    id: Mapped[uuid_pk]
    number: Mapped[str]  # A-2026-000001-1: the application number printed on the approval notice
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"))
    position: Mapped[int]
    name: Mapped[str]  # exactly as typed from the 住民票; never normalised
    name_kana: Mapped[str] = mapped_column(default="")
    name_romaji: Mapped[str] = mapped_column(default="")
    birth_date: Mapped[date | None]
    postal_code: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")  # 住民票 address as written
    building: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")  # of form 5: where the ダウンロードPIN goes
    user_id_email: Mapped[str] = mapped_column(default="")  # of form 6
    wants_certificate: Mapped[bool] = mapped_column(default=True)
    wants_user_id: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[created]

    application: Mapped[Application] = relationship(back_populates="applicants")
