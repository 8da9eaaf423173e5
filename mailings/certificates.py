"""Certificates as their holders are told about them, read from issuance's tables."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from flask import current_app
from sqlalchemy import select

from app.core.clock import day_in_tokyo
from app.core.db import db
from models.applications import Applicant
from models.certificates import Certificate, CertificateNotice, CertificateReceipt, Revocation
from models.enums import CertificateNoticeKind, CertificateStatus

VALID = (CertificateStatus.ISSUED, CertificateStatus.ACTIVE)


@dataclass(frozen=True, slots=True)
class Told:
    """A planned notice with everything that it speaks of."""

    notice: CertificateNotice
    certificate: Certificate
    applicant: Applicant
    revocation: Revocation | None

    @property
    def ends_on(self) -> date:
        """The last day in Japan."""
        assert self.certificate.not_after is not None
        return day_in_tokyo(self.certificate.not_after)

    @property
    def opens_on(self) -> date:
        """The first day on which an online renewal is possible."""
        return self.ends_on - timedelta(days=current_app.extensions["settings"].renewal_window_days)

    @property
    def valid_before(self) -> datetime | None:
        """Signatures made before this moment are not touched by the revocation."""
        return (self.revocation.invalid_since or self.revocation.revoked_at) if self.revocation else None


def get_told(notice_id: UUID) -> Told:
    """A planned notice. Raises sqlalchemy.exc.NoResultFound."""
    notice = db.session.get_one(CertificateNotice, notice_id)
    certificate = db.session.get_one(Certificate, notice.certificate_id, populate_existing=True)
    applicant = db.session.get_one(Applicant, certificate.applicant_id)
    return Told(notice, certificate, applicant, find_revocation(certificate.id))


def find_revocation(certificate_id: UUID) -> Revocation | None:
    """The revocation of a certificate."""
    return db.session.scalars(select(Revocation).where(Revocation.certificate_id == certificate_id)).first()


def is_moot(told: Told, now: datetime) -> bool:
    """Whether what was to be told is no longer so: renewed, revoked, over or confirmed meanwhile."""
    certificate, kind = told.certificate, told.notice.kind
    if kind is CertificateNoticeKind.REVOCATION:
        return told.revocation is None
    if certificate.status not in VALID or certificate.not_after is None or certificate.not_after < now:
        return True
    if kind is CertificateNoticeKind.RECEIPT:
        confirmed = select(CertificateReceipt.id).where(CertificateReceipt.certificate_id == certificate.id)
        return db.session.scalar(confirmed) is not None
    renewed = select(Certificate.id).where(Certificate.renews_id == certificate.id, Certificate.status.in_(VALID))
    return db.session.scalar(renewed.limit(1)) is not None
