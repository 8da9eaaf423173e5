"""Revoking a confirmed list. Safe to run twice, and after it was killed: what is done stays done."""

from uuid import UUID

from app.core import clock
from app.core.db import db
from issuance.services import revoke_batch as service


def revoke_batch(subject_id: str) -> None:
    """Revoke the confirmed list of this id, then promise one CRL."""
    batch_id = UUID(subject_id)
    pieces = service.pieces_of(batch_id)
    db.session.rollback()
    for serials in pieces:
        service.revoke_piece(batch_id, serials, now=clock.now())
    service.finish_batch(batch_id, now=clock.now())
