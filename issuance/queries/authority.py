"""The authority's own certificates."""

from cryptography import x509
from sqlalchemy import select

from app.core.db import db
from app.core.errors import NotFoundError
from issuance.errors import NoAuthorityError
from models.certificates import CaCertificate, Certificate
from models.enums import (
    CaKeyPurpose,
)


def find_authority(purpose: CaKeyPurpose) -> CaCertificate | None:
    """The active certificate of the authority for a purpose."""
    return db.session.scalar(select(CaCertificate).where(CaCertificate.purpose == purpose, CaCertificate.active))


def get_authority(purpose: CaKeyPurpose) -> CaCertificate:
    """The active certificate of the authority for a purpose. Raises NoAuthorityError."""
    found = find_authority(purpose)
    if found is None:
        raise NoAuthorityError(purpose.value)
    return found


def list_generation() -> list[CaCertificate]:
    """Every certificate that the ceremony of the present CA made."""
    ca = get_authority(CaKeyPurpose.CA)
    return list(
        db.session.scalars(
            select(CaCertificate)
            .where(CaCertificate.created_at == ca.created_at)
            .order_by(CaCertificate.purpose, CaCertificate.generation)
        )
    )


def list_all_authorities() -> list[CaCertificate]:
    """Every CA that is or was, the newest first."""
    return list(
        db.session.scalars(
            select(CaCertificate)
            .where(CaCertificate.purpose == CaKeyPurpose.CA)
            .order_by(CaCertificate.generation.desc())
        )
    )


def list_responders() -> list[tuple[CaCertificate, CaCertificate]]:
    """Every active OCSP responder with the newest certificate of the CA of its generation, the oldest first."""
    authorities = {
        row.generation: row
        for row in db.session.scalars(
            select(CaCertificate).where(CaCertificate.purpose == CaKeyPurpose.CA).order_by(CaCertificate.not_after)
        )
    }
    responders = db.session.scalars(
        select(CaCertificate)
        .where(CaCertificate.purpose == CaKeyPurpose.OCSP, CaCertificate.active)
        .order_by(CaCertificate.generation)
    )
    return [(row, authorities[row.generation]) for row in responders if row.generation in authorities]


def load(row: CaCertificate | Certificate) -> x509.Certificate:
    """A stored certificate, parsed."""
    if row.der is None:
        raise NotFoundError("certificate", id=row.id)
    return x509.load_der_x509_certificate(row.der)
