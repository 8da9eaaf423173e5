"""CRLs and their bytes."""

from uuid import UUID

from sqlalchemy import func, select

from app.core.db import db
from models.certificates import Crl, CrlPart, Revocation


def find_latest_crl(ca_certificate_id: UUID) -> Crl | None:
    """The newest CRL of a CA."""
    return db.session.scalar(
        select(Crl).where(Crl.ca_certificate_id == ca_certificate_id).order_by(Crl.number.desc()).limit(1)
    )


def crl_bytes(crl_id: UUID) -> bytes:
    """A CRL (DER) as one piece: for a CRL of ordinary size. What serves or checks a long one takes its parts in turn."""
    parts = select(CrlPart.data).where(CrlPart.crl_id == crl_id).order_by(CrlPart.position)
    return b"".join(db.session.scalars(parts))


def count_revocations() -> int:
    """How many entries the next CRL has."""
    return db.session.scalar(select(func.count()).select_from(Revocation)) or 0
