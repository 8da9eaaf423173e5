"""One person proposes to revoke everything that a filter finds, after a dry run has shown it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app import audit
from app.core.actor import Actor
from app.core.clock import day_in_tokyo
from app.core.db import db
from app.core.errors import StaleError
from app.core.transaction import transaction
from issuance.errors import RevocationBatchError
from issuance.queries.revocation_batches import dry_run
from issuance.rules.revocation import require_invalid_since
from issuance.rules.revocation_batch import BatchFilter, digest_of, require_filter
from issuance.rules.revocation_policy import reason_of
from models.enums import RevocationAsker
from models.revocations import RevocationBatch


@dataclass(frozen=True, slots=True)
class BatchReason:
    """Why a list is revoked."""

    asked_by: RevocationAsker
    circumstance: str
    explanation: str
    invalid_since: datetime | None = None


def propose_revocation_batch(
    wanted: BatchFilter, why: BatchReason, *, digest: str, actor: Actor, now: datetime
) -> UUID:
    """Keep the list that the dry run showed, for a second person to confirm.

    Args:
        wanted: the filter of the dry run.
        why: who asks, and what happened; the explanation is for the second person and for the books.
        digest: of the dry run that was shown.
        actor: who proposes.
        now: the present moment.

    Returns:
        key of the list.

    Raises:
        RevocationBatchError: batch-filter-empty, batch-period, batch-key-kind, batch-nothing-found,
            batch-explanation.
        RevocationError: revocation-circumstance, revocation-since-future.
        StaleError: the filter finds something else by now.
    """
    require_filter(wanted)
    if not why.explanation.strip():
        raise RevocationBatchError("batch-explanation", field="explanation")
    require_invalid_since(why.invalid_since, not_before=None, now=now)
    assert actor.id is not None
    with transaction():
        serials = dry_run(wanted, now=now).serials
        if not serials:
            raise RevocationBatchError("batch-nothing-found")
        if digest_of(serials) != digest:
            raise StaleError("revocation batch")
        batch = RevocationBatch(
            number="",
            filter=wanted.as_json(),
            serials=serials,
            count=len(serials),
            digest=digest,
            circumstance=why.circumstance,
            reason=reason_of(why.circumstance),
            asked_by=why.asked_by,
            explanation=why.explanation.strip(),
            invalid_since=why.invalid_since,
            proposed_by=actor.id,
            proposed_by_name=actor.name,
            proposed_at=now,
        )
        db.session.add(batch)
        db.session.flush()
        batch.number = f"RB-{day_in_tokyo(now).year}-{batch.sequence:04d}"
        audit.record(
            "revocation-batch:propose",
            subject_type="revocation_batch",
            subject_id=batch.id,
            actor=actor,
            detail={"number": batch.number, "count": batch.count, "digest": digest, "filter": _short(wanted)},
        )
        return batch.id


def _short(wanted: BatchFilter) -> dict[str, object]:
    """A pasted list of thousands stands in the row, not in the log."""
    kept = wanted.as_json()
    return {**kept, "serials": len(kept["serials"])}
