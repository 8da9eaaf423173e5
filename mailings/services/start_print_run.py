"""Letters are chosen for a run of the printer; stopping it, and going on."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app import audit
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import IllegalTransitionError
from app.core.transaction import transaction
from app.core.two_names import are_two_people
from app.jobs import defer
from mailings import queries
from mailings.errors import BlockedPieceError, LetterInRunError, LetterKindError, NothingToPrintError, WitnessError
from mailings.run_queries import run_for_update
from mailings.services.printing_steps import require_envelope
from models.enums import MailPieceStatus, PrintRunStatus
from models.mail_pieces import PrintRun


def start_print_run(piece_ids: Sequence[UUID], *, witness: str, printer: str, actor: Actor, now: datetime) -> UUID:
    """Set letters aside for a run, and promise it. No secret exists before the printer is spoken to.

    Args:
        piece_ids: pieces that are prepared and not blocked.
        witness: name of the second person at the printer.
        printer: its address.
        actor: who prints.
        now: the present moment.

    Returns:
        key of the run.

    Raises:
        NothingToPrintError, WitnessError, LetterKindError, BlockedPieceError: see print_letters.
        EnvelopeInUseError: the envelope in use does not take the letters.
        IllegalTransitionError: one of them is printed.
        LetterInRunError: one of them is in another run, which goes on with it.
    """
    if not piece_ids:
        raise NothingToPrintError
    if not are_two_people(actor.name, witness):
        raise WitnessError
    wanted = set(piece_ids)
    with transaction():
        envelope = require_envelope()
        run = PrintRun(
            operator_id=actor.id,
            operator_name=actor.name,
            witness_name=witness.strip(),
            status=PrintRunStatus.PRINTING,
            printer=printer,
            piece_count=len(wanted),
            started_at=now,
        )
        db.session.add(run)
        db.session.flush()
        for piece in queries.pieces_for_update(wanted):
            if piece.applicant_id is None:
                raise LetterKindError(piece.number)
            if piece.blocked_reason:
                raise BlockedPieceError(piece.number, piece.blocked_reason)
            if piece.status is not MailPieceStatus.PREPARED:
                raise IllegalTransitionError("mail-piece", current=piece.status, event="print")
            if piece.print_run_id is not None:
                raise LetterInRunError(piece.number)
            piece.print_run_id = run.id
        _record("start", run, actor, {"pieces": len(wanted), "witness": run.witness_name, "envelope": envelope})
        defer("mailings.jobs.print_run", run.id)
        return run.id


def stop_print_run(run_id: UUID, *, reason: str, actor: Actor) -> None:
    """Stop after the job that the printer has; what is sure stays, what is not sure becomes void when it goes on.

    Raises:
        IllegalTransitionError: it is not printing.
    """
    with transaction():
        run = run_for_update(run_id)
        _require(run, PrintRunStatus.PRINTING, "stop")
        run.status, run.stop_reason = PrintRunStatus.STOPPED, reason[:200]
        _record("stop", run, actor, {"reason": run.stop_reason})


def resume_print_run(run_id: UUID, *, actor: Actor) -> None:
    """Go on with the letters that are missing.

    Raises:
        IllegalTransitionError: it does not stand still.
    """
    with transaction():
        run = run_for_update(run_id)
        _require(run, PrintRunStatus.STOPPED, "resume")
        run.status, run.stop_reason = PrintRunStatus.PRINTING, ""
        _record("resume", run, actor, {})
        defer("mailings.jobs.print_run", run.id)


def _require(run: PrintRun, status: PrintRunStatus, event: str) -> None:
    if run.status is not status:
        raise IllegalTransitionError("print-run", current=run.status, event=event)


def _record(what: str, run: PrintRun, actor: Actor, detail: dict[str, object]) -> None:
    audit.record(f"print-run:{what}", subject_type="print_run", subject_id=run.id, actor=actor, detail=detail)
