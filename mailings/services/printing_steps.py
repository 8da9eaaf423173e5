"""Inner steps of printing letters with a PIN, shared by the browser's print and the printer's run."""

from datetime import date, datetime

from app.core.actor import Actor
from app.core.db import db
from app.core.transaction import require_transaction
from app.documents.envelopes import NAGA3
from mailings.errors import BlockedPieceError, EnvelopeInUseError
from mailings.letters.approval_notice import ApprovalNotice
from mailings.pins import Pin, PinMaker
from mailings.rules.states import MailPieceEventKind
from mailings.rules.stationery import envelope_fault
from mailings.services.prepare_letter import add_piece
from mailings.services.steps import advance
from mailings.stationery_queries import envelope_of, stock_in_use_for_print
from models.applications import Applicant
from models.mail_pieces import MailPiece, PrintRun


def require_envelope() -> str:
    """Inner step: the envelope in use takes our letters, and stays in use until this transaction ends.

    It was judged when it was put in use; since then it may have been exchanged, and the letters may have changed.

    Returns:
        its name; empty for the usual 長形3号, as long as nobody measured one.

    Raises:
        EnvelopeInUseError: the address would leave the window, or the PIN could come into it.
    """
    require_transaction()
    stock = stock_in_use_for_print()
    name = stock.name if stock else ""
    if fault := envelope_fault(envelope_of(stock) if stock else NAGA3):
        raise EnvelopeInUseError(name, fault)
    return name


def mark_printed(  # noqa: PLR0913  what, in which run, its secret and wording, who, when
    piece: MailPiece,
    run: PrintRun,
    pin: Pin,
    *,
    template: int,
    envelope: str,
    pins: PinMaker,
    actor: Actor,
    now: datetime,
) -> None:
    """A locked piece is printed in a run, in a version of the wording, for an envelope: from now on its secret exists.

    Raises:
        BlockedPieceError: a name cannot be printed.
        IllegalTransitionError: it is printed already.
    """
    require_transaction()
    if piece.blocked_reason:
        raise BlockedPieceError(piece.number, piece.blocked_reason)
    advance(
        piece,
        MailPieceEventKind.PRINT,
        actor=actor,
        now=now,
        witness=run.witness_name,
        detail={"run": str(run.id), "template": template, "envelope": envelope},
    )
    piece.print_run_id, piece.printed_at = run.id, now
    pins.store(pin, actor=actor, now=now)


def void_sheet(
    piece: MailPiece, *, reason: str, witness: str, pins: PinMaker, actor: Actor, now: datetime
) -> MailPiece:
    """A locked piece's sheet is spoiled or lost: its secret is destroyed, a new piece is prepared.

    Returns:
        the new piece, in no run.

    Raises:
        IllegalTransitionError: the piece is not printed, or posted already.
    """
    require_transaction()
    assert piece.applicant_id is not None
    advance(piece, MailPieceEventKind.SPOIL, actor=actor, now=now, witness=witness, detail={"reason": reason[:200]})
    pins.destroy(piece.applicant_id, actor=actor, now=now)
    if piece.print_run_id:
        db.session.get_one(PrintRun, piece.print_run_id, with_for_update=True).spoiled_count += 1
    db.session.flush()
    new = add_piece(db.session.get_one(Applicant, piece.applicant_id), now=now, replaces=piece)
    new.resend_reason = piece.resend_reason  # it takes the place of the same letter before
    new.agent_name, new.agent_address, new.agent_papers_on = (
        piece.agent_name,
        piece.agent_address,
        piece.agent_papers_on,
    )
    return new


def notice_of(piece: MailPiece, applicant: Applicant, pin: str, day: date) -> ApprovalNotice:
    """The letter of a piece."""
    return ApprovalNotice(
        number=piece.number,
        day=day,
        postal_code=applicant.postal_code,
        address=applicant.address,
        building=applicant.building,
        company=applicant.application.company.name,
        name=applicant.name,
        name_kana=applicant.name_kana,
        application_number=applicant.number,
        pin=pin,
        certificate_name=applicant.certificate_name,
    )
