"""Revocations of holders' certificates, and requests for them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app.core.db import db
from app.core.errors import NotFoundError
from models.applications import Applicant
from models.certificates import Certificate, Crl, Revocation
from models.emails import EmailAddress
from models.enums import CertificateStatus, EmailAddressState, RevocationRequestStatus
from models.revocations import RevocationRequest

OPEN = (RevocationRequestStatus.RECEIVED, RevocationRequestStatus.CONFIRMED)
REVOCABLE = (CertificateStatus.ISSUED, CertificateStatus.ACTIVE, CertificateStatus.REVOCATION_REQUESTED)


@dataclass(frozen=True, slots=True)
class Publication:
    """The CRL that says so first, and when it was issued."""

    number: int
    issued_at: datetime


def find_revocation(certificate_id: UUID) -> Revocation | None:
    """The revocation of a certificate."""
    return db.session.scalar(select(Revocation).where(Revocation.certificate_id == certificate_id))


def find_publication(revocation: Revocation) -> Publication | None:
    """失効公開済: the first CRL with this entry; None while it is 失効登録済（公開処理中）."""
    if revocation.crl_number is None:
        return None
    issued_at = db.session.scalar(
        select(Crl.this_update).where(
            Crl.ca_certificate_id == revocation.ca_certificate_id,
            Crl.shard == revocation.shard,
            Crl.number == revocation.crl_number,
        )
    )
    return Publication(int(revocation.crl_number), issued_at) if issued_at else None


def get_request(request_id: UUID) -> RevocationRequest:
    """One request. Raises NotFoundError."""
    found = db.session.get(RevocationRequest, request_id, populate_existing=True)
    if found is None:
        raise NotFoundError("revocation request", id=request_id)
    return found


def get_request_for_update(request_id: UUID) -> RevocationRequest:
    """One request, locked. Lock its certificate first. Raises NotFoundError."""
    found = db.session.get(RevocationRequest, request_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFoundError("revocation request", id=request_id)
    return found


def find_open_request(certificate_id: UUID) -> RevocationRequest | None:
    """The request about a certificate that nobody has decided yet."""
    return db.session.scalar(
        select(RevocationRequest).where(
            RevocationRequest.certificate_id == certificate_id, RevocationRequest.status.in_(OPEN)
        )
    )


def find_open_request_for_update(certificate_id: UUID) -> RevocationRequest | None:
    """The same, locked. Lock the certificate first."""
    return db.session.scalar(
        select(RevocationRequest)
        .where(RevocationRequest.certificate_id == certificate_id, RevocationRequest.status.in_(OPEN))
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def list_requests_of(certificate_id: UUID) -> list[RevocationRequest]:
    """Every request about a certificate, the newest first."""
    return list(
        db.session.scalars(
            select(RevocationRequest)
            .where(RevocationRequest.certificate_id == certificate_id)
            .order_by(RevocationRequest.sequence.desc())
        )
    )


def list_certificates_to_revoke(applicant_id: UUID, *, now: datetime) -> list[Certificate]:
    """What an applicant could have revoked: issued, valid, not revoked yet; the newest first."""
    return list(
        db.session.scalars(
            select(Certificate)
            .where(
                Certificate.applicant_id == applicant_id,
                Certificate.status.in_(REVOCABLE),
                Certificate.not_after > now,
            )
            .order_by(Certificate.not_before.desc(), Certificate.serial)
        )
    )


def list_revoked_of(applicant_id: UUID) -> list[tuple[Certificate, Revocation]]:
    """What of an applicant was revoked, the newest first."""
    rows = db.session.execute(
        select(Certificate, Revocation)
        .join(Revocation, Revocation.certificate_id == Certificate.id)
        .where(Certificate.applicant_id == applicant_id)
        .order_by(Revocation.sequence.desc())
    )
    return [(certificate, revocation) for certificate, revocation in rows]


def get_holder(certificate: Certificate) -> Applicant:
    """Whose certificate it is."""
    return db.session.get_one(Applicant, certificate.applicant_id)


def is_address_blocked(address: str) -> bool:
    """Whether mails to an address are known to come back."""
    state = db.session.scalar(select(EmailAddress.state).where(EmailAddress.address == address.strip().lower()))
    return state is EmailAddressState.BLOCKED
