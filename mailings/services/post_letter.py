"""The envelope was handed in at the post office: 本人限定受取郵便 (基本型), 簡易書留, 特定記録; or it went as ordinary mail."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from app.core.actor import Actor
from app.core.clock import day_in_tokyo
from app.core.db import db
from app.core.transaction import transaction
from app.jobs import defer
from mailings import queries
from mailings.errors import DayOrderError, ItemNumberTakenError
from mailings.rules.item_numbers import ItemNumberError, parse_item_number
from mailings.rules.states import MailPieceEventKind
from mailings.services.steps import advance, require_not_stopped
from models.enums import Posting
from models.mail_pieces import MailPiece


def post_letter(piece_id: UUID, *, item_number: str, posted_on: date, actor: Actor, now: datetime) -> None:
    """Record that a piece was posted under this 引受番号; ordinary mail has none, and `item_number` is not looked at.

    Raises:
        ItemNumberError: the number is none, or not one of 11 digits.
        ItemNumberTakenError: another piece has it.
        DayOrderError: in the future, or before the letter was printed.
        LetterStoppedError: the desk took the letter back.
        IllegalTransitionError: the piece is not enclosed.
    """
    with transaction():
        piece = queries.piece_for_update(piece_id)
        require_not_stopped(piece)
        digits = None if piece.posting is Posting.ORDINARY else _free_number(item_number, piece_id)
        if posted_on > day_in_tokyo(now) or (piece.printed_at and posted_on < day_in_tokyo(piece.printed_at)):
            raise DayOrderError("posted_on")
        advance(piece, MailPieceEventKind.POST, actor=actor, now=now, detail={"item_number": digits})
        piece.item_number, piece.posted_on = digits, posted_on
        if piece.applicant_id is not None:
            defer("app.billing.jobs.charge_token", piece.id)


def _free_number(item_number: str, piece_id: UUID) -> str:
    number = parse_item_number(item_number)
    if len(number.digits) != 11:
        raise ItemNumberError("item-number-format")
    if db.session.scalar(select(MailPiece.id).where(MailPiece.item_number == number.digits, MailPiece.id != piece_id)):
        raise ItemNumberTakenError(number.formatted)
    return number.digits
