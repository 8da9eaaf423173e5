"""The holder's web application: from the 申請PIN to the certificate request. Written by issuance."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, created, uuid_pk
from models.enums import EnrolmentStatus


class Enrolment(Base):
    """One passage from the accepted 申請PIN to one certificate."""

    __tablename__ = "enrolment"
    __table_args__ = (
        CheckConstraint("status = 'opened' OR csr IS NOT NULL OR status = 'refused'", name="requested_has_csr"),
        Index("uq_enrolment_application_pin_id", "application_pin_id", unique=True),
        Index("ix_enrolment_applicant_id", "applicant_id"),
        Index("ix_enrolment_spki_sha256", "spki_sha256"),
    )

    id: Mapped[uuid_pk]
    applicant_id: Mapped[UUID] = mapped_column(ForeignKey("applicant.id"))
    application_pin_id: Mapped[UUID] = mapped_column(ForeignKey("pin_secret.id"))
    download_pin_id: Mapped[UUID | None] = mapped_column(ForeignKey("pin_secret.id"))
    status: Mapped[EnrolmentStatus] = mapped_column(default=EnrolmentStatus.OPENED)
    consented_at: Mapped[datetime]
    csr: Mapped[bytes | None]
    spki_sha256: Mapped[str | None]
    token_serial: Mapped[str | None]  # as the client reported it
    attested: Mapped[bool] = mapped_column(default=False)
    refusal_code: Mapped[str | None]
    requested_at: Mapped[datetime | None]
    created_at: Mapped[created]
