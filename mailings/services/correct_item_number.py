"""An item number was typed wrongly: the label says another one. Two people, typed twice, and nothing that was handed in changes."""

from datetime import datetime
from uuid import UUID

from app.core.actor import Actor
from app.core.db import db
from app.core.errors import DomainError, IllegalTransitionError
from app.core.transaction import transaction
from mailings import queries
from mailings.band_queries import band_of_for_update, last_used_before
from mailings.errors import LetterKindError, WitnessError
from mailings.posting_queries import CORRECTED, list_unsettled_of
from mailings.rules.bands import base_of
from mailings.rules.item_numbers import parse_item_number
from mailings.services.outcome_steps import apply_outcome
from mailings.services.post_letter import take_number
from mailings.services.steps import note
from models.mail_pieces import MailPiece


def correct_item_number(
    piece_id: UUID, *, item_number: str, witness: str, reason: str, keep_days: int, actor: Actor, now: datetime
) -> str:
    """Give a posted piece the number that its label really bears. What the post said about that number is taken up.

    A posting list that was made before keeps the number under which the piece was handed in, and says beneath what it was
    corrected to: the stamped copy and ours stay the same (`posting_queries.numbers_as_listed`).

    Args:
        piece_id: a posted piece.
        item_number: as on the label, read twice by the screen or scanned.
        witness: name of the second person who compared it with the label or the receipt.
        reason: what was wrong; in the audit log for good.
        keep_days: as for take_outcomes.
        actor: the mailroom.
        now: the present moment.

    Returns:
        the number as digits.

    Raises:
        WitnessError: no second person.
        DomainError: correction-reason: no reason. correction-same: it is the number that the piece has.
        ItemNumberError: no number, or not one of 11 digits.
        ItemNumberTakenError: another piece has it.
        LetterKindError: ordinary mail has no number.
        IllegalTransitionError: the piece is not posted.
    """
    second, why = witness.strip(), reason.strip()
    if not second or second == actor.name:
        raise WitnessError
    if not why:
        raise DomainError("correction-reason", field="reason")
    with transaction():
        piece = queries.piece_for_update(piece_id)
        if piece.posted_on is None:
            raise IllegalTransitionError("mail-piece", current=piece.status, event="correct number")
        if piece.item_number is None:
            raise LetterKindError(piece.number)
        old = piece.item_number
        if parse_item_number(item_number).digits == old:
            raise DomainError("correction-same", field="item_number")
        new = take_number(item_number)
        piece.item_number = new
        db.session.flush()
        _give_back(old)
        note(
            piece,
            CORRECTED,
            actor=actor,
            now=now,
            detail={"from": old, "to": new, "reason": why[:200]},
            witness=second,
        )
        _take_up(piece, keep_days, actor, now)
        return new


def _give_back(old: str) -> None:
    """If typing the wrong number moved its band on, the labels that were skipped by it are offered again."""
    band = band_of_for_update(old)
    if band is not None and band.following == base_of(old) + 1:
        band.following = last_used_before(band) + 1


def _take_up(piece: MailPiece, keep_days: int, actor: Actor, now: datetime) -> None:
    """Outcomes under the right number waited, since no piece of ours had it."""
    for row in list_unsettled_of(piece.item_number or ""):
        row.mail_piece_id = piece.id
        applied = apply_outcome(piece, row, keep_days=keep_days, actor=actor, now=now)
        row.note = applied.note
        if applied.is_settled:
            row.settled_at, row.settled_by_name = now, actor.name
