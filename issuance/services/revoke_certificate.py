"""A certificate is revoked: recorded without delay, and everybody told who must know (施行規則6条10号, 12号)."""

from datetime import UTC, datetime
from uuid import UUID

from app import audit
from app.core.actor import Actor
from app.core.db import db
from app.core.transaction import transaction
from app.jobs import defer
from issuance import queries
from issuance.errors import RevocationError
from issuance.rules.revocation import ASKED_BY, REASONS, crl_entry
from issuance.rules.states import require_step
from models.certificates import Certificate, Revocation
from models.enums import CertificateStatus


def revoke_certificate(  # noqa: PLR0913  which, why, on whose word and when it came, who decided, when
    certificate_id: UUID, *, reason: str, asked_by: str, asked_at: datetime, actor: Actor, now: datetime
) -> UUID:
    """Revoke a certificate; promise the CRL that says so and the e-mail to its holder.

    Args:
        certificate_id: a certificate that was issued and has not expired.
        reason: by its name in RFC 5280, one of `issuance.rules.revocation.REASONS`.
        asked_by: holder, company, third-party or authority.
        asked_at: when it was asked; not after `now`.
        actor: who decided; the name is copied (施行規則12条1項2号ロ).
        now: the present moment, in the CRL in whole seconds.

    Returns:
        key of the revocation.

    Raises:
        RevocationError: revocation-reason, revocation-asked-by, revocation-asked-later.
        NotFoundError: there is no such certificate.
        IllegalTransitionError: it is revoked already, expired, or was never issued.
    """
    if reason not in REASONS:
        raise RevocationError("revocation-reason", field="reason")
    if asked_by not in ASKED_BY:
        raise RevocationError("revocation-asked-by", field="asked_by")
    if asked_at > now:
        raise RevocationError("revocation-asked-later", field="asked_at")
    with transaction():
        certificate = queries.get_certificate_for_update(certificate_id)
        certificate.status = require_step(certificate.status, CertificateStatus.REVOKED)
        return _record(certificate, reason=reason, asked_by=asked_by, asked_at=asked_at, actor=actor, now=now)


def _record(
    certificate: Certificate, *, reason: str, asked_by: str, asked_at: datetime, actor: Actor, now: datetime
) -> UUID:
    moment = now.astimezone(UTC).replace(microsecond=0)
    row = Revocation(
        certificate_id=certificate.id,
        ca_certificate_id=certificate.ca_certificate_id,
        shard=certificate.shard,
        reason=reason,
        asked_by=asked_by,
        asked_at=asked_at,
        revoked_at=moment,
        decided_by_name=actor.name,
        crl_entry=crl_entry(int(certificate.serial, 16), moment, reason),
    )
    db.session.add(row)
    db.session.flush()
    audit.record(
        "certificate:revoke",
        subject_type="certificate",
        subject_id=certificate.id,
        actor=actor,
        detail={"serial": certificate.serial, "reason": reason, "asked_by": asked_by, "asked_at": asked_at},
    )
    defer("issuance.jobs.publish_crl", row.id)
    defer("issuance.jobs.ocsp.purge", certificate.id)
    defer("mailings.jobs.email_certificate_revoked", certificate.id)
    return row.id
