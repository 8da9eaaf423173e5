"""The last word on a request: the certificate is revoked."""

from datetime import datetime
from uuid import UUID

from app.core.actor import Actor
from app.core.transaction import transaction
from app.jobs import defer
from issuance.errors import RevocationError
from issuance.rules.states import require_step
from issuance.services.open_request import open_request, require_papers
from issuance.services.revocation_steps import close_request, record_revocation, require_revocable, settle_pin
from models.enums import RevocationChannel, RevocationRequestStatus
from models.revocations import RevocationRequest


def decide_revocation(request_id: UUID, *, actor: Actor, now: datetime) -> UUID:
    """Revoke the certificate of a request; promise the CRL and the notice to its holder.

    Returns:
        key of the revocation.

    Raises:
        RevocationError: revocation-first-person (two people are needed and nobody confirmed yet),
            revocation-second-person (who confirmed does not decide), revocation-papers-missing, revocation-expired.
        IllegalTransitionError: it was decided already.
        NotFoundError: there is no such request.
    """
    with transaction():
        certificate, request = open_request(request_id)
        require_step(request.status, RevocationRequestStatus.REVOKED)
        require_revocable(certificate, now)
        _require_people(request, actor)
        require_papers(request)
        close_request(request, RevocationRequestStatus.REVOKED, actor=actor, now=now)
        row = record_revocation(
            certificate,
            reason=request.reason,
            asked_by=request.asked_by.value,
            asked_at=request.asked_at,
            actor=actor,
            now=now,
            invalid_since=request.invalid_since,
            request_id=request.id,
        )
        if request.channel is RevocationChannel.SITE_PIN:
            settle_pin(certificate.applicant_id, is_used=True, now=now)
        defer("issuance.jobs.publish_crl", row.id)
        return row.id


def _require_people(request: RevocationRequest, actor: Actor) -> None:
    if not request.needs_two:
        return
    if request.confirmed_by is None:
        raise RevocationError("revocation-first-person")
    if request.confirmed_by == actor.id:
        raise RevocationError("revocation-second-person", name=request.confirmed_by_name)
