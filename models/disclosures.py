"""Requests to see an application and its identity documents (施行規則6(14)). Written by registration."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, created, uuid_pk
from models.applications import Applicant, Application
from models.enums import DisclosureStatus


class DisclosureRequest(Base):
    """Somebody is named as the holder of a certificate that harms them, and asks to see on what it was issued."""

    __tablename__ = "disclosure_request"
    __table_args__ = (
        CheckConstraint("decided_by <> received_by", name="two_people"),
        CheckConstraint("(status = 'received') = (decided_at IS NULL)", name="decided_has_moment"),
        CheckConstraint("(decided_at IS NULL) = (decided_by IS NULL)", name="decided_by_somebody"),
        CheckConstraint("status = 'received' OR reason <> ''", name="decision_has_reason"),
        Index("uq_disclosure_request_number", "number", unique=True),
        Index("ix_disclosure_request_status_id", "status", "id"),
    )

    id: Mapped[uuid_pk]
    sequence: Mapped[int] = mapped_column(Identity(), unique=True)
    number: Mapped[str]  # J-2026-000001 (K is a contract)
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"), index=True)
    applicant_id: Mapped[UUID] = mapped_column(ForeignKey("applicant.id"))
    status: Mapped[DisclosureStatus] = mapped_column(default=DisclosureStatus.RECEIVED)
    requester_name: Mapped[str]
    requester_address: Mapped[str] = mapped_column(default="")
    identified_by: Mapped[str]  # which document the requester showed
    harm: Mapped[str]  # the right that is said to be infringed
    received_on: Mapped[date]
    received_by: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    received_by_name: Mapped[str]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    decided_by_name: Mapped[str] = mapped_column(default="")
    decided_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(default="")
    handed_over_on: Mapped[date | None]
    export_sha256: Mapped[str | None]  # of the file that was handed over
    created_at: Mapped[created]

    application: Mapped[Application] = relationship()
    applicant: Mapped[Applicant] = relationship()
