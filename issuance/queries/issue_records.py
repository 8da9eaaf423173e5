"""The audit log as the ledger of what was issued: each entry is chained to the one before, the chain's end is signed.

A certificate that was put into the table past the service has no entry; one that was taken out has an entry and no row.
"""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select, text

from app.core.db import db
from models.audit import AuditEntry

ISSUE = "certificate:issue"
MOST = 100  # that are named
_MISSING = text("""
SELECT entry.detail ->> 'serial' FROM audit_entry AS entry
WHERE entry.event = 'certificate:issue' AND entry.outcome = 'done' AND NOT EXISTS (
    SELECT FROM certificate
    WHERE certificate.id::text = entry.subject_id AND certificate.der IS NOT NULL
) ORDER BY entry.seq LIMIT :most
""")


def recorded_of(certificates: Iterable[tuple[UUID, str, str | None]]) -> set[UUID]:
    """Those of these certificates (key, serial number, SHA-256) whose issue is on record, just so."""
    said = {str(key): (key, serial, sha256) for key, serial, sha256 in certificates}
    found = db.session.execute(
        select(AuditEntry.subject_id, AuditEntry.detail).where(
            AuditEntry.event == ISSUE, AuditEntry.outcome == "done", AuditEntry.subject_id.in_(said)
        )
    )
    return {
        said[subject][0]
        for subject, detail in found
        if said[subject][1:] == (detail.get("serial"), detail.get("sha256"))
    }


def list_missing() -> list[str]:
    """Serial numbers of certificates whose issue is on record, and that are not there."""
    return list(db.session.scalars(_MISSING, {"most": MOST}))
