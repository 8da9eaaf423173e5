"""Whoever asked for a revocation takes the request back before it was decided."""

from datetime import datetime
from uuid import UUID

from app import audit
from app.core.actor import Actor
from app.core.transaction import transaction
from issuance.errors import RevocationError
from issuance.services.open_request import let_stand, open_request
from issuance.services.revocation_steps import close_request
from models.enums import RevocationRequestStatus


def withdraw_revocation(request_id: UUID, *, reason: str, actor: Actor, now: datetime) -> None:
    """Record the withdrawal; the certificate is valid as before.

    Args:
        request_id: of an open request.
        reason: who took it back, how, and why.
        actor: who records it.
        now: the present moment.

    Raises:
        RevocationError: revocation-withdrawal-reason.
        IllegalTransitionError: it was decided already.
        NotFoundError: there is no such request.
    """
    if not reason.strip():
        raise RevocationError("revocation-withdrawal-reason", field="reason")
    with transaction():
        certificate, request = open_request(request_id)
        close_request(request, RevocationRequestStatus.WITHDRAWN, actor=actor, now=now)
        request.refusal_reason = reason.strip()
        let_stand(certificate, request, now=now)
        audit.record(
            "revocation:withdraw",
            subject_type="revocation_request",
            subject_id=request.id,
            actor=actor,
            detail={"number": request.number, "reason": request.refusal_reason},
        )
