"""A print that went wrong: the secret is destroyed and a new letter prepared, in a ledger with two names."""

from datetime import datetime
from uuid import UUID

from app.core.actor import Actor
from app.core.transaction import transaction
from app.core.two_names import are_two_people
from mailings import queries
from mailings.errors import LetterKindError, WitnessError
from mailings.pins import PinMaker
from mailings.services.printing_steps import void_sheet


def spoil_letter(
    piece_id: UUID,
    *,
    witness: str,
    reason: str,
    pins: PinMaker,
    actor: Actor,
    now: datetime,
) -> UUID:
    """Declare a printed sheet spoiled.

    Args:
        piece_id: the piece.
        witness: name of the second person who saw the sheet shredded.
        reason: jam, smudge, stream broken, …
        pins: of the owner of the secrets.
        actor: who does it.
        now: the present moment.

    Returns:
        key of the new piece.

    Raises:
        WitnessError: no second person.
        LetterKindError: a letter without a PIN is simply printed again.
        IllegalTransitionError: the piece is not printed, or posted already.
    """
    if not are_two_people(actor.name, witness):
        raise WitnessError
    with transaction():
        piece = queries.piece_for_update(piece_id)
        if piece.applicant_id is None:
            raise LetterKindError(piece.number)
        return void_sheet(piece, reason=reason, witness=witness.strip(), pins=pins, actor=actor, now=now).id
