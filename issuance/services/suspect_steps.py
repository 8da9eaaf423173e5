"""An intent that may have been signed and has no certificate: blocked for ever, and on the CRL. docs/adr/0010."""

from datetime import UTC, datetime

from app import audit
from app.core.actor import SYSTEM
from app.core.db import db
from app.core.transaction import require_transaction
from app.jobs import defer
from issuance.rules.revocation import crl_entry
from issuance.rules.states import require_step
from models.certificates import Certificate, Revocation
from models.enums import CertificateStatus

REASON = "superseded"  # the holder gets another one in its place


def mark_suspect(certificate: Certificate, reason: str, now: datetime) -> None:
    """Mark a locked certificate as suspect and revoke what may exist of it. Its PINs stay as they are.

    Args:
        certificate: intended, without a certificate.
        reason: why; staff reads it.
        now: the present moment.
    """
    require_transaction()
    certificate.status = require_step(certificate.status, CertificateStatus.SUSPECT)
    certificate.suspect_reason = reason
    moment = now.astimezone(UTC).replace(microsecond=0)
    row = Revocation(
        certificate_id=certificate.id,
        ca_certificate_id=certificate.ca_certificate_id,
        shard=certificate.shard,
        reason=REASON,
        asked_by="authority",
        asked_at=now,
        revoked_at=moment,
        decided_by_name=SYSTEM.name,
        crl_entry=crl_entry(int(certificate.serial, 16), moment, REASON),
    )
    db.session.add(row)
    db.session.flush()
    audit.record(
        "certificate:suspect",
        subject_type="certificate",
        subject_id=certificate.id,
        actor=SYSTEM,
        outcome="failed",
        detail={"serial": certificate.serial, "reason": reason, "intended_at": certificate.intended_at},
    )
    defer("issuance.jobs.publish_crl", row.id)
