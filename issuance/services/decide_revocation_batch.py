"""A second person confirms exactly the list that was proposed, or rejects it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app import audit
from app.core.actor import Actor
from app.core.transaction import transaction
from app.jobs import defer
from issuance.errors import RevocationBatchError
from issuance.queries.revocation_batches import dry_run, get_batch_for_update
from issuance.rules.revocation_batch import digest_of, filter_from_json
from issuance.rules.states import require_step
from models.enums import RevocationBatchStatus
from models.revocations import RevocationBatch


@dataclass(frozen=True, slots=True)
class Difference:
    """What the filter finds now beside what was proposed."""

    added: list[str]  # serial numbers that were not on the list
    gone: list[str]  # those that no longer are

    def __bool__(self) -> bool:
        return bool(self.added or self.gone)


def difference_of(batch: RevocationBatch, *, now: datetime) -> Difference:
    """Whether the list is still what its filter finds."""
    present, proposed = set(dry_run(filter_from_json(batch.filter), now=now).serials), set(batch.serials)
    return Difference(sorted(present - proposed), sorted(proposed - present))


def confirm_revocation_batch(batch_id: UUID, *, digest: str, actor: Actor, now: datetime) -> None:
    """Confirm; the worker revokes.

    Args:
        batch_id: of a proposed list.
        digest: of the list that the second person looked at.
        actor: not who proposed it.
        now: the present moment.

    Raises:
        RevocationBatchError: batch-own; batch-changed: the filter finds other certificates than were proposed.
        IllegalTransitionError: it was decided already.
        NotFoundError: there is no such list.
    """
    with transaction():
        batch = get_batch_for_update(batch_id)
        status = require_step(batch.status, RevocationBatchStatus.CONFIRMED)
        _require_another(batch, actor)
        changed = difference_of(batch, now=now)
        if changed or digest != batch.digest or digest_of(batch.serials) != batch.digest:
            raise RevocationBatchError("batch-changed", added=len(changed.added), gone=len(changed.gone))
        _decide(batch, status, actor, now)
        audit.record(
            "revocation-batch:confirm",
            subject_type="revocation_batch",
            subject_id=batch.id,
            actor=actor,
            detail={"number": batch.number, "count": batch.count, "digest": batch.digest},
        )
        defer("issuance.jobs.revocation.revoke_batch", batch.id)


def reject_revocation_batch(batch_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Reject; nothing was revoked.

    Raises:
        RevocationBatchError: batch-own.
        IllegalTransitionError: it was decided already.
        NotFoundError: there is no such list.
    """
    with transaction():
        batch = get_batch_for_update(batch_id)
        status = require_step(batch.status, RevocationBatchStatus.REJECTED)
        _require_another(batch, actor)
        _decide(batch, status, actor, now)
        audit.record(
            "revocation-batch:reject",
            subject_type="revocation_batch",
            subject_id=batch.id,
            actor=actor,
            detail={"number": batch.number},
        )


def _require_another(batch: RevocationBatch, actor: Actor) -> None:
    if batch.proposed_by == actor.id:
        raise RevocationBatchError("batch-own")


def _decide(batch: RevocationBatch, status: RevocationBatchStatus, actor: Actor, now: datetime) -> None:
    batch.status = status
    batch.decided_by, batch.decided_by_name, batch.decided_at = actor.id, actor.name, now
