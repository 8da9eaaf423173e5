"""A run of the printer, job by job: secrets are made for a few letters, sent, followed, and counted sheet by sheet.

What the printer did not report did not happen: its secret is destroyed and the letter prepared again, in the same run. So a
jam, a lost connection or a killed process costs at most one job's letters, and nobody has to know where it broke. A sheet
that came out all the same carries a number that enclosing refuses loudly.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from uuid import UUID

from app import audit
from app.core.actor import Actor, ActorKind
from app.core.clock import day_in_tokyo
from app.core.db import db
from app.core.transaction import transaction
from app.jobs import defer
from mailings import queries
from mailings.case_letters import sender
from mailings.errors import EnvelopeInUseError
from mailings.letters.approval_notice import NoticePrinter
from mailings.pins import PinMaker
from mailings.printing.ipp import ENDED, IppPrinter, Job, JobState, PrinterError
from mailings.rules.print_run import BATCH, MOST_WAITING, POLL, SLICE, SOON
from mailings.run_queries import get_run, list_due_of_run_for_update, list_unsure_for_update, run_for_update
from mailings.services.printing_steps import mark_printed, notice_of, require_envelope, void_sheet
from mailings.template_queries import wording_in_force
from models.enums import LetterKind, MailPieceStatus, PrintRunStatus
from models.mail_pieces import MailPiece, PrintRun

log = logging.getLogger(__name__)
LOST_TRACK = "the printer never reported this sheet"


@dataclass(frozen=True, slots=True)
class _Sent:
    """What was sent as one job: the letters in the order of their sheets."""

    pieces: tuple[UUID, ...]
    document: bytes = field(repr=False)  # with the PINs: it never shows


def print_run(run_id: UUID, *, printer: IppPrinter, pins: PinMaker, now: Callable[[], datetime]) -> None:
    """Print what a run still lacks. Safe to run again at any point; one at a time (the promise's lock sees to it).

    Args:
        run_id: of a run that is printing.
        printer: the printer.
        pins: of the owner of the secrets.
        now: the clock.

    Raises:
        SignerUnavailableError: no PIN can be made now; the promise is tried again.
    """
    _void_unsure(run_id, pins, now())
    until = time.monotonic() + SLICE.total_seconds()
    while True:
        try:
            sent = _make_batch(run_id, pins, now())
            reason = _send(run_id, sent, printer, now) if sent else ""
        except EnvelopeInUseError as error:
            reason = error.code
        if reason:
            _stop(run_id, reason, pins, now())
            return
        if sent is None:
            break
        if time.monotonic() > until:
            with transaction():
                defer("mailings.jobs.print_run", run_id)
            return
    _finish(run_id)


def _make_batch(run_id: UUID, pins: PinMaker, now: datetime) -> _Sent | None:
    """Make the secrets of the next letters and draw them. None: nothing is due, or the run was stopped.

    Raises:
        EnvelopeInUseError: the envelope was exchanged for one that does not take the letters; no secret was stored.
    """
    with transaction():
        require_envelope()
        due = [(piece.id, piece.applicant_id) for piece in list_due_of_run_for_update(run_id, BATCH)]
    if not due or get_run(run_id).status is not PrintRunStatus.PRINTING:
        db.session.rollback()
        return None
    db.session.rollback()
    prepared = {piece_id: pins.prepare(applicant_id) for piece_id, applicant_id in due if applicant_id is not None}
    target = BytesIO()
    with transaction():
        run = run_for_update(run_id)
        if run.status is not PrintRunStatus.PRINTING:
            return None
        actor, envelope = _operator(run), require_envelope()
        wording = wording_in_force(LetterKind.APPROVAL_NOTICE)
        printer = NoticePrinter(target, sender(), wording.texts)
        pieces = queries.pieces_for_update(prepared)
        pieces = sorted((each for each in pieces if _is_due(each, run_id)), key=lambda piece: piece.sequence)
        applicants = queries.applicants_of(pieces)
        for piece in pieces:
            pin = prepared[piece.id]
            mark_printed(piece, run, pin, template=wording.version, envelope=envelope, pins=pins, actor=actor, now=now)
            assert piece.applicant_id is not None
            printer.add(notice_of(piece, applicants[piece.applicant_id], pins.format(pin.pin), day_in_tokyo(now)))
        printer.close()
        numbers = tuple(piece.id for piece in pieces)
    return _Sent(numbers, target.getvalue())


def _is_due(piece: MailPiece, run_id: UUID) -> bool:
    return piece.status is MailPieceStatus.PREPARED and piece.print_run_id == run_id


def _send(run_id: UUID, sent: _Sent, printer: IppPrinter, now: Callable[[], datetime]) -> str:
    """Print one job and count its sheets. Returns why the run must stop; empty: every sheet is there."""
    try:
        job = printer.print([sent.document], name=f"letters {len(sent.pieces)}")
        job = _follow(run_id, job, sent, printer, now)
    except PrinterError as error:
        log.warning("run %s: %s", run_id, error.code)
        return error.code
    if job.state is JobState.COMPLETED and (job.sheets is None or job.sheets >= len(sent.pieces)):
        _note_sheets(sent, len(sent.pieces), now())
        return ""
    return ",".join(job.reasons) or job.state.name.lower()


def _follow(run_id: UUID, job: Job, sent: _Sent, printer: IppPrinter, now: Callable[[], datetime]) -> Job:
    """Ask until the job has ended. What stands still is waited for, as long as somebody may be clearing a jam."""
    known, last_change = 0, time.monotonic()
    pause = SOON
    while job.state not in ENDED:
        if job.sheets is not None and job.sheets > known:
            known, last_change = job.sheets, time.monotonic()
            _note_sheets(sent, known, now())
        if time.monotonic() - last_change > MOST_WAITING.total_seconds() or _is_stopped(run_id):
            printer.cancel(job.number)
        time.sleep(pause.total_seconds())
        pause = min(pause * 2, POLL)
        job = printer.job(job.number)
    if job.sheets:
        _note_sheets(sent, job.sheets, now())
    return job


def _is_stopped(run_id: UUID) -> bool:
    stopped = get_run(run_id).status is not PrintRunStatus.PRINTING
    db.session.rollback()
    return stopped


def _note_sheets(sent: _Sent, count: int, now: datetime) -> None:
    """The first so many sheets of the job lie in the tray."""
    with transaction():
        for piece in queries.pieces_for_update(sent.pieces[:count]):
            if piece.sheet_out_at is None and piece.status is not MailPieceStatus.SPOILED:
                piece.sheet_out_at = now


def _void_unsure(run_id: UUID, pins: PinMaker, now: datetime) -> None:
    """Nobody knows of these sheets: their secrets are void, new letters take their place in the run."""
    with transaction():
        run = run_for_update(run_id)
        actor = _operator(run)
        for piece in list_unsure_for_update(run_id):
            fresh = void_sheet(piece, reason=LOST_TRACK, witness=run.witness_name, pins=pins, actor=actor, now=now)
            fresh.print_run_id = run_id


def _stop(run_id: UUID, reason: str, pins: PinMaker, now: datetime) -> None:
    _void_unsure(run_id, pins, now)
    with transaction():
        run = run_for_update(run_id)
        if run.status is PrintRunStatus.PRINTING:
            run.status, run.stop_reason = PrintRunStatus.STOPPED, reason[:200]
        audit.record(
            "print-run:stopped",
            subject_type="print_run",
            subject_id=run.id,
            actor=_operator(run),
            outcome="failed",
            detail={"reason": reason[:200]},
        )


def _finish(run_id: UUID) -> None:
    with transaction():
        run = run_for_update(run_id)
        if run.status is PrintRunStatus.PRINTING:
            run.status = PrintRunStatus.PRINTED
            audit.record("print-run:printed", subject_type="print_run", subject_id=run.id, actor=_operator(run))


def _operator(run: PrintRun) -> Actor:
    """Whoever started the run; the name of the second person stands beside it in the ledger."""
    return Actor(ActorKind.STAFF, run.operator_id, run.operator_name)
