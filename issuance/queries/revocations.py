"""Revocations of holders' certificates."""

from uuid import UUID

from sqlalchemy import select

from app.core.db import db
from models.certificates import Revocation


def find_revocation(certificate_id: UUID) -> Revocation | None:
    """The revocation of a certificate."""
    return db.session.scalar(select(Revocation).where(Revocation.certificate_id == certificate_id))
