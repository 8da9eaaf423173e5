"""A user ID says which certificate it signs with."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select

from app import audit
from app.contracts import certificates
from app.contracts.errors import CertificateRefusedError
from app.contracts.services.guards import require_user_id
from app.core.actor import Actor
from app.core.db import db
from app.core.transaction import transaction
from models.contracts import RegisteredCertificate


def register_certificate(customer_id: UUID, certificate_id: UUID, *, actor: Actor, now: datetime) -> UUID:
    """Register a certificate that our CA issued to an applicant of the user ID's own company.

    Returns:
        the registration's id; the one that is there, if it was registered before.

    Raises:
        CompanyIdCannotActError: a company ID cannot sign.
        CertificateRefusedError: `certificate-not-of-company`, or it is not usable.
    """
    with transaction():
        customer = require_user_id(customer_id)
        offered = certificates.find_offered(customer, certificate_id)
        if offered is None:
            raise CertificateRefusedError("certificate-not-of-company")
        certificate, holder = offered
        there = db.session.scalar(
            select(RegisteredCertificate).where(
                RegisteredCertificate.customer_id == customer.id, RegisteredCertificate.sha256 == certificate.sha256
            )
        )
        if there is not None:
            return there.id
        row = RegisteredCertificate(
            id=uuid4(),
            customer_id=customer.id,
            certificate_id=certificate.id,
            der=certificate.der,
            sha256=certificate.sha256,
            created_at=now,
        )
        db.session.add(row)
        audit.record(
            "certificate:register",
            subject_type="customer",
            subject_id=customer.id,
            actor=actor,
            detail={"certificate": certificate.serial, "sha256": certificate.sha256, "applicant": holder.number},
        )
        return row.id
