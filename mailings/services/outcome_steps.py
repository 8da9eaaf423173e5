"""Inner steps: what the post says is brought to the piece."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from app.core.actor import Actor
from app.core.db import db
from app.core.transaction import require_transaction
from mailings.rules.outcome_steps import STEPS, Verdict, judge
from mailings.rules.posting import kept_until
from mailings.rules.states import MailPieceEventKind
from mailings.services.steps import advance
from models.enums import MailPieceStatus
from models.mail_pieces import MailPiece
from models.posting import DeliveryOutcome


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of one outcome, and a word why it waits."""

    is_settled: bool
    note: str = ""


def apply_outcome(
    piece: MailPiece, outcome: DeliveryOutcome, *, keep_days: int, actor: Actor, now: datetime
) -> Applied:
    """Bring a locked piece to where an outcome says it is.

    Returns:
        whether that settles the outcome; if not, a code that says why: contradiction, before-posting.
    """
    require_transaction()
    if piece.posted_on is None or outcome.on < piece.posted_on:
        return Applied(is_settled=False, note="before-posting")
    verdict = judge(outcome.status, piece.status)
    if verdict is Verdict.CONTRADICTION:
        return Applied(is_settled=False, note="contradiction")
    if verdict is Verdict.STEP:
        detail = {"on": outcome.on.isoformat(), "office": outcome.office, "source": outcome.source.value}
        take_step(piece, STEPS[outcome.status], outcome.on, keep_days=keep_days, actor=actor, now=now, detail=detail)
    return Applied(is_settled=True)


def take_step(
    piece: MailPiece,
    step: MailPieceEventKind,
    on: date,
    *,
    keep_days: int,
    actor: Actor,
    now: datetime,
    detail: dict[str, str],
) -> None:
    """One step of a locked piece, with the day on which it happened."""
    advance(piece, step, actor=actor, now=now, detail=detail)
    if piece.status is MailPieceStatus.NOTIFIED:
        piece.notified_on, piece.kept_until = on, kept_until(on, piece.posting, keep_days)
    elif piece.status is MailPieceStatus.DELIVERED:
        piece.delivered_on = on
    elif piece.status is MailPieceStatus.RETURNED:
        piece.came_back_on = on


def pieces_by_number_for_update(numbers: set[str]) -> dict[str, MailPiece]:
    """The pieces with these item numbers, locked in one order, so that two imports never wait for each other."""
    rows = db.session.scalars(
        select(MailPiece)
        .where(MailPiece.item_number.in_(numbers))
        .order_by(MailPiece.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {row.item_number: row for row in rows if row.item_number}
