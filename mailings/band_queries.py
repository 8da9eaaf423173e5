"""Reading bands of item numbers."""

from dataclasses import dataclass

from sqlalchemy import Select, func, select

from app.core.db import db
from mailings.rules.bands import FEW_LEFT, base_of, number_of
from models.enums import Posting
from models.mail_pieces import MailPiece
from models.posting import ItemNumberBand

BAND_KINDS = (Posting.RESTRICTED, Posting.SIMPLE_REGISTERED, Posting.RECORDED)


@dataclass(frozen=True, slots=True)
class Left:
    """How many numbers of a kind are left in all bands, and whether that is few."""

    posting: Posting
    count: int

    @property
    def is_few(self) -> bool:
        """Whether somebody should fetch another band."""
        return self.count <= FEW_LEFT


def list_bands() -> list[ItemNumberBand]:
    """Every band, the newest first."""
    return list(db.session.scalars(select(ItemNumberBand).order_by(ItemNumberBand.created_at.desc())))


def left_of_kinds() -> list[Left]:
    """What is left of each kind that ever had a band."""
    counts: dict[Posting, int] = {}
    for band in list_bands():
        counts[band.posting] = counts.get(band.posting, 0) + band.last + 1 - band.following
    return [Left(kind, counts[kind]) for kind in BAND_KINDS if kind in counts]


def next_numbers(posting: Posting, count: int) -> list[str]:
    """The numbers that would be taken next, as digits, without taking them; fewer if the bands have no more."""
    found: list[str] = []
    for band in db.session.scalars(_open_bands(posting)).all():
        start = band.following
        while start <= band.last and len(found) < count:
            bases = range(start, min(band.last + 1, start + count * 2))
            numbers = [number_of(base).digits for base in bases]
            used = set(db.session.scalars(select(MailPiece.item_number).where(MailPiece.item_number.in_(numbers))))
            found += [number for number in numbers if number not in used]
            start = bases.stop
    return found[:count]


def open_band_for_update(posting: Posting) -> ItemNumberBand | None:
    """The oldest band with a free number, locked until the transaction ends."""
    while (
        band_id := db.session.scalar(_open_bands(posting).with_only_columns(ItemNumberBand.id).limit(1))
    ) is not None:
        band = db.session.get_one(ItemNumberBand, band_id, with_for_update=True, populate_existing=True)
        if band.following <= band.last:  # else somebody took its last number while we waited
            return band
    return None


def band_of_for_update(digits: str) -> ItemNumberBand | None:
    """The band in which a number lies, locked; None if it is not one of ours."""
    base = base_of(digits)
    return db.session.scalars(
        select(ItemNumberBand)
        .where(ItemNumberBand.first <= base, ItemNumberBand.last >= base)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()


def is_used(digits: str) -> bool:
    """Whether a piece has this number already."""
    return db.session.scalar(select(MailPiece.id).where(MailPiece.item_number == digits)) is not None


def last_used_before(band: ItemNumberBand) -> int:
    """The highest number of a locked band, without check digit, that a piece has; the one before its first if none has."""
    first, last = number_of(band.first).digits, number_of(band.last).digits
    found = db.session.scalar(select(func.max(MailPiece.item_number)).where(MailPiece.item_number.between(first, last)))
    return base_of(found) if found else band.first - 1


def _open_bands(posting: Posting) -> Select[ItemNumberBand]:
    return (
        select(ItemNumberBand)
        .where(ItemNumberBand.posting == posting, ItemNumberBand.following <= ItemNumberBand.last)
        .order_by(ItemNumberBand.created_at, ItemNumberBand.first)
    )
