"""A band of item numbers came from the post office."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from app import audit
from app.core.actor import Actor
from app.core.clock import day_in_tokyo
from app.core.db import db
from app.core.transaction import transaction
from mailings.errors import DayOrderError
from mailings.rules.bands import BandError, number_of, read_band
from models.enums import Posting
from models.posting import ItemNumberBand

LOCK = 0x6974656D  # taking bands in, one at a time: otherwise two that overlap would end in a database error


def take_band(
    posting: Posting, first: str, last: str, *, received_on: date, note: str, actor: Actor, now: datetime
) -> UUID:
    """Take a band in.

    Args:
        posting: what the numbers are for.
        first: first number as printed, with its check digit.
        last: last number as printed.
        received_on: day on which it came.
        note: number of the letter with which it came, …
        actor: the mailroom.
        now: the present moment.

    Returns:
        key of the band.

    Raises:
        ItemNumberError: a number is none; `field` says which.
        BandError: wrong order, too many, or some of the numbers lie in another band.
        DayOrderError: it came in the future.
    """
    band = read_band(first, last)
    if received_on > day_in_tokyo(now):
        raise DayOrderError("received_on")
    with transaction():
        db.session.execute(db.text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
        other = db.session.scalars(
            select(ItemNumberBand).where(ItemNumberBand.first <= band.last, ItemNumberBand.last >= band.first).limit(1)
        ).first()
        if other is not None:
            raise BandError(
                "band-overlaps",
                field="first",
                first=number_of(other.first).formatted,
                last=number_of(other.last).formatted,
            )
        row = ItemNumberBand(
            posting=posting,
            first=band.first,
            last=band.last,
            following=band.first,
            received_on=received_on,
            note=note.strip(),
            received_by_name=actor.name,
        )
        db.session.add(row)
        db.session.flush()
        audit.record(
            "item-band:take",
            subject_type="item_number_band",
            subject_id=row.id,
            actor=actor,
            detail={"posting": posting, "first": number_of(band.first).digits, "last": number_of(band.last).digits},
        )
        return row.id
