"""An outcome that matched no piece, or contradicts what we know: somebody says which piece it is, or why it is none."""

from datetime import datetime
from uuid import UUID

from app import audit
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import DomainError, IllegalTransitionError, NotFoundError
from app.core.transaction import transaction
from mailings import queries
from mailings.errors import WrongLetterError
from mailings.rules.codes import letter_number
from mailings.services.outcome_steps import apply_outcome
from models.mail_pieces import MailPiece
from models.posting import DeliveryOutcome


def settle_outcome(outcome_id: UUID, *, letter: str, note: str, keep_days: int, actor: Actor, now: datetime) -> None:
    """Settle one outcome.

    Args:
        outcome_id: one that waits.
        letter: number of the letter that it is about; empty if it is about none of ours, or was looked into.
        note: why it needs nothing further; needed without a letter.
        keep_days: as for take_outcomes.
        actor: the mailroom.
        now: the present moment.

    Raises:
        NotFoundError: no such outcome.
        IllegalTransitionError: it is settled already.
        DomainError: outcome-note: neither letter nor note. outcome-contradiction: the letter is not where this could
            have happened to it; write a note instead.
        WrongLetterError: no such letter.
    """
    number, why = letter_number(letter), note.strip()
    if not number and not why:
        raise DomainError("outcome-note", field="note")
    with transaction():
        # The letter first, as everybody else who needs both: two who lock them the other way round would block each other.
        piece = _piece(number) if number else None
        row = db.session.get(DeliveryOutcome, outcome_id, with_for_update=True, populate_existing=True)
        if row is None:
            raise NotFoundError("outcome")
        if row.settled_at is not None:
            raise IllegalTransitionError("outcome", current="settled", event="settle")
        if piece is not None:
            if not apply_outcome(piece, row, keep_days=keep_days, actor=actor, now=now).is_settled and not why:
                raise DomainError("outcome-contradiction", field="letter", number=piece.number)
            row.mail_piece_id = piece.id
        row.note, row.settled_at, row.settled_by_name = why, now, actor.name
        audit.record(
            "outcome:settle",
            subject_type="delivery_outcome",
            subject_id=row.id,
            actor=actor,
            detail={"item_number": row.item_number, "letter": number, "note": why[:200]},
        )


def _piece(number: str) -> MailPiece:
    found = queries.find_piece_by_number(number)
    if found is None:
        error = WrongLetterError(number)
        error.field = "letter"  # as the page for this calls it
        raise error
    return queries.piece_for_update(found.id)
