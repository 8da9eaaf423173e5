"""The first of two people says yes to a request for revocation."""

from datetime import datetime
from uuid import UUID

from app import audit
from app.core.actor import Actor
from app.core.transaction import transaction
from issuance.errors import RevocationError
from issuance.rules.states import require_step
from issuance.services.open_request import open_request, require_papers
from models.enums import RevocationRequestStatus


def confirm_revocation(request_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Confirm that the papers are there and right. Another person revokes.

    Raises:
        RevocationError: revocation-one-is-enough: this request needs no first person; revocation-papers-missing.
        IllegalTransitionError: it was confirmed or decided already.
        NotFoundError: there is no such request.
    """
    with transaction():
        _certificate, request = open_request(request_id)
        status = require_step(request.status, RevocationRequestStatus.CONFIRMED)
        if not request.needs_two:
            raise RevocationError("revocation-one-is-enough")
        require_papers(request)
        request.status = status
        request.confirmed_by, request.confirmed_by_name, request.confirmed_at = actor.id, actor.name, now
        audit.record(
            "revocation:confirm",
            subject_type="revocation_request",
            subject_id=request.id,
            actor=actor,
            detail={"number": request.number},
        )
