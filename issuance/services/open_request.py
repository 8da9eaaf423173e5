"""Inner steps of every decision on a request: lock certificate and request in this order, judge the papers."""

from datetime import datetime
from uuid import UUID

from app.core.transaction import require_transaction
from issuance import queries
from issuance.errors import RevocationError
from issuance.queries.revocations import get_request, get_request_for_update
from issuance.rules.revocation_policy import Terms, missing_papers, terms_of
from issuance.rules.states import require_step
from issuance.services.revocation_steps import settle_pin
from models.certificates import Certificate
from models.enums import CertificateStatus, RevocationChannel
from models.revocations import RevocationRequest


def open_request(request_id: UUID) -> tuple[Certificate, RevocationRequest]:
    """The certificate and the request, both locked.

    Raises:
        NotFoundError: there is no such request.
    """
    require_transaction()
    certificate = queries.get_certificate_for_update(get_request(request_id).certificate_id)
    return certificate, get_request_for_update(request_id)


def terms_of_request(request: RevocationRequest) -> Terms:
    """What this request needs before it is decided."""
    return terms_of(request.asked_by, request.channel, request.circumstance, request.papers)


def require_papers(request: RevocationRequest) -> None:
    """Guard: nothing is missing.

    Raises:
        RevocationError: revocation-papers-missing.
    """
    if missing := missing_papers(terms_of_request(request), request.papers):
        raise RevocationError("revocation-papers-missing", papers=missing)


def let_stand(certificate: Certificate, request: RevocationRequest, *, now: datetime) -> None:
    """The request came to nothing: the certificate is valid as before, a 失効PIN can be used again."""
    if certificate.status is CertificateStatus.REVOCATION_REQUESTED:
        certificate.status = require_step(certificate.status, CertificateStatus.ACTIVE)
    if request.channel is RevocationChannel.SITE_PIN:
        settle_pin(certificate.applicant_id, is_used=False, now=now)
