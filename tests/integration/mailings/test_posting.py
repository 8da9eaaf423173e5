"""Posting: the fee of the day, numbers that nobody else gets, agents, and one list of what was handed in."""

import threading
from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from app import storage
from app.billing.jobs import charge_agent_delivery
from app.core import clock
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import DomainError, IllegalTransitionError
from mailings.band_queries import left_of_kinds, next_numbers
from mailings.errors import DayOrderError, ItemNumberTakenError, NoBandError
from mailings.rules.bands import BandError, number_of
from mailings.rules.item_numbers import ItemNumberError
from mailings.rules.posting import PostingRuleError
from mailings.services.make_posting_list import make_posting_list
from mailings.services.name_agent import name_agent, remove_agent
from mailings.services.post_letter import Parcel, post_letter
from mailings.services.take_band import take_band
from mailings.services.take_receipt import take_receipt
from models.enums import MailPieceStatus, PostagePayment, Posting, RestrictedKind
from models.posting import ItemNumberBand, PostingList
from models.promises import Promise
from tests.factories.desk import staff_actor
from tests.factories.mail import enclosed, item_number, piece_row

FIRST = 1520012300
PARCEL = Parcel("定形外(規格内)", 86, PostagePayment.ACCOUNT)


@pytest.fixture
def clerk(app: Flask) -> Actor:
    return staff_actor("mailroom", name="小川 亮")


def band(clerk: Actor, count: int, first: int = FIRST, posting: Posting = Posting.RESTRICTED):
    numbers = number_of(first).formatted, number_of(first + count - 1).formatted
    return take_band(posting, *numbers, received_on=clock.today(), note="", actor=clerk, now=clock.now())


def post(piece, clerk: Actor, number: str | None = None, parcel: Parcel | None = PARCEL):
    return post_letter(piece, item_number=number, posted_on=clock.today(), actor=clerk, now=clock.now(), parcel=parcel)


def promised() -> set[str]:
    db.session.rollback()
    return set(db.session.scalars(select(Promise.name)))


def test_the_fee_comes_from_weight_shape_and_services(clerk: Actor) -> None:
    (piece,) = enclosed()
    post(piece, clerk, item_number(1))
    row = piece_row(piece)
    assert (row.status, row.postage_yen, row.weight_grams, row.payment) == (
        MailPieceStatus.POSTED, 870, 86, PostagePayment.ACCOUNT,
    )  # fmt: skip
    assert row.restricted_kind is RestrictedKind.BASIC


def test_the_special_type_is_never_posted(clerk: Actor) -> None:
    (piece,) = enclosed()
    with pytest.raises(PostingRuleError, match="restricted-special"):
        post(piece, clerk, item_number(1), Parcel("定形", 50, PostagePayment.STAMP, RestrictedKind.SPECIAL))
    assert piece_row(piece).item_number is None


def test_an_agent_is_named_before_posting_and_charged_with_it(clerk: Actor) -> None:
    first, second = enclosed("𠮷田 太郎", "髙木 花")
    name_agent(first, name="代人 次郎", address="東京都港区", papers_on=clock.today(), actor=clerk, now=clock.now())
    with pytest.raises(PostingRuleError, match="restricted-agent"):
        post(first, clerk, item_number(1), Parcel("定形", 50, PostagePayment.STAMP, RestrictedKind.NOTIFYING))
    post(first, clerk, item_number(1))
    assert "app.billing.jobs.charge_agent_delivery" in promised()
    with pytest.raises(IllegalTransitionError):
        remove_agent(first, actor=clerk, now=clock.now())
    with pytest.raises(DayOrderError):
        tomorrow = clock.today() + timedelta(days=1)
        name_agent(second, name="代人", address="東京都", papers_on=tomorrow, actor=clerk, now=clock.now())
    with pytest.raises(DomainError, match="agent-incomplete"):
        name_agent(second, name="代人", address=" ", papers_on=clock.today(), actor=clerk, now=clock.now())
    post(second, clerk, item_number(2), Parcel("定形", 50, PostagePayment.STAMP, RestrictedKind.NOTIFYING))
    with pytest.raises(DomainError):  # it names no agent
        charge_agent_delivery(str(second))


