"""A print that went wrong: the secret is destroyed and a new letter prepared, in a ledger with two names."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from app.core.actor import Actor
from app.core.db import db
from app.core.transaction import transaction
from mailings import queries
from mailings.errors import LetterKindError, WitnessError
from mailings.rules.states import MailPieceEventKind
from mailings.services.prepare_letter import add_piece
from mailings.services.steps import advance
from models.applications import Applicant
from models.mail_pieces import PrintRun


def spoil_letter(
    piece_id: UUID,
    *,
    witness: str,
    reason: str,
    destroy_pins: Callable[[UUID], None],
    actor: Actor,
    now: datetime,
) -> UUID:
    """Declare a printed sheet spoiled.

    Args:
        piece_id: the piece.
        witness: name of the second person who saw the sheet shredded.
        reason: jam, smudge, stream broken, …
        destroy_pins: inner step of the owner of the secrets, by applicant.
        actor: who does it.
        now: the present moment.

    Returns:
        key of the new piece.

    Raises:
        WitnessError: no second person.
        LetterKindError: a letter without a PIN is simply printed again.
        IllegalTransitionError: the piece is not printed, or posted already.
    """
    if not witness.strip() or witness.strip() == actor.name:
        raise WitnessError
    with transaction():
        piece = queries.piece_for_update(piece_id)
        if piece.applicant_id is None:
            raise LetterKindError(piece.number)
        advance(
            piece,
            MailPieceEventKind.SPOIL,
            actor=actor,
            now=now,
            witness=witness.strip(),
            detail={"reason": reason[:200]},
        )
        destroy_pins(piece.applicant_id)
        if piece.print_run_id:
            db.session.get_one(PrintRun, piece.print_run_id, with_for_update=True).spoiled_count += 1
        db.session.flush()
        return add_piece(db.session.get_one(Applicant, piece.applicant_id), now=now, replaces=piece).id
