"""Reading posting lists, outcomes, and what the mailroom has to do today."""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, literal_column, select

from app.core.db import db
from app.core.errors import NotFoundError
from mailings.queries import CANNOT_BE_PRINTED
from mailings.rules.codes import letter_number, plain_code
from mailings.rules.item_numbers import ItemNumberError, parse_item_number
from models.enums import MailPieceStatus as S
from models.enums import PrintRunStatus
from models.mail_pieces import TO_INSPECT, MailPiece, MailPieceEvent, PrintRun
from models.posting import DeliveryOutcome, PostingList
from models.tokens import Token

CORRECTED = "correct-number"  # in the ledger: detail["what"], with the numbers "from" and "to"
SOON = timedelta(days=3)  # before an envelope goes back
OPEN_RUNS = tuple(each for each in PrintRunStatus if each is not PrintRunStatus.CLOSED)
CAP = 500  # a number beyond it is CAP + 1: nobody counts further
MOST_LISTED = 100  # rows of a list of what waits


@dataclass(frozen=True, slots=True)
class Today:
    """What waits in the mailroom, as numbers."""

    to_post: int
    unlisted: int  # posted, on no posting list
    to_inspect: int
    running_out: int
    unmatched: int
    open_runs: int
    blocked: int  # cannot be printed


def count_today(today: date) -> Today:
    """Count what waits, by one query; each number stops at CAP + 1. Each counts the rows of the list that shows them."""

    def count(*criteria: Any, table: Any = MailPiece) -> Any:
        few = select(table.id).where(*criteria).limit(CAP + 1).subquery()
        return select(func.count()).select_from(few).scalar_subquery()

    counts = {
        "to_post": count(MailPiece.status == S.ENCLOSED),
        "unlisted": count(*_unlisted()),
        "to_inspect": count(to_inspect()),
        "running_out": count(running_out(today)),
        "unmatched": count(DeliveryOutcome.settled_at.is_(None), table=DeliveryOutcome),
        "open_runs": count(PrintRun.status.in_(OPEN_RUNS), table=PrintRun),
        "blocked": count(*CANNOT_BE_PRINTED),
    }
    row = db.session.execute(select(*counts.values())).one()
    return Today(**dict(zip(counts, row, strict=True)))


def list_to_inspect(limit: int = MOST_LISTED) -> list[MailPiece]:
    """Letters with eToken that came back and that nobody looked at."""
    return list(db.session.scalars(select(MailPiece).where(to_inspect()).order_by(MailPiece.sequence).limit(limit)))


def list_running_out(today: date, limit: int = MOST_LISTED) -> list[MailPiece]:
    """Envelopes at the post office whose last day is near, the nearest first."""
    wanted = select(MailPiece).where(running_out(today)).order_by(MailPiece.kept_until, MailPiece.sequence)
    return list(db.session.scalars(wanted.limit(limit)))


def list_kept(today: date) -> list[MailPiece]:
    """Every letter that still lies at the post office, for the warnings: those whose last day is over went back."""
    wanted = select(MailPiece).where(MailPiece.status == S.NOTIFIED, MailPiece.kept_until >= today)
    return list(db.session.scalars(wanted.order_by(MailPiece.sequence)))


def list_unlisted_days() -> list[tuple[date, int]]:
    """Days on which something was posted that stands on no posting list yet, the newest first, with how much."""
    rows = db.session.execute(
        select(MailPiece.posted_on, func.count())
        .where(*_unlisted())
        .group_by(MailPiece.posted_on)
        .order_by(MailPiece.posted_on.desc())
    )
    return [(day, count) for day, count in rows if day is not None]


