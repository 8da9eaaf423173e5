"""A certificate is revoked on a word that another room took: a change, a lost token, the command line.

Recorded without delay, and everybody told who must know (施行規則6条10号, 12号). Requests have services of their own.
"""

from datetime import datetime
from uuid import UUID

from app.core.actor import Actor
from app.core.transaction import transaction
from app.jobs import defer
from issuance import queries
from issuance.errors import RevocationError
from issuance.rules.revocation import ASKED_BY, REASONS
from issuance.services.revocation_steps import record_revocation


def revoke_certificate(  # noqa: PLR0913  which, why, on whose word and when it came, who decided, when
    certificate_id: UUID,
    *,
    reason: str,
    asked_by: str,
    asked_at: datetime,
    actor: Actor,
    now: datetime,
    invalid_since: datetime | None = None,
    request_id: UUID | None = None,
) -> UUID:
    """Revoke a certificate; promise the CRL that says so and the notice to its holder.

    Args:
        certificate_id: a certificate that was issued and has not expired.
        reason: by its name in RFC 5280, one of `issuance.rules.revocation.REASONS`.
        asked_by: holder, company, third-party or authority.
        asked_at: when it was asked; not after `now`.
        actor: who decided; the name is copied (施行規則12条1項2号ロ).
        now: the present moment, in the CRL in whole seconds.
        invalid_since: from when on the key is not to be trusted, if somebody says so.
        request_id: the request that it answers, if there is one.

    Returns:
        key of the revocation.

    Raises:
        RevocationError: revocation-reason, revocation-asked-by, revocation-asked-later, revocation-since-future,
            revocation-since-before.
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
        row = record_revocation(
            queries.get_certificate_for_update(certificate_id),
            reason=reason,
            asked_by=asked_by,
            asked_at=asked_at,
            actor=actor,
            now=now,
            invalid_since=invalid_since,
            request_id=request_id,
        )
        defer("issuance.jobs.publish_crl", row.id)
        return row.id
