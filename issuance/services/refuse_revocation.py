"""A request for revocation is refused, with a reason (施行規則12条1項2号ハ)."""

from datetime import datetime
from uuid import UUID

from app import audit
from app.core.actor import Actor
from app.core.transaction import transaction
from app.jobs import defer
from issuance.errors import RevocationError
from issuance.services.open_request import let_stand, open_request
from issuance.services.revocation_steps import close_request
from models.enums import RevocationRequestStatus


def refuse_revocation(request_id: UUID, *, reason: str, actor: Actor, now: datetime) -> None:
    """Refuse: the certificate stays valid, and whoever asked is told why.

    Raises:
        RevocationError: revocation-refusal-reason.
        IllegalTransitionError: it was decided already.
        NotFoundError: there is no such request.
    """
    if not reason.strip():
        raise RevocationError("revocation-refusal-reason", field="reason")
    with transaction():
        certificate, request = open_request(request_id)
        close_request(request, RevocationRequestStatus.REFUSED, actor=actor, now=now)
        request.refusal_reason = reason.strip()
        let_stand(certificate, request, now=now)
        audit.record(
            "revocation:refuse",
            subject_type="revocation_request",
            subject_id=request.id,
            actor=actor,
            detail={"number": request.number, "reason": request.refusal_reason},
        )
        defer("mailings.jobs.email_revocation_refused", request.id)
