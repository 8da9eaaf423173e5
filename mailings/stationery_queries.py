"""Envelopes as they were measured: which there are, and which is in use."""

from uuid import UUID

from sqlalchemy import select

from app.core.db import db
from app.core.errors import NotFoundError
from app.documents.envelopes import NAGA3, Area, Envelope
from models.stationery import EnvelopeStock


def list_stocks() -> list[EnvelopeStock]:
    """Every stock, the one in use first, then the newest."""
    order = (EnvelopeStock.in_use.desc(), EnvelopeStock.created_at.desc(), EnvelopeStock.id)
    return list(db.session.scalars(select(EnvelopeStock).order_by(*order)))


def get_stock(stock_id: UUID, *, lock: bool = False) -> EnvelopeStock:
    """One stock. Raises NotFoundError."""
    found = db.session.get(EnvelopeStock, stock_id, with_for_update=lock or None, populate_existing=True)
    if found is None:
        raise NotFoundError("envelope stock")
    return found


def find_stock_in_use(*, lock: bool = False) -> EnvelopeStock | None:
    """The stock in use; None as long as nobody measured one."""
    asked = select(EnvelopeStock).where(EnvelopeStock.in_use)
    return db.session.scalars(asked.with_for_update() if lock else asked).first()


def stock_in_use_for_print() -> EnvelopeStock | None:
    """The stock in use, which stays in use until the transaction ends: whoever puts another in use waits."""
    return db.session.scalars(
        select(EnvelopeStock)
        .where(EnvelopeStock.in_use)
        .with_for_update(read=True)
        .execution_options(populate_existing=True)
    ).first()


def envelope_in_use() -> Envelope:
    """The envelope that letters go into: the stock in use, or the usual 長形3号."""
    stock = find_stock_in_use()
    return envelope_of(stock) if stock else NAGA3


def envelope_of(stock: EnvelopeStock) -> Envelope:
    """A stock's numbers as the rules take them."""
    return Envelope(
        width=stock.width,
        height=stock.height,
        window=Area(stock.window_left, stock.window_top, stock.window_right, stock.window_bottom),
        sheet_width=stock.sheet_width,
        sheet_height=stock.sheet_height,
        slack=stock.slack,
    )
