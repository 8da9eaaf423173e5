"""The authority's certificates as others need them to trust what it issued."""

from datetime import datetime

from cryptography import x509
from sqlalchemy import select

from app.core.db import db
from models.certificates import CaCertificate
from models.enums import CaKeyPurpose


def list_est_certificates(now: datetime) -> list[x509.Certificate]:
    """Every CA certificate and cross-certificate that is still valid, the one that issues first (RFC 7030 §4.1.3)."""
    rows = db.session.scalars(
        select(CaCertificate)
        .where(CaCertificate.purpose.in_([CaKeyPurpose.CA, CaKeyPurpose.CROSS]), CaCertificate.not_after > now)
        .order_by(
            CaCertificate.active.desc(),
            CaCertificate.purpose == CaKeyPurpose.CROSS,
            CaCertificate.generation.desc(),
            CaCertificate.not_before.desc(),
        )
    )
    return [x509.load_der_x509_certificate(row.der) for row in rows]
