"""Papers of a request for revocation come later."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from app import audit
from app.core.actor import Actor
from app.core.errors import StaleError
from app.core.transaction import transaction
from issuance.errors import RevocationError
from issuance.rules.revocation_policy import PAPERS
from issuance.services.open_request import open_request, terms_of_request
from models.enums import RevocationRequestStatus


def record_revocation_papers(request_id: UUID, papers: Collection[str], *, actor: Actor, now: datetime) -> None:
    """Add papers to those that came. With the holder's own word, one person decides on a company's request.

    Raises:
        RevocationError: revocation-paper, revocation-no-paper.
        StaleError: somebody confirmed or decided it in the meantime.
        NotFoundError: there is no such request.
    """
    if unknown := [paper for paper in papers if paper not in PAPERS]:
        raise RevocationError("revocation-paper", field="papers", paper=unknown[0])
    with transaction():
        _certificate, request = open_request(request_id)
        if request.status is not RevocationRequestStatus.RECEIVED:
            raise StaleError("revocation request")
        new = [paper for paper in papers if paper not in request.papers]
        if not new:
            raise RevocationError("revocation-no-paper", field="papers")
        request.papers = sorted({*request.papers, *new}, key=PAPERS.index)
        request.needs_two = terms_of_request(request).needs_two
        audit.record(
            "revocation:receive-papers",
            subject_type="revocation_request",
            subject_id=request.id,
            actor=actor,
            detail={"number": request.number, "papers": new, "at": now},
        )