def list_unlisted_for_update(day: date, limit: int) -> list[MailPiece]:
    """What was posted on a day and stands on no list, locked, in the order of the item numbers."""
    return list(
        db.session.scalars(
            select(MailPiece)
            .where(*_unlisted(), MailPiece.posted_on == day)
            .order_by(MailPiece.item_number)
            .limit(limit)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )


def list_posting_lists(limit: int = 100) -> list[PostingList]:
    """The newest posting lists."""
    wanted = select(PostingList).order_by(PostingList.posted_on.desc(), PostingList.sequence.desc())
    return list(db.session.scalars(wanted.limit(limit)))


def get_posting_list(list_id: UUID) -> PostingList:
    """One posting list. Raises NotFoundError."""
    found = db.session.get(PostingList, list_id, populate_existing=True)
    if found is None:
        raise NotFoundError("posting list", id=list_id)
    return found


def list_pieces_of(list_id: UUID) -> list[MailPiece]:
    """The pieces of a posting list, in the order of the item numbers."""
    wanted = select(MailPiece).where(MailPiece.posting_list_id == list_id).order_by(MailPiece.item_number)
    return list(db.session.scalars(wanted))


def list_unsettled(limit: int = MOST_LISTED) -> list[DeliveryOutcome]:
    """Outcomes that wait for somebody, the oldest first."""
    wanted = select(DeliveryOutcome).where(DeliveryOutcome.settled_at.is_(None))
    return list(db.session.scalars(wanted.order_by(DeliveryOutcome.sequence).limit(limit)))


def numbers_of(outcomes: Collection[DeliveryOutcome]) -> dict[UUID, str]:
    """The numbers of the letters that outcomes are about, by the letters' keys."""
    ids = {row.mail_piece_id for row in outcomes if row.mail_piece_id}
    if not ids:
        return {}
    return dict(db.session.execute(select(MailPiece.id, MailPiece.number).where(MailPiece.id.in_(ids))).all())


def list_unsettled_of(item_number: str) -> list[DeliveryOutcome]:
    """Outcomes under a number that wait for somebody, locked, in the order in which they happened."""
    wanted = select(DeliveryOutcome).where(
        DeliveryOutcome.item_number == item_number, DeliveryOutcome.settled_at.is_(None)
    )
    return list(db.session.scalars(wanted.order_by(DeliveryOutcome.on, DeliveryOutcome.sequence).with_for_update()))


@dataclass(frozen=True, slots=True)
class Listed:
    """The number under which a piece stands on its posting list, and what it was corrected to since, if it was."""

    item_number: str
    corrected_to: str = ""


def numbers_as_listed(row: PostingList, pieces: list[MailPiece]) -> dict[UUID, Listed]:
    """The numbers as they were when a list was made: what was handed in and stamped never changes.

    A correction that was made before the list stands on it as the number; one made after stands beneath.
    """
    events = db.session.scalars(
        select(MailPieceEvent)
        .where(
            MailPieceEvent.mail_piece_id.in_([piece.id for piece in pieces]),
            MailPieceEvent.at > row.made_at,
            MailPieceEvent.detail["what"].astext == CORRECTED,
        )
        .order_by(MailPieceEvent.at.desc(), MailPieceEvent.id)
    )
    first = {event.mail_piece_id: event.detail["from"] for event in events}  # the earliest of each piece is read last
    return {
        piece.id: Listed(first.get(piece.id, piece.item_number or ""), (piece.item_number or "") * (piece.id in first))
        for piece in pieces
    }


def get_outcome(outcome_id: UUID) -> DeliveryOutcome:
    """One outcome. Raises NotFoundError."""
    found = db.session.get(DeliveryOutcome, outcome_id, populate_existing=True)
    if found is None:
        raise NotFoundError("outcome", id=outcome_id)
    return found


def list_outcomes_of(piece_id: UUID) -> list[DeliveryOutcome]:
    """What the post said about a piece, the oldest first."""
    wanted = select(DeliveryOutcome).where(DeliveryOutcome.mail_piece_id == piece_id)
    return list(db.session.scalars(wanted.order_by(DeliveryOutcome.on, DeliveryOutcome.sequence)))


def list_events_of(piece_id: UUID) -> list[MailPieceEvent]:
    """The ledger of a piece, the oldest line first."""
    wanted = select(MailPieceEvent).where(MailPieceEvent.mail_piece_id == piece_id)
    return list(db.session.scalars(wanted.order_by(MailPieceEvent.at, MailPieceEvent.id)))


def find_successor(piece_id: UUID) -> MailPiece | None:
    """The piece that took this one's place."""
    return db.session.scalars(select(MailPiece).where(MailPiece.replaces_id == piece_id).limit(1)).first()


def find_piece(text: str) -> MailPiece | None:
    """The piece of a letter's QR code or number, of an item number, or of the eToken that was set aside for it."""
    by_number = select(MailPiece).where(MailPiece.number == letter_number(text))
    by_token = (
        select(MailPiece)
        .join(Token, Token.mail_piece_id == MailPiece.id)
        .where(Token.serial_number.in_({text, plain_code(text)}))
    )
    ways = [by_number, by_token]
    with suppress(ItemNumberError):
        ways.append(select(MailPiece).where(MailPiece.item_number == parse_item_number(text).digits))
    return next((found for way in ways if (found := db.session.scalars(way.limit(1)).first()) is not None), None)


def find_other_piece(typed: str, but: UUID) -> MailPiece | None:
    """The piece that has a number as it was typed, if it is another one than `but`; None for what is no number, too."""
    try:
        digits = parse_item_number(typed).digits
    except ItemNumberError:
        return None
    wanted = select(MailPiece).where(MailPiece.item_number == digits, MailPiece.id != but)
    return db.session.scalars(wanted).first()


def list_replaced(pieces: list[MailPiece]) -> set[UUID]:
    """Which of these have another letter in their place already."""
    wanted = select(MailPiece.replaces_id).where(MailPiece.replaces_id.in_([piece.id for piece in pieces]))
    return {key for key in db.session.scalars(wanted) if key is not None}


def find_token(piece: MailPiece) -> Token | None:
    """The eToken that was put into a piece."""
    if piece.token_serial is None:
        return None
    return db.session.scalars(select(Token).where(Token.serial_number == piece.token_serial)).first()


def _unlisted() -> tuple[Any, ...]:
    return (MailPiece.posting_list_id.is_(None), MailPiece.item_number.is_not(None), MailPiece.posted_on.is_not(None))


def to_inspect() -> ColumnElement[bool]:
    """The criterion of letters with eToken that came back and that nobody looked at."""
    return literal_column(f"({TO_INSPECT})")  # without a parameter: its index is partial


def running_out(today: date) -> ColumnElement[bool]:
    """The criterion of envelopes at the post office whose last day is near."""
    return and_(MailPiece.status == S.NOTIFIED, MailPiece.kept_until.is_not(None), MailPiece.kept_until <= today + SOON)
