"""What became of a posted envelope: notified, delivered, returned and looked at, lost."""

from datetime import date, datetime
from uuid import UUID

from app.core.actor import Actor
from app.core.clock import day_in_tokyo
from app.core.errors import IllegalTransitionError
from app.core.transaction import transaction
from app.core.two_names import are_two_people
from mailings import queries
from mailings.errors import DayOrderError, WitnessError
from mailings.rules.states import MailPieceEventKind
from mailings.services.outcome_steps import take_step
from mailings.services.steps import advance, note
from models.enums import Inspection, MailPieceStatus
from models.mail_pieces import MailPiece


def record_notice(piece_id: UUID, *, notified_on: date, keep_days: int, actor: Actor, now: datetime) -> None:
    """Record the arrival notice (到着のお知らせ): from that day on the post office keeps the envelope, `keep_days` long.

    Raises:
        DayOrderError: in the future, or before posting.
        IllegalTransitionError: the piece is not on the way, or was notified already.
    """
    with transaction():
        piece = _posted(piece_id, notified_on, "notified_on", now)
        detail = {"on": notified_on.isoformat()}
        take_step(
            piece, MailPieceEventKind.NOTIFY, notified_on, keep_days=keep_days, actor=actor, now=now, detail=detail
        )


def record_delivery(
    piece_id: UUID, *, delivered_on: date, delivered_to: str, shown_document: str, actor: Actor, now: datetime
) -> None:
    """Record a delivery: when, to whom (holder or agent), and which document was shown.

    A delivery of which the post told the day alone is completed.

    Raises:
        DayOrderError: in the future, or before posting.
        IllegalTransitionError: the piece is not on the way.
    """
    with transaction():
        piece = _posted(piece_id, delivered_on, "delivered_on", now)
        detail = {"delivered_on": delivered_on.isoformat()}
        if piece.status is MailPieceStatus.DELIVERED and piece.delivered_to is None:
            note(piece, "complete", actor=actor, now=now, detail=detail)
        else:
            advance(piece, MailPieceEventKind.DELIVER, actor=actor, now=now, detail=detail)
        piece.delivered_on = delivered_on
        piece.delivered_to, piece.shown_document = delivered_to.strip(), shown_document.strip()


def record_return(
    piece_id: UUID, *, reason: str, actor: Actor, now: datetime, came_back_on: date | None = None
) -> None:
    """Record that the envelope came back (today, if no day is given): the PIN in it is void, the token is inspected.

    Raises:
        DayOrderError: in the future, or before posting.
        IllegalTransitionError: the piece is not on the way.
    """
    with transaction():
        piece = _posted(piece_id, came_back_on or day_in_tokyo(now), "came_back_on", now)
        advance(piece, MailPieceEventKind.RETURN, actor=actor, now=now, detail={"reason": reason[:200]})
        piece.came_back_on = came_back_on or day_in_tokyo(now)


def inspect_return(piece_id: UUID, *, inspection: Inspection, witness: str, actor: Actor, now: datetime) -> None:
    """Two people looked at a returned envelope: sealed, or opened.

    Raises:
        WitnessError: no second person.
        IllegalTransitionError: it did not come back, or was looked at already.
    """
    second = witness.strip()
    if not are_two_people(actor.name, second):
        raise WitnessError
    with transaction():
        piece = queries.piece_for_update(piece_id)
        if piece.status is not MailPieceStatus.RETURNED or piece.inspection is not None:
            raise IllegalTransitionError("mail-piece", current=piece.status, event="inspect")
        piece.inspection, piece.inspected_by_name, piece.inspection_witness = inspection, actor.name, second
        detail = {"inspection": inspection.value}
        note(piece, "inspect", actor=actor, now=now, detail=detail, witness=second)


def record_loss(piece_id: UUID, *, circumstances: str, actor: Actor, now: datetime) -> None:
    """Record that an envelope is lost: on its way, or by the holder after delivery. The PIN in it is void.

    Raises:
        IllegalTransitionError: the piece was not posted, or came back.
    """
    with transaction():
        piece = queries.piece_for_update(piece_id)
        advance(piece, MailPieceEventKind.LOSE, actor=actor, now=now, detail={"circumstances": circumstances[:200]})


def _posted(piece_id: UUID, on: date, field: str, now: datetime) -> MailPiece:
    piece = queries.piece_for_update(piece_id)
    if on > day_in_tokyo(now) or (piece.posted_on and on < piece.posted_on):
        raise DayOrderError(field)
    return piece
