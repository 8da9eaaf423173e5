"""An item number was typed wrongly: the label says another one. Two people, typed twice, and nothing that was handed in changes."""

from datetime import datetime
from uuid import UUID

from app.core.actor import Actor
from app.core.db import db
from app.core.errors import DomainError, IllegalTransitionError
from app.core.transaction import transaction
from mailings import queries
from mailings.band_queries import band_of_for_update, last_used_before
from mailings.errors import LetterKindError
from mailings.rules.bands import base_of
from mailings.rules.item_numbers import parse_item_number
from mailings.services.number_steps import note_correction, require_two_and_why, take_up_outcomes
from mailings.services.post_letter import take_number


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
        ItemNumberTakenError: another piece has it (`exchange_item_numbers`, if their labels were mixed up).
        LetterKindError: ordinary mail has no number.
        IllegalTransitionError: the piece is not posted.
    """
    second, why = require_two_and_why(witness, reason, actor)
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
        note_correction(piece, old, why, witness=second, actor=actor, now=now)
        take_up_outcomes(piece, keep_days, actor, now)
        return new


def _give_back(old: str) -> None:
    """If typing the wrong number moved its band on, the labels that were skipped by it are offered again."""
    band = band_of_for_update(old)
    if band is not None and band.following == base_of(old) + 1:
        band.following = last_used_before(band) + 1
