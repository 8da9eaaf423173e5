"""What became of a posted envelope: delivered, returned, lost."""

from datetime import date, datetime
from uuid import UUID

from app.core.actor import Actor
from app.core.clock import day_in_tokyo
from app.core.transaction import transaction
from mailings import queries
from mailings.errors import DayOrderError
from mailings.rules.states import MailPieceEventKind
from mailings.services.steps import advance


def record_delivery(
    piece_id: UUID, *, delivered_on: date, delivered_to: str, shown_document: str, actor: Actor, now: datetime
) -> None:
    """Record a delivery: when, to whom (holder or agent), and which document was shown.

    Raises:
        DayOrderError: in the future, or before posting.
        IllegalTransitionError: the piece is not on the way.
    """
    with transaction():
        piece = queries.piece_for_update(piece_id)
        if delivered_on > day_in_tokyo(now) or (piece.posted_on and delivered_on < piece.posted_on):
            raise DayOrderError("delivered_on")
        advance(
            piece, MailPieceEventKind.DELIVER, actor=actor, now=now, detail={"delivered_on": delivered_on.isoformat()}
        )
        piece.delivered_on = delivered_on
        piece.delivered_to, piece.shown_document = delivered_to.strip(), shown_document.strip()


def record_return(piece_id: UUID, *, reason: str, actor: Actor, now: datetime) -> None:
    """Record that the envelope came back: the PIN in it is void, the token is inspected.

    Raises:
        IllegalTransitionError: the piece is not on the way.
    """
    with transaction():
        piece = queries.piece_for_update(piece_id)
        advance(piece, MailPieceEventKind.RETURN, actor=actor, now=now, detail={"reason": reason[:200]})
