"""Two labels were mixed up: each of two letters bears the number that we have of the other. Both change in one step."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select, update

from app.core.actor import Actor
from app.core.db import db
from app.core.errors import DomainError, IllegalTransitionError, NotFoundError
from app.core.transaction import transaction
from mailings.errors import LetterKindError
from mailings.rules.item_numbers import parse_item_number
from mailings.rules.posting import kept_until
from mailings.services.number_steps import note_correction, require_two_and_why, take_up_outcomes
from models.enums import MailPieceStatus as S
from models.mail_pieces import MailPiece
from models.posting import DeliveryOutcome

ON_THE_WAY = (S.POSTED, S.NOTIFIED)


def exchange_item_numbers(
    piece_id: UUID, *, item_number: str, witness: str, reason: str, keep_days: int, actor: Actor, now: datetime
) -> str:
    """Give a posted piece the number that its label really bears, and the piece that has it the other's.

    What the post said is about the numbers, so it goes with them: arrival notice, last day, results that wait. Posting lists
    keep the numbers under which both were handed in, as for one correction.

    Args:
        piece_id: a posted piece.
        item_number: as on its label, read twice by the screen or scanned; another posted piece has it.
        witness: name of the second person who compared both labels, or both receipts.
        reason: what was wrong; in the audit log for good.
        keep_days: as for take_outcomes.
        actor: the mailroom.
        now: the present moment.

    Returns:
        the other letter's own number (L-…).

    Raises:
        WitnessError: no second person.
        DomainError: correction-reason: no reason. correction-same: it is the number that the piece has. exchange-nobody: no
            other piece has this number. exchange-too-late: one of them arrived, came back or was lost under its number, which
            changed its PIN and its eToken: that is not turned round.
        ItemNumberError: no number.
        LetterKindError: ordinary mail has no number.
        IllegalTransitionError: the piece is not posted.
        NotFoundError: no such piece.
    """
    second, why = require_two_and_why(witness, reason, actor)
    with transaction():
        mine, other = _both_for_update(piece_id, parse_item_number(item_number).digits)
        old, new = mine.item_number or "", other.item_number or ""
        _exchange_numbers(mine, other)
        _exchange_days(mine, other, keep_days)
        _exchange_outcomes(mine, other)
        for piece, was, with_whom in ((mine, old, other), (other, new, mine)):
            note_correction(piece, was, why, witness=second, actor=actor, now=now, exchanged_with=with_whom.number)
        for piece in (mine, other):
            take_up_outcomes(piece, keep_days, actor, now)
        return other.number


def _both_for_update(piece_id: UUID, digits: str) -> tuple[MailPiece, MailPiece]:
    """Both, locked in the order of their keys, so that two people at the same two letters wait and do not block each other."""
    found = db.session.scalars(
        select(MailPiece)
        .where((MailPiece.id == piece_id) | (MailPiece.item_number == digits))
        .order_by(MailPiece.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    mine = next((piece for piece in found if piece.id == piece_id), None)
    if mine is None:
        raise NotFoundError("mail piece")
    if mine.posted_on is None:
        raise IllegalTransitionError("mail-piece", current=mine.status, event="exchange number")
    if mine.item_number is None:
        raise LetterKindError(mine.number)
    if mine.item_number == digits:
        raise DomainError("correction-same", field="item_number")
    other = next((piece for piece in found if piece.item_number == digits), None)
    if other is None:
        raise DomainError("exchange-nobody", field="item_number")
    for piece in (mine, other):
        if piece.status not in ON_THE_WAY:
            raise DomainError("exchange-too-late", number=piece.number)
    return mine, other


def _exchange_numbers(mine: MailPiece, other: MailPiece) -> None:
    """The unique index looks at every row by itself: on the way one of them has its number with a wrong check digit."""
    old, new = mine.item_number or "", other.item_number or ""
    for piece, number in ((mine, f"{old[:10]}{(int(old[10]) + 1) % 10}"), (other, old), (mine, new)):
        piece.item_number = number
        db.session.flush()


def _exchange_days(mine: MailPiece, other: MailPiece, keep_days: int) -> None:
    """Which of them lies at the post office. Whoever was warned of the other's last day is warned of the own one."""
    facts: list[tuple[S, date | None]] = [(piece.status, piece.notified_on) for piece in (other, mine)]
    for piece, (status, notified_on) in zip((mine, other), facts, strict=True):
        piece.status, piece.notified_on, piece.warned_on = status, notified_on, None
        piece.kept_until = kept_until(notified_on, piece.posting, keep_days) if notified_on else None


def _exchange_outcomes(mine: MailPiece, other: MailPiece) -> None:
    for piece in (mine, other):
        db.session.execute(
            update(DeliveryOutcome)
            .where(DeliveryOutcome.item_number == piece.item_number, DeliveryOutcome.mail_piece_id.is_not(None))
            .values(mail_piece_id=piece.id)
        )
