"""Certificates whose validity is over are set to expired. They stay on the CRL if they were revoked before."""

from datetime import datetime

from sqlalchemy import select

from app import audit
from app.core.actor import SYSTEM
from app.core.db import db
from app.core.transaction import transaction
from issuance.rules.states import require_step
from models.certificates import Certificate
from models.enums import CertificateStatus

CAN_EXPIRE = (CertificateStatus.ISSUED, CertificateStatus.ACTIVE, CertificateStatus.REVOCATION_REQUESTED)


def expire_certificates(*, now: datetime, most: int) -> int:
    """Expire what is past its last moment; the earliest first, rows that others hold are passed over.

    Args:
        now: the present moment.
        most: certificates in this transaction.

    Returns:
        how many were expired.
    """
    with transaction():
        rows = db.session.scalars(
            select(Certificate)
            .where(Certificate.status.in_(CAN_EXPIRE), Certificate.not_after < now)
            .order_by(Certificate.not_after, Certificate.id)
            .limit(most)
            .with_for_update(skip_locked=True)
        ).all()
        for certificate in rows:
            certificate.status = require_step(certificate.status, CertificateStatus.EXPIRED)
            audit.record(
                "certificate:expire",
                subject_type="certificate",
                subject_id=certificate.id,
                actor=SYSTEM,
                detail={"serial": certificate.serial, "not_after": certificate.not_after},
            )
        return len(rows)
