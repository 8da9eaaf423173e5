"""A measured envelope is taken in, and one of them is put in use."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from app import audit
from app.core.actor import Actor
from app.core.clock import day_in_tokyo
from app.core.db import db
from app.core.errors import StaleError
from app.core.transaction import transaction
from app.documents.envelopes import Envelope
from mailings.errors import DayOrderError, EnvelopeError
from mailings.rules.stationery import envelope_fault
from mailings.stationery_queries import envelope_of, find_stock_in_use, get_stock
from models.stationery import EnvelopeStock


def keep_stock(  # noqa: PLR0913  what, its name, who measured it and when, who, when
    envelope: Envelope, *, name: str, measured_on: date, measured_by: str, actor: Actor, now: datetime
) -> UUID:
    """Take a measured envelope in. It is not in use yet.

    Args:
        envelope: its numbers in millimetres.
        name: as the storeroom calls it.
        measured_on: the day.
        measured_by: whoever held the ruler.
        actor: who types it in.
        now: the present moment.

    Returns:
        key of the stock.

    Raises:
        EnvelopeError: envelope-numbers, envelope-fold, envelope-address, envelope-pin, envelope-name-taken.
        DayOrderError: it was measured in the future.
    """
    _require_usable(envelope)
    if measured_on > day_in_tokyo(now):
        raise DayOrderError("measured_on")
    window = envelope.window
    with transaction():
        stock = EnvelopeStock(
            name=name.strip(),
            width=envelope.width,
            height=envelope.height,
            window_left=window.left,
            window_top=window.top,
            window_right=window.right,
            window_bottom=window.bottom,
            sheet_width=envelope.sheet_width,
            sheet_height=envelope.sheet_height,
            slack=envelope.slack,
            measured_on=measured_on,
            measured_by_name=measured_by.strip(),
            created_at=now,
        )
        db.session.add(stock)
        try:
            db.session.flush()
        except IntegrityError as error:
            raise EnvelopeError("envelope-name-taken", field="name", name=name.strip()) from error
        audit.record(
            "envelope:keep",
            subject_type="envelope_stock",
            subject_id=stock.id,
            actor=actor,
            detail={"name": stock.name, "measured_by": stock.measured_by_name, "numbers": _numbers(envelope)},
        )
        return stock.id


def use_stock(stock_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Put a stock in use instead of the one that is.

    Raises:
        NotFoundError: there is no such stock.
        EnvelopeError: the letters have changed since it was measured, and do not fit it any more.
        StaleError: somebody put another one in use in this moment.
    """
    with transaction():
        before = find_stock_in_use(lock=True)
        stock = get_stock(stock_id, lock=True)
        _require_usable(envelope_of(stock))
        if stock.in_use:
            return
        if before is not None:
            before.in_use = False
            db.session.flush()  # one at a time, also for the index
        stock.in_use = True
        try:
            db.session.flush()
        except IntegrityError as error:
            raise StaleError("envelope stock") from error
        audit.record(
            "envelope:use",
            subject_type="envelope_stock",
            subject_id=stock.id,
            actor=actor,
            detail={"name": stock.name, "instead_of": before.name if before else "", "at": now.isoformat()},
        )


def _require_usable(envelope: Envelope) -> None:
    if code := envelope_fault(envelope):
        raise EnvelopeError(code)


def _numbers(envelope: Envelope) -> list[float]:
    window = envelope.window
    return [envelope.width, envelope.height, window.left, window.top, window.right, window.bottom, envelope.slack]
