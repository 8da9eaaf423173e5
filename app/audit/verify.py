"""Proving the log: every hash follows from its content and the one before, no number is missing, anchors hold."""

from contextlib import closing
from dataclasses import dataclass

from sqlalchemy import select

from app.audit.chain import GENESIS, entry_hash
from app.core.db import db
from models.audit import AuditAnchor, AuditEntry, AuditHead


@dataclass(frozen=True, slots=True)
class ChainReport:
    """What verification found. `broken_at` is the first number that does not hold."""

    entries: int
    anchors: int
    broken_at: int | None = None
    reason: str = ""

    @property
    def is_intact(self) -> bool:
        """Whether the whole chain holds."""
        return self.broken_at is None


def verify_chain() -> ChainReport:
    """Read the whole log once, in order, and check every link."""
    anchors = {anchor.seq: anchor for anchor in db.session.scalars(select(AuditAnchor))}
    # One snapshot of entries and head: writers go on meanwhile.
    head = db.session.get(AuditHead, 1, populate_existing=True)
    last = head.seq if head else 0
    previous, seq = GENESIS, 0
    query = select(AuditEntry).where(AuditEntry.seq <= last).order_by(AuditEntry.seq).execution_options(yield_per=1000)
    with closing(db.session.scalars(query)) as rows:
        for entry in rows:
            seq += 1
            reason = _fault(entry, seq, previous)
            if not reason and entry.seq in anchors and anchors[entry.seq].hash != entry.hash:
                reason = "anchor differs"
            if reason:
                return ChainReport(seq, len(anchors), seq, reason)
            previous = entry.hash
    if seq != last or (head is not None and head.hash != previous):
        return ChainReport(seq, len(anchors), seq + 1, "end of the log is missing")
    if any(number > last for number in anchors):
        return ChainReport(seq, len(anchors), last + 1, "an anchor is beyond the end of the log")
    return ChainReport(seq, len(anchors))


def _fault(entry: AuditEntry, seq: int, previous: str) -> str:
    if entry.seq != seq:
        return "number missing"
    if entry.previous_hash != previous:
        return "link differs"
    expected = entry_hash(
        seq=entry.seq,
        at=entry.at,
        event=entry.event,
        outcome=entry.outcome,
        subject_type=entry.subject_type,
        subject_id=entry.subject_id,
        actor_kind=entry.actor_kind,
        actor_id=entry.actor_id,
        actor_name=entry.actor_name,
        detail=entry.detail,
        previous_hash=entry.previous_hash,
    )
    return "" if expected == entry.hash else "content differs from its hash"
