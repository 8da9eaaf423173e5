"""Making a promise."""

from datetime import datetime
from uuid import UUID

from app.core import clock
from app.core.db import db
from app.core.transaction import require_transaction
from app.jobs.registry import JOBS
from models.promises import Promise


def defer(name: str, subject_id: UUID, *, due_at: datetime | None = None) -> None:
    """Promise, in the caller's transaction, that the job will be done with this subject.

    Args:
        name: dotted name of a job in the registry.
        subject_id: key of what the job is about. Ids only: never objects, never secrets.
        due_at: not before this moment; at once if left out.

    Raises:
        LookupError: the registry has no such job.
        RuntimeError: no service transaction is open.
    """
    if name not in JOBS:
        raise LookupError(name)
    require_transaction()
    db.session.add(Promise(name=name, subject_id=subject_id, due_at=due_at or clock.now()))
