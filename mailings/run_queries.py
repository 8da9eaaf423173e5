"""Reading printing runs."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, or_, select

from app.core.db import db
from app.core.errors import NotFoundError
from models.enums import LetterKind, PrintRunStatus
from models.enums import MailPieceStatus as S
from models.mail_pieces import MailPiece, PrintRun

MOST_RUNS = 50  # on one page
BROWSER = "browser"  # as PrintRun.printer has it
SENT = frozenset({S.POSTED, S.NOTIFIED, S.DELIVERED, S.RETURNED, S.LOST})


@dataclass(frozen=True, slots=True)
class RunCounts:
    """What became of the sheets of a run. `pieces` are those that still count: a spoiled one has another in its place."""

    pieces: int
    waiting: int  # not printed yet
    printed: int  # sheet there, not enclosed
    unsure: int  # secret made, and the printer did not say that the sheet is there
    enclosed: int
    posted: int
    spoiled: int

    @property
    def is_even(self) -> bool:
        """Whether printed = enclosed = posted; nothing is missing, either, where every sheet was spoiled."""
        return self.posted == self.pieces


def get_run(run_id: UUID) -> PrintRun:
    """One run. Raises NotFoundError."""
    found = db.session.get(PrintRun, run_id, populate_existing=True)
    if found is None:
        raise NotFoundError("print run", id=run_id)
    return found


def run_for_update(run_id: UUID) -> PrintRun:
    """One run, locked. Raises NotFoundError."""
    found = db.session.get(PrintRun, run_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFoundError("print run", id=run_id)
    return found


def list_runs(limit: int = MOST_RUNS, *, is_open: bool = False) -> list[PrintRun]:
    """The newest runs, those that are not closed first, or those alone."""
    is_closed = PrintRun.status == PrintRunStatus.CLOSED
    asked = select(PrintRun).where(~is_closed) if is_open else select(PrintRun)
    return list(db.session.scalars(asked.order_by(is_closed, PrintRun.started_at.desc()).limit(limit)))


def list_printable(limit: int) -> list[MailPiece]:
    """Letters with a PIN that a run may take, the oldest first: none that is blocked, or that the printer is about to print."""
    printing = select(PrintRun.id).where(PrintRun.status == PrintRunStatus.PRINTING)
    return list(
        db.session.scalars(
            select(MailPiece)
            .where(
                MailPiece.status == S.PREPARED,
                MailPiece.kind == LetterKind.APPROVAL_NOTICE,
                MailPiece.blocked_reason.is_(None),
                or_(MailPiece.print_run_id.is_(None), MailPiece.print_run_id.not_in(printing)),
            )
            .order_by(MailPiece.sequence)
            .limit(limit)
        )
    )


def list_pieces_of_run(run_id: UUID) -> list[MailPiece]:
    """Every piece that was in a run, by number."""
    return list(
        db.session.scalars(select(MailPiece).where(MailPiece.print_run_id == run_id).order_by(MailPiece.sequence))
    )


def list_due_of_run_for_update(run_id: UUID, limit: int) -> list[MailPiece]:
    """The next pieces of a run that are to be printed, locked."""
    return list(
        db.session.scalars(
            select(MailPiece)
            .where(MailPiece.print_run_id == run_id, MailPiece.status == S.PREPARED)
            .order_by(MailPiece.sequence)
            .limit(limit)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )


def list_unsure_for_update(run_id: UUID) -> list[MailPiece]:
    """Pieces whose secret was made and whose sheet the printer never reported, locked."""
    return list(
        db.session.scalars(
            select(MailPiece)
            .where(MailPiece.print_run_id == run_id, MailPiece.status == S.PRINTED, MailPiece.sheet_out_at.is_(None))
            .order_by(MailPiece.sequence)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )


def counts_of_run(run: PrintRun) -> RunCounts:
    """Count a run's sheets."""
    return counts_of_runs([run])[run.id]


def counts_of_runs(runs: Collection[PrintRun]) -> dict[UUID, RunCounts]:
    """Count the sheets of each run, by its key; one query for all."""
    is_out = MailPiece.sheet_out_at.is_not(None)
    rows = db.session.execute(
        select(MailPiece.print_run_id, MailPiece.status, is_out, func.count())
        .where(MailPiece.print_run_id.in_([run.id for run in runs]))
        .group_by(MailPiece.print_run_id, MailPiece.status, is_out)
    ).all()
    sheets: dict[UUID | None, Counter[tuple[S, bool]]] = {}
    for run_id, status, out, count in rows:
        sheets.setdefault(run_id, Counter())[status, out] += count
    return {run.id: _counts(run, sheets.get(run.id, Counter())) for run in runs}


def _counts(run: PrintRun, sheets: Counter[tuple[S, bool]]) -> RunCounts:
    """Put together what there is of each state, reported by the printer or not."""
    by: Counter[S] = Counter()
    for (status, _is_out), count in sheets.items():
        by[status] += count
    # A browser reports no sheets: there the two people look, and declare what is missing spoiled.
    unsure = sheets[S.PRINTED, False] if run.printer != BROWSER else 0
    return RunCounts(
        pieces=by.total() - by[S.SPOILED],
        waiting=by[S.PREPARED],
        printed=by[S.PRINTED] - unsure,
        unsure=unsure,
        enclosed=by[S.ENCLOSED],
        posted=sum(by[status] for status in SENT),
        spoiled=by[S.SPOILED],
    )