@pytest.mark.parametrize(
    ("first", "last", "error"),
    [
        ("152-00-12300-0", "152-00-12309-6", ItemNumberError),
        (number_of(FIRST).formatted, "152-00-12309-0", ItemNumberError),
        (number_of(FIRST + 9).formatted, number_of(FIRST).formatted, BandError),
        (number_of(FIRST).formatted, number_of(FIRST + 200_000).formatted, BandError),
        ("4055-4842-4886", "4055-4842-4886", ItemNumberError),
    ],
)
def test_a_band_that_cannot_be_is_not_taken_in(clerk: Actor, first: str, last: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        take_band(Posting.RESTRICTED, first, last, received_on=clock.today(), note="", actor=clerk, now=clock.now())


def test_bands_do_not_overlap_whatever_they_are_for(clerk: Actor) -> None:
    band(clerk, 10)
    with pytest.raises(BandError, match="band-overlaps"):
        band(clerk, 10, FIRST + 9, Posting.RECORDED)
    band(clerk, 10, FIRST + 10)
    assert [(left.count, left.is_few) for left in left_of_kinds()] == [(20, True)]


def test_numbers_come_in_order_and_never_twice(clerk: Actor) -> None:
    band(clerk, 3)
    pieces = enclosed("一", "二", "三", "四")
    scanned = number_of(FIRST + 1)
    assert post(pieces[0], clerk, f"a{scanned.digits}A") == scanned.digits  # a label out of turn
    assert next_numbers(Posting.RESTRICTED, 5) == [number_of(FIRST + 2).digits]
    assert post(pieces[1], clerk) == number_of(FIRST + 2).digits
    with pytest.raises(NoBandError):
        post(pieces[2], clerk)
    with pytest.raises(ItemNumberTakenError):
        post(pieces[2], clerk, scanned.formatted)
    post(pieces[2], clerk, number_of(FIRST).formatted)  # the label that was skipped is still good


def test_two_people_at_once_never_get_the_same_number(app: Flask, clerk: Actor) -> None:
    band(clerk, 3)
    band(clerk, 5, FIRST + 100)
    pieces = enclosed("一", "二", "三", "四", "五", "六")
    got: list[str] = []
    gate = threading.Barrier(6)

    def work(piece) -> None:  # noqa: ANN001
        with app.app_context():
            gate.wait(30)
            try:
                got.append(post(piece, clerk) or "")
            finally:
                db.session.remove()

    threads = [threading.Thread(target=work, args=(piece,)) for piece in pieces]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(got) == len(set(got)) == 6
    db.session.rollback()
    assert sorted(row.last + 1 - row.following for row in db.session.scalars(select(ItemNumberBand))) == [0, 2]


def scan() -> bytes:
    out = BytesIO()
    Image.new("RGB", (60, 80), (250, 250, 240)).save(out, "PNG")
    return out.getvalue()


@pytest.mark.hsm
def test_a_list_takes_each_piece_once_and_its_receipt_comes_back(signer_process: None, clerk: Actor) -> None:
    pieces = enclosed("一", "二")
    for place, piece in enumerate(pieces):
        post(piece, clerk, item_number(place))
    made = make_posting_list(clock.today(), post_office="芝郵便局", actor=clerk, now=clock.now())
    row = db.session.get_one(PostingList, made)
    assert (row.number, row.piece_count, row.total_yen) == (f"P-{clock.today().year}-{row.sequence:04d}", 2, 1740)
    db.session.rollback()
    with pytest.raises(DomainError, match="posting-list-empty"):
        make_posting_list(clock.today(), post_office="", actor=clerk, now=clock.now())

    def receipt(data: bytes | None, days: int = 0) -> None:
        day = clock.today() + timedelta(days=days)
        take_receipt(made, stamped_on=day, data=data, actor=clerk, now=clock.now())

    for days in (-1, 1):
        with pytest.raises(DayOrderError):
            receipt(None, days)
    for bad in (b"<html>", b"%PDF-1.7 broken", b"\x89PNG\r\n\x1a\nbroken"):
        with pytest.raises(DomainError, match="receipt-file"):
            receipt(bad)
    receipt(None)
    receipt(scan())
    db.session.rollback()
    kept = db.session.get_one(PostingList, made, populate_existing=True)
    assert kept.stamped_on == clock.today() and storage.get(kept.receipt_sha256 or "") == scan()
    db.session.rollback()
    with pytest.raises(DomainError, match="receipt-there"):
        receipt(scan())
