"""The printing step: PINs are made while the letters are drawn, and exist afterwards on the sheets alone.

施行規則6条3の2ロ. Nothing of it touches a disk, a log, a job or the browser's history: the bytes are the answer to a POST that
may not be stored. A stream that broke leaves pieces marked as printed whose sheets are not there: they are declared
spoiled, which destroys the secret, and a new letter is prepared.
"""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from uuid import UUID

from app import audit
from app.core.actor import Actor
from app.core.clock import day_in_tokyo
from app.core.db import db
from app.core.errors import DomainError
from app.core.transaction import transaction
from app.core.two_names import are_two_people
from mailings import queries
from mailings.case_letters import sender
from mailings.errors import LetterKindError, NothingToPrintError, TooManyLettersError, WitnessError
from mailings.letters.approval_notice import NoticePrinter
from mailings.pins import PinMaker
from mailings.rules.print_run import MOST_IN_BROWSER
from mailings.services.printing_steps import mark_printed, notice_of, require_envelope
from mailings.template_queries import wording_in_force
from models.enums import LetterKind
from models.mail_pieces import MailPiece, PrintRun


def print_letters(
    piece_ids: Sequence[UUID],
    *,
    witness: str,
    pins: PinMaker,
    actor: Actor,
    now: datetime,
) -> tuple[UUID, bytes]:
    """Draw the letters and mark the pieces as printed, in one transaction with their secrets.

    Args:
        piece_ids: pieces that are prepared and not blocked.
        witness: name of the second person at the printer.
        pins: of the owner of the secrets.
        actor: who prints.
        now: the present moment.

    Returns:
        key of the run, and the PDF: the only copy, to be handed to the printer and forgotten.

    Raises:
        NothingToPrintError, TooManyLettersError, WitnessError: nothing chosen; too much; no second person.
        LetterKindError: a letter to a company has no PIN and is printed on its own page.
        EnvelopeInUseError: the envelope in use does not take the letters; nothing was printed.
        BlockedPieceError: a name cannot be printed; nothing was printed.
        IllegalTransitionError: somebody else printed one of them meanwhile; nothing was printed.
        MissingGlyphError, DoesNotFitError: a text cannot be printed; nothing was printed.
        SignerUnavailableError: no PIN can be made now; nothing was printed.
    """
    try:
        return _print(piece_ids, witness=witness, pins=pins, actor=actor, now=now)
    except DomainError as error:
        audit.attempt(
            "letter:print",
            subject_type="mail_piece",
            subject_id=min(piece_ids, default="-"),
            actor=actor,
            outcome="refused",
            error=error.code,
            detail={"pieces": len(piece_ids), "witness": witness.strip()},
        )
        raise


def _print(
    piece_ids: Sequence[UUID], *, witness: str, pins: PinMaker, actor: Actor, now: datetime
) -> tuple[UUID, bytes]:
    if not piece_ids:
        raise NothingToPrintError
    if not are_two_people(actor.name, witness):
        raise WitnessError
    wanted = sorted(set(piece_ids))
    if len(wanted) > MOST_IN_BROWSER:
        raise TooManyLettersError(MOST_IN_BROWSER)
    prepared = {piece_id: pins.prepare(_applicant_of(piece_id)) for piece_id in wanted}
    target = BytesIO()
    with transaction():
        envelope = require_envelope()
        run = PrintRun(
            operator_id=actor.id,
            operator_name=actor.name,
            witness_name=witness.strip(),
            piece_count=len(wanted),
            started_at=now,
        )
        db.session.add(run)
        db.session.flush()
        wording = wording_in_force(LetterKind.APPROVAL_NOTICE)
        printer = NoticePrinter(target, sender(), wording.texts)
        pieces = queries.pieces_for_update(wanted)
        applicants = queries.applicants_of(pieces)
        for piece in sorted(pieces, key=lambda each: each.sequence):
            pin = prepared[piece.id]
            mark_printed(piece, run, pin, template=wording.version, envelope=envelope, pins=pins, actor=actor, now=now)
            assert piece.applicant_id is not None
            printer.add(notice_of(piece, applicants[piece.applicant_id], pins.format(pin.pin), day_in_tokyo(now)))
        printer.close()
        run_id = run.id
    return run_id, target.getvalue()


def _applicant_of(piece_id: UUID) -> UUID:
    piece = db.session.get_one(MailPiece, piece_id)
    applicant_id, number = piece.applicant_id, piece.number
    db.session.rollback()
    if applicant_id is None:
        raise LetterKindError(number)
    return applicant_id
