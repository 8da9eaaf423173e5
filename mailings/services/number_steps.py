"""Inner steps of corrections of item numbers: two people and a reason, the line in the ledger, what the post said before."""

from datetime import datetime

from app.core.actor import Actor
from app.core.errors import DomainError
from app.core.two_names import are_two_people
from mailings.errors import WitnessError
from mailings.posting_queries import CORRECTED, list_unsettled_of
from mailings.services.outcome_steps import apply_outcome
from mailings.services.steps import note
from models.mail_pieces import MailPiece


def require_two_and_why(witness: str, reason: str, actor: Actor) -> tuple[str, str]:
    """Name of the second person, and the reason.

    Raises:
        WitnessError: no second person.
        DomainError: correction-reason: no reason.
    """
    second, why = witness.strip(), reason.strip()
    if not are_two_people(actor.name, second):
        raise WitnessError
    if not why:
        raise DomainError("correction-reason", field="reason")
    return second, why


def note_correction(
    piece: MailPiece, old: str, why: str, *, witness: str, actor: Actor, now: datetime, exchanged_with: str = ""
) -> None:
    """The line in the ledger, and the audit entry. `posting_queries.numbers_as_listed` reads it."""
    detail = {"from": old, "to": piece.item_number or "", "reason": why[:200]}
    if exchanged_with:
        detail["exchanged_with"] = exchanged_with
    note(piece, CORRECTED, actor=actor, now=now, detail=detail, witness=witness)


def take_up_outcomes(piece: MailPiece, keep_days: int, actor: Actor, now: datetime) -> None:
    """Outcomes under the right number waited, since they did not fit the piece that had it, or no piece had it."""
    for row in list_unsettled_of(piece.item_number or ""):
        row.mail_piece_id = piece.id
        applied = apply_outcome(piece, row, keep_days=keep_days, actor=actor, now=now)
        row.note = applied.note
        if applied.is_settled:
            row.settled_at, row.settled_by_name = now, actor.name
