"""What one officer revoked on a telephone call is looked at by another afterwards."""

from datetime import datetime
from uuid import UUID

from app import audit
from app.core.actor import Actor
from app.core.errors import StaleError
from app.core.transaction import transaction
from issuance.errors import RevocationError
from issuance.services.open_request import open_request
from models.enums import RevocationChannel, RevocationRequestStatus


def confirm_telephone_revocation(request_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Confirm that the call back and the request are recorded as they should be.

    Raises:
        RevocationError: revocation-not-by-telephone; revocation-own-call: who revoked does not confirm.
        StaleError: somebody confirmed it already.
        NotFoundError: there is no such request.
    """
    with transaction():
        _certificate, request = open_request(request_id)
        if request.channel is not RevocationChannel.TELEPHONE or request.status is not RevocationRequestStatus.REVOKED:
            raise RevocationError("revocation-not-by-telephone")
        if request.confirmed_by is not None:
            raise StaleError("revocation request", name=request.confirmed_by_name)
        if request.decided_by == actor.id:
            raise RevocationError("revocation-own-call")
        request.confirmed_by, request.confirmed_by_name, request.confirmed_at = actor.id, actor.name, now
        audit.record(
            "revocation:confirm-afterwards",
            subject_type="revocation_request",
            subject_id=request.id,
            actor=actor,
            detail={"number": request.number},
        )
