"""A run is closed when its sheets are counted: printed = enclosed = posted."""

from datetime import datetime
from uuid import UUID

from app import audit
from app.core.actor import Actor
from app.core.errors import DomainError, IllegalTransitionError
from app.core.transaction import transaction
from mailings.run_queries import counts_of_run, run_for_update
from models.enums import PrintRunStatus


class RunUnevenError(DomainError):
    """Sheets are missing somewhere: the run stays open. Code: run-uneven."""


def close_print_run(run_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Close a run.

    Raises:
        RunUnevenError: the counts differ; each is named.
        IllegalTransitionError: it is printing, or closed.
    """
    with transaction():
        run = run_for_update(run_id)
        if run.status not in {PrintRunStatus.PRINTED, PrintRunStatus.STOPPED}:
            raise IllegalTransitionError("print-run", current=run.status, event="close")
        counts = counts_of_run(run)
        if not counts.is_even:
            raise RunUnevenError(
                "run-uneven",
                pieces=counts.pieces,
                waiting=counts.waiting + counts.unsure,
                printed=counts.printed,
                enclosed=counts.enclosed,
                posted=counts.posted,
            )
        run.status, run.closed_at, run.closed_by_name = PrintRunStatus.CLOSED, now, actor.name
        audit.record(
            "print-run:close",
            subject_type="print_run",
            subject_id=run.id,
            actor=actor,
            detail={"posted": counts.posted, "spoiled": counts.spoiled},
        )
