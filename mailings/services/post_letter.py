"""The envelope was handed in at the post office: 本人限定受取郵便 (基本型), 簡易書留, 特定記録; or it went as ordinary mail."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from app.core.actor import Actor
from app.core.clock import day_in_tokyo
from app.core.db import db
from app.core.transaction import require_transaction, transaction
from app.jobs import defer
from mailings import queries
from mailings.band_queries import band_of_for_update, is_used, open_band_for_update
from mailings.errors import DayOrderError, ItemNumberTakenError, NoBandError, OfferedNumberTakenError
from mailings.rules.bands import base_of, number_of
from mailings.rules.item_numbers import ItemNumberError, parse_item_number
from mailings.rules.postage import postage
from mailings.rules.posting import SERVICES, restricted_kind_for
from mailings.rules.resending import is_charged
from mailings.rules.states import MailPieceEventKind
from mailings.services.steps import advance, require_not_stopped
from models.enums import PostagePayment, Posting, RestrictedKind
from models.mail_pieces import MailPiece


@dataclass(frozen=True, slots=True)
class Parcel:
    """What the scales and the counter say of an envelope."""

    shape: str
    grams: int
    payment: PostagePayment
    restricted_kind: RestrictedKind | None = None  # None: 基本型 where there is one


def post_letter(
    piece_id: UUID,
    *,
    item_number: str | None,
    posted_on: date,
    actor: Actor,
    now: datetime,
    parcel: Parcel | None = None,
    offered: str = "",
) -> str | None:
    """Record that a piece was posted under this 引受番号; ordinary mail has none, and `item_number` is not looked at.

    Args:
        piece_id: the enclosed piece.
        item_number: as on the label; None takes the number that was offered, else the next free one of our band, which nobody
            else gets.
        posted_on: day in Japan.
        actor: the mailroom.
        now: the present moment.
        parcel: weight, shape and payment, from which the fee table of that day gives the postage.
        offered: the free number that the page showed: that label is on the envelope, so no other number will do.

    Returns:
        the item number as digits; None for ordinary mail.

    Raises:
        ItemNumberError: the number is none, or not one of 11 digits.
        ItemNumberTakenError: another piece has it.
        OfferedNumberTakenError: the number that was offered is another piece's, or none of ours.
        NoBandError: no band has a free number.
        PostageError: nothing of this shape and weight can be posted.
        PostingRuleError: the type of 本人限定受取 is not possible.
        DayOrderError: in the future, or before the letter was printed.
        LetterStoppedError: the desk took the letter back.
        IllegalTransitionError: the piece is not enclosed.
    """
    with transaction():
        piece = queries.piece_for_update(piece_id)
        require_not_stopped(piece)
        if posted_on > day_in_tokyo(now) or (piece.printed_at and posted_on < day_in_tokyo(piece.printed_at)):
            raise DayOrderError("posted_on")
        digits = _number_for(piece, item_number, offered)
        _weigh(piece, parcel, posted_on)
        detail = {"item_number": digits, "yen": piece.postage_yen, "grams": piece.weight_grams}
        advance(piece, MailPieceEventKind.POST, actor=actor, now=now, detail=detail)
        piece.item_number, piece.posted_on = digits, posted_on
        _promise_charges(piece)
        return digits


def _number_for(piece: MailPiece, item_number: str | None, offered: str) -> str | None:
    if piece.posting is Posting.ORDINARY:
        return None
    if item_number is not None:
        return take_number(item_number)
    return _offered_number(piece.posting, offered) if offered else _next_number(piece.posting)


def _offered_number(posting: Posting, offered: str) -> str:
    """The number that was offered. Those before it were offered with it, for other envelopes, and are offered again."""
    number = parse_item_number(offered)
    band = band_of_for_update(number.digits)
    if band is None or band.posting is not posting or is_used(number.digits):
        raise OfferedNumberTakenError(number.formatted)
    if base_of(number.digits) == band.following:
        band.following += 1
    return number.digits


def _next_number(posting: Posting) -> str:
    while band := open_band_for_update(posting):
        digits = number_of(band.following).digits
        band.following += 1
        if not is_used(digits):  # somebody scanned this label out of turn
            return digits
    raise NoBandError(posting.value)


def take_number(item_number: str) -> str:
    """Inner step: a number that no piece has, as digits; nobody else can take it until the transaction ends.

    Raises:
        ItemNumberError, ItemNumberTakenError: as `post_letter`.
    """
    require_transaction()
    number = parse_item_number(item_number)
    if len(number.digits) != 11:  # noqa: PLR2004  digits of a restricted-delivery number
        raise ItemNumberError("item-number-format")
    band = band_of_for_update(number.digits)
    # Two people with the same label: the second waits here and finds it used, also outside our bands.
    db.session.execute(db.text("SELECT pg_advisory_xact_lock(:number)"), {"number": int(number.digits)})
    if is_used(number.digits):
        raise ItemNumberTakenError(number.formatted)
    if band is not None and base_of(number.digits) >= band.following:
        band.following = base_of(number.digits) + 1  # labels before it were skipped: they are not offered again
    return number.digits


def _weigh(piece: MailPiece, parcel: Parcel | None, posted_on: date) -> None:
    wanted = parcel.restricted_kind if parcel else None
    piece.restricted_kind = restricted_kind_for(piece.posting, wanted, has_agent=bool(piece.agent_name))
    if parcel is not None:
        piece.postage_yen = postage(parcel.shape, parcel.grams, SERVICES[piece.posting], posted_on)
        piece.shape, piece.weight_grams, piece.payment = parcel.shape, parcel.grams, parcel.payment


def _promise_charges(piece: MailPiece) -> None:
    if piece.applicant_id is None:
        return
    defer("app.billing.jobs.charge_token", piece.id)
    if piece.agent_name:
        defer("app.billing.jobs.charge_agent_delivery", piece.id)
    if is_charged(piece.resend_reason):
        defer("app.billing.jobs.charge_resend", piece.id)
