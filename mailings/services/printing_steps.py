"""Inner steps of printing letters with a PIN, shared by the browser's print and the printer's run."""

from datetime import date, datetime

from app.core.actor import Actor
from app.core.db import db
from app.core.transaction import require_transaction
from mailings.errors import BlockedPieceError
from mailings.letters.approval_notice import ApprovalNotice
from mailings.pins import Pin, PinMaker
from mailings.rules.states import MailPieceEventKind
from mailings.services.prepare_letter import add_piece
from mailings.services.steps import advance
from models.applications import Applicant
from models.mail_pieces import MailPiece, PrintRun


def mark_printed(  # noqa: PLR0913  what, in which run, its secret and wording, who, when
    piece: MailPiece, run: PrintRun, pin: Pin, *, template: int, pins: PinMaker, actor: Actor, now: datetime
) -> None:
    """A locked piece is printed in a run, in a version of the wording: from now on its secret exists.

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
        detail={"run": str(run.id), "template": template},
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
