"""A confirmed list is revoked: piece by piece, each a transaction, so that a killed worker goes on where it was."""

from datetime import datetime
from uuid import UUID

from app import audit
from app.core.actor import SYSTEM, Actor, ActorKind
from app.core.db import db
from app.core.transaction import transaction
from app.jobs import defer
from issuance.queries.revocation_batches import (
    count_revoked_of,
    get_batch,
    get_batch_for_update,
    list_by_serials_for_update,
    list_one_of_each_crl,
    prepare_to_revoke,
)
from issuance.queries.revocations import REVOCABLE
from issuance.rules.states import require_step
from issuance.services.revocation_steps import record_revocation
from models.certificates import Certificate
from models.enums import RevocationBatchStatus
from models.revocations import RevocationBatch

PIECE = 100


def revoke_piece(batch_id: UUID, serials: list[str], *, now: datetime) -> int:
    """Revoke these certificates of a confirmed list; what is revoked already, or has expired since, is passed over.

    Returns:
        how many were revoked now.
    """
    with transaction():
        certificates = list_by_serials_for_update(serials)
        batch = get_batch_for_update(batch_id)
        if batch.status is not RevocationBatchStatus.CONFIRMED:
            return 0
        decider = Actor(ActorKind.STAFF, batch.decided_by, batch.decided_by_name)
        due = [each for each in certificates if _is_due(each, now)]
        _holders, waiting = prepare_to_revoke(due)
        with db.session.no_autoflush:  # a piece is written at once
            for certificate in due:
                _revoke(certificate, batch, decider, now, overtakes=certificate.id in waiting)
        batch.done_count = count_revoked_of(batch_id)
        return len(due)


def finish_batch(batch_id: UUID, *, now: datetime) -> None:
    """Every piece is done: one CRL for all of them."""
    with transaction():
        batch = get_batch_for_update(batch_id)
        if batch.status is not RevocationBatchStatus.CONFIRMED:
            return
        batch.status = require_step(batch.status, RevocationBatchStatus.DONE)
        batch.done_at, batch.done_count = now, count_revoked_of(batch_id)
        audit.record(
            "revocation-batch:finish",
            subject_type="revocation_batch",
            subject_id=batch.id,
            actor=SYSTEM,
            detail={"number": batch.number, "revoked": batch.done_count, "passed_over": batch.count - batch.done_count},
        )
        for revocation_id in list_one_of_each_crl(batch_id):
            defer("issuance.jobs.publish_crl", revocation_id)


def pieces_of(batch_id: UUID) -> list[list[str]]:
    """The serial numbers of a list in pieces; none of a list that is not confirmed."""
    batch = get_batch(batch_id)
    if batch.status is not RevocationBatchStatus.CONFIRMED:
        return []
    return [batch.serials[start : start + PIECE] for start in range(0, len(batch.serials), PIECE)]


def _is_due(certificate: Certificate, now: datetime) -> bool:
    return certificate.status in REVOCABLE and certificate.not_after is not None and certificate.not_after > now


def _revoke(
    certificate: Certificate, batch: RevocationBatch, decider: Actor, now: datetime, *, overtakes: bool
) -> None:
    since = batch.invalid_since
    if since is not None and certificate.not_before is not None:
        since = max(since, certificate.not_before)  # a certificate that is younger was never good
    record_revocation(
        certificate,
        reason=batch.reason,
        asked_by=batch.asked_by.value,
        asked_at=batch.proposed_at,
        actor=decider,
        now=now,
        invalid_since=since,
        batch_id=batch.id,
        decided_by_name=f"{batch.proposed_by_name}、{batch.decided_by_name}",
        overtakes=overtakes,
    )
