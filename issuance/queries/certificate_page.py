"""Everything that stands on a certificate's page, read once."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from app.core.db import db
from app.core.errors import NotFoundError
from issuance.queries.requests import is_key_refused
from issuance.queries.stops import is_stopped_row
from models.applications import Applicant, Application
from models.audit import AuditEntry
from models.certificates import CaCertificate, Certificate, CertificateNotice, CertificateReceipt, Revocation
from models.enrolments import Enrolment
from models.tokens import Token

NEWEST_EVENTS = 40


@dataclass(frozen=True, slots=True)
class CertificatePage:
    """A certificate with all that is known about it."""

    certificate: Certificate
    holder: Applicant
    issuer: CaCertificate
    enrolment: Enrolment
    token: Token | None
    receipt: CertificateReceipt | None
    before: Certificate | None
    after: list[Certificate]
    notices: list[CertificateNotice]
    revocation: Revocation | None
    events: list[AuditEntry]

    @property
    def refused_key(self) -> AuditEntry | None:
        """The entry of the key that was refused last, while another one is waited for."""
        entries = (entry for entry in self.events if entry.event == "enrolment:return-key")
        return next(entries, None) if is_key_refused(self.enrolment) else None

    @property
    def is_stopped(self) -> bool:
        """Whether the issue stands still until somebody looks at it."""
        return is_stopped_row(self.enrolment)

    def days_left(self, now: datetime) -> int | None:
        """Whole days until it ends; negative if it is over, None if it was never made."""
        end = self.certificate.not_after
        return (end - now).days if end is not None else None


def get_certificate_page(certificate_id: UUID) -> CertificatePage:
    """Raises NotFoundError."""
    certificate = db.session.get(Certificate, certificate_id)
    if certificate is None:
        raise NotFoundError("certificate", id=certificate_id)
    enrolment = db.session.get_one(Enrolment, certificate.enrolment_id)
    return CertificatePage(
        certificate=certificate,
        holder=db.session.scalars(
            select(Applicant)
            .where(Applicant.id == certificate.applicant_id)
            .options(joinedload(Applicant.application).joinedload(Application.company))
        ).one(),
        issuer=db.session.get_one(CaCertificate, certificate.ca_certificate_id),
        enrolment=enrolment,
        token=_token(certificate, enrolment),
        receipt=db.session.scalar(
            select(CertificateReceipt).where(CertificateReceipt.certificate_id == certificate_id)
        ),
        before=db.session.get(Certificate, certificate.renews_id) if certificate.renews_id else None,
        after=list(
            db.session.scalars(
                select(Certificate).where(Certificate.renews_id == certificate_id).order_by(Certificate.created_at)
            )
        ),
        notices=list(
            db.session.scalars(
                select(CertificateNotice)
                .where(CertificateNotice.certificate_id == certificate_id)
                .order_by(CertificateNotice.created_at)
            )
        ),
        revocation=db.session.scalar(select(Revocation).where(Revocation.certificate_id == certificate_id)),
        events=_events(certificate_id, enrolment.id),
    )


def _token(certificate: Certificate, enrolment: Enrolment) -> Token | None:
    """The token that the key is on; before it is issued the one that the client named."""
    if certificate.token_id is not None:
        return db.session.get(Token, certificate.token_id)
    if not enrolment.token_serial:
        return None
    return db.session.scalar(
        select(Token).where(
            Token.serial_number == enrolment.token_serial, Token.applicant_id == certificate.applicant_id
        )
    )


def _events(certificate_id: UUID, enrolment_id: UUID) -> list[AuditEntry]:
    about = or_(AuditEntry.subject_id == str(certificate_id), AuditEntry.subject_id == str(enrolment_id))
    return list(
        db.session.scalars(select(AuditEntry).where(about).order_by(AuditEntry.seq.desc()).limit(NEWEST_EVENTS))
    )
