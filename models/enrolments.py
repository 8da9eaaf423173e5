"""The holder's web application: from the 申請PIN to the certificate request. Written by issuance."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, created, uuid_pk
from models.enums import EnrolmentChannel, EnrolmentKind, EnrolmentStatus


class Enrolment(Base):
    """One passage to one certificate: from the accepted 申請PIN, or from a signature with the present certificate."""

    __tablename__ = "enrolment"
    __table_args__ = (
        CheckConstraint("status = 'opened' OR csr IS NOT NULL OR status = 'refused'", name="requested_has_csr"),
        CheckConstraint("(kind = 'new') = (application_pin_id IS NOT NULL)", name="papers_come_with_a_pin"),
        CheckConstraint("(kind = 'renewal') = (renews_id IS NOT NULL)", name="renewal_renews_something"),
        CheckConstraint("kind <> 'renewal' OR signature IS NOT NULL OR status = 'refused'", name="renewal_is_signed"),
        CheckConstraint("NOT attested OR attestation IS NOT NULL", name="attested_by_something"),
        Index(
            "uq_enrolment_renews_id",
            "renews_id",
            unique=True,
            postgresql_where="kind = 'renewal' AND status <> 'refused'",
        ),
        Index("ix_enrolment_renews_id", "renews_id", postgresql_where="renews_id IS NOT NULL"),
        Index("uq_enrolment_application_pin_id", "application_pin_id", unique=True),
        Index("ix_enrolment_download_pin_id", "download_pin_id", postgresql_where="download_pin_id IS NOT NULL"),
        Index("ix_enrolment_applicant_id", "applicant_id"),
        Index("ix_enrolment_spki_sha256", "spki_sha256"),
        Index("ix_enrolment_waiting", "requested_at", postgresql_where="status = 'requested'"),
    )

    id: Mapped[uuid_pk]
    applicant_id: Mapped[UUID] = mapped_column(ForeignKey("applicant.id"))
    kind: Mapped[EnrolmentKind] = mapped_column(default=EnrolmentKind.NEW, server_default="new")
    application_pin_id: Mapped[UUID | None] = mapped_column(ForeignKey("pin_secret.id"))
    download_pin_id: Mapped[UUID | None] = mapped_column(ForeignKey("pin_secret.id"))
    status: Mapped[EnrolmentStatus] = mapped_column(default=EnrolmentStatus.OPENED)
    consented_at: Mapped[datetime]
    consent_version: Mapped[str] = mapped_column(default="", server_default="")  # of the important matters shown
    csr: Mapped[bytes | None]
    spki_sha256: Mapped[str | None]
    token_serial: Mapped[str | None]  # as the client reported it
    channel: Mapped[EnrolmentChannel] = mapped_column(default=EnrolmentChannel.CLIENT, server_default="client")
    attested: Mapped[bool] = mapped_column(default=False)
    attestation: Mapped[bytes | None]  # the token maker's statement about the key: PEM, the leaf first
    attestation_note: Mapped[str] = mapped_column(default="", server_default="")  # why it is not attested
    renews_id: Mapped[UUID | None] = mapped_column(ForeignKey("certificate.id", use_alter=True))
    statement: Mapped[bytes | None]  # what was signed with the present key to ask for a renewal, UTF-8
    signature: Mapped[bytes | None]
    refusal_code: Mapped[str | None]
    requested_at: Mapped[datetime | None]
    created_at: Mapped[created]
