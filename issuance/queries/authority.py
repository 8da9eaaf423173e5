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


def find_ca(generation: int) -> CaCertificate | None:
    """The CA of a generation, whatever became of it."""
    return db.session.scalar(
        select(CaCertificate)
        .where(CaCertificate.purpose == CaKeyPurpose.CA, CaCertificate.generation == generation)
        .order_by(CaCertificate.created_at.desc())
        .limit(1)
    )


def find_cross_certificate(sha256: str) -> CaCertificate | None:
    """A certificate between two generations of the CA, by its fingerprint in lower-case hexadecimal."""
    return db.session.scalar(
        select(CaCertificate).where(CaCertificate.purpose == CaKeyPurpose.CROSS, CaCertificate.sha256 == sha256)
    )


def list_published_authorities() -> list[CaCertificate]:
    """Every CA there has ever been, the newest generation first."""
    return _list(CaKeyPurpose.CA)


def list_cross_certificates() -> list[CaCertificate]:
    """The certificates between generations of the CA, the newest first."""
    return _list(CaKeyPurpose.CROSS)


def _list(purpose: CaKeyPurpose) -> list[CaCertificate]:
    return list(
        db.session.scalars(
            select(CaCertificate)
            .where(CaCertificate.purpose == purpose)
            .order_by(CaCertificate.generation.desc(), CaCertificate.created_at.desc())
        )
    )


def load(row: CaCertificate | Certificate) -> x509.Certificate:
    """A stored certificate, parsed."""
    if row.der is None:
        raise NotFoundError("certificate", id=row.id)
    return x509.load_der_x509_certificate(row.der)
