"""Writing the log: an effect's entry in the caller's transaction, an attempt's in its own."""

import json
from typing import Any
from uuid import UUID

from sqlalchemy import event as orm_event
from sqlalchemy import insert, select, text, update
from sqlalchemy.orm import Session

from app.audit.chain import GENESIS, entry_hash
from app.core import clock
from app.core.actor import Actor
from app.core.db import db
from app.core.transaction import SCRATCH, require_transaction, transaction
from models.audit import AuditEntry, AuditHead

PENDING = "audit_pending"
# Tables and not models: a row of the log is written once, nobody needs it as an object afterwards.
_ENTRIES, _HEAD = AuditEntry.metadata.tables["audit_entry"], AuditHead.metadata.tables["audit_head"]


def record(
    event: str,
    *,
    subject_type: str,
    subject_id: UUID | str,
    actor: Actor,
    detail: dict[str, Any] | None = None,
    outcome: str = "done",
) -> None:
    """Note an event in the caller's transaction: both happen, or neither.

    The entry takes its place in the chain when the transaction commits, so that the chain's end is locked for the
    shortest time and two services never wait for each other in opposite orders.

    Args:
        event: `subject:action`, e.g. `application:approve`.
        subject_type: the table of the subject.
        subject_id: its key.
        actor: who; the name is copied.
        detail: JSON values that explain the event; never a secret.
        outcome: `done`, or `refused` for an attempt.

    Raises:
        RuntimeError: no service transaction is open.
        ValueError: the event does not follow the grammar.
    """
    require_transaction()
    if event.count(":") != 1:
        raise ValueError(f"an event is subject:action, not {event!r}")
    entry = {
        "at": clock.now(),
        "event": event,
        "outcome": outcome,
        "subject_type": subject_type,
        "subject_id": str(subject_id),
        "actor_kind": str(actor.kind),
        "actor_id": actor.id,
        "actor_name": actor.name,
        # Through JSON once, so that what is hashed is what the database gives back.
        "detail": json.loads(json.dumps(detail or {}, ensure_ascii=False, default=str)),
    }
    session = db.session()
    session.info[SCRATCH].setdefault(PENDING, []).append(entry)


def attempt(
    event: str,
    *,
    subject_type: str,
    subject_id: UUID | str,
    actor: Actor,
    outcome: str,
    error: str | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """Note an attempt in a transaction of its own: it stays on record though the attempted action was rolled back.

    Args:
        event: `subject:action` of what was attempted.
        subject_type: the table of the subject.
        subject_id: its key.
        actor: who.
        outcome: e.g. `refused`, `failed`.
        error: code of the error that ended it.
        detail: JSON values; never a secret.
    """
    with transaction():
        record(
            event,
            subject_type=subject_type,
            subject_id=subject_id,
            actor=actor,
            outcome=outcome,
            detail={**(detail or {}), **({"error": error} if error else {})},
        )


def _link(session: Session) -> None:
    pending = session.info.get(SCRATCH, {}).pop(PENDING, None)
    if not pending:
        return
    session.flush()
    seq, previous = _lock_head(session)
    rows = []
    for entry in pending:
        seq += 1
        linked = entry_hash(seq=seq, previous_hash=previous, **entry)
        rows.append({"seq": seq, "previous_hash": previous, "hash": linked, **entry})
        previous = linked
    session.execute(insert(_ENTRIES), rows)
    session.execute(update(_HEAD).where(_HEAD.c.id == 1).values(seq=seq, hash=previous))


def _lock_head(session: Session) -> tuple[int, str]:
    """Number and hash of the last entry, locked until the transaction ends."""
    query = select(_HEAD.c.seq, _HEAD.c.hash).where(_HEAD.c.id == 1).with_for_update()
    head = session.execute(query).first()
    if head is None:
        # Created once; a second creator waits here and finds it.
        session.execute(
            text("INSERT INTO audit_head (id, seq, hash) VALUES (1, 0, :genesis) ON CONFLICT (id) DO NOTHING"),
            {"genesis": GENESIS},
        )
        head = session.execute(query).one()
    return head.seq, head.hash


orm_event.listen(Session, "before_commit", _link)
