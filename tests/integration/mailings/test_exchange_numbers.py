"""Two labels were mixed up: both numbers change in one step by two people, and what the post said goes with the numbers."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from app.audit.verify import verify_chain
from app.core import clock
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import DomainError, IllegalTransitionError, NotFoundError
from mailings.errors import WitnessError
from mailings.posting_queries import (
    get_posting_list,
    list_outcomes_of,
    list_pieces_of,
    list_unsettled,
    numbers_as_listed,
)
from mailings.rules.item_numbers import ItemNumberError
from mailings.rules.outcomes import read_outcomes
from mailings.services.exchange_item_numbers import exchange_item_numbers
from mailings.services.make_posting_list import make_posting_list
from mailings.services.post_letter import post_letter
from mailings.services.take_outcomes import take_outcomes
from models.audit import AuditEntry
from models.enums import MailPieceStatus as S
from models.enums import OutcomeSource
from models.mail_pieces import MailPieceEvent
from tests.factories.desk import staff_actor
from tests.factories.mail import enclosed, item_number, piece_row

ONE, TWO, FREE = item_number(1), item_number(2), item_number(3)


@pytest.fixture
def clerk(app: Flask) -> Actor:
    return staff_actor("mailroom", name="小川 亮")


@pytest.fixture
def pair(clerk: Actor) -> tuple[UUID, UUID]:
    """Two letters, posted three days ago under ONE and TWO; their labels are TWO and ONE."""
    first, second = enclosed("𠮷田 太郎", "髙木 花")
    for piece, number in ((first, ONE), (second, TWO)):
        day = clock.today() - timedelta(days=3)
        post_letter(piece, item_number=number, posted_on=day, actor=clerk, now=clock.now())
    return first, second


def exchange(
    piece: UUID, clerk: Actor, number: str = TWO, witness: str = "森 由美", reason: str = "ラベルを貼り違えた"
) -> str:
    return exchange_item_numbers(
        piece, item_number=number, witness=witness, reason=reason, keep_days=10, actor=clerk, now=clock.now()
    )


def told(number: str, what: str, clerk: Actor) -> date:
    """The post said this of a number, yesterday."""
    day = clock.today() - timedelta(days=1)
    read = read_outcomes(f"{number}\t{day:%Y/%m/%d}\t{what}\t日立郵便局", clock.today())
    take_outcomes(read.lines, source=OutcomeSource.PASTED, keep_days=10, actor=clerk, now=clock.now())
    db.session.rollback()
    return day


def numbers(*pieces: UUID) -> list[str | None]:
    return [piece_row(piece).item_number for piece in pieces]


def test_both_change_in_one_step_by_two_people(pair: tuple[UUID, UUID], clerk: Actor) -> None:
    first, second = pair
    names = [piece_row(piece).number for piece in pair]
    assert exchange(first, clerk, f"A{TWO}A") == names[1]
    assert numbers(first, second) == [TWO, ONE]
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "letter:correct-number")).all()
    assert {(entry.detail["number"], entry.detail["from"], entry.detail["to"]) for entry in entries} == {
        (names[0], ONE, TWO),
        (names[1], TWO, ONE),
    }
    assert {entry.detail["exchanged_with"] for entry in entries} == set(names)
    assert {entry.detail["reason"] for entry in entries} == {"ラベルを貼り違えた"}
    lines = db.session.scalars(select(MailPieceEvent).where(MailPieceEvent.detail["what"].astext == "correct-number"))
    assert [(line.actor_name, line.witness_name) for line in lines] == [(clerk.name, "森 由美")] * 2
    assert verify_chain().is_intact


def test_nothing_changes_without_a_second_person_a_reason_and_another_letter(
    pair: tuple[UUID, UUID], clerk: Actor
) -> None:
    first, second = pair
    for witness in ("", " ", clerk.name):
        with pytest.raises(WitnessError):
            exchange(first, clerk, witness=witness)
    for wanted, bad in (
        ("correction-reason", {"reason": " "}),
        ("correction-same", {"number": ONE}),
        ("exchange-nobody", {"number": FREE}),
    ):
        with pytest.raises(DomainError, match=wanted):
            exchange(first, clerk, **bad)
    with pytest.raises(ItemNumberError):
        exchange(first, clerk, "131-12-38385-0")
    with pytest.raises(NotFoundError):
        exchange(uuid4(), clerk)
    (at_home,) = enclosed("葛󠄀城 葵")
    with pytest.raises(IllegalTransitionError):
        exchange(at_home, clerk)
    assert numbers(first, second) == [ONE, TWO]


def test_the_arrival_notice_goes_with_its_number(pair: tuple[UUID, UUID], clerk: Actor) -> None:
    first, second = pair
    day = told(ONE, "保管", clerk)
    piece_row(first).warned_on = clock.today()  # about a letter that lies nowhere
    db.session.commit()
    exchange(second, clerk, ONE)
    mine, other = piece_row(first), piece_row(second)
    assert (mine.status, mine.notified_on, mine.kept_until, mine.warned_on) == (S.POSTED, None, None, None)
    other = piece_row(second)
    assert (other.status, other.notified_on, other.kept_until) == (S.NOTIFIED, day, day + timedelta(days=10))
    assert list_outcomes_of(first) == []
    assert [row.item_number for row in list_outcomes_of(second)] == [ONE]
    db.session.rollback()
    told(ONE, "お届け済み", clerk)
    assert (piece_row(first).status, piece_row(second).status) == (S.POSTED, S.DELIVERED)


def test_what_waited_since_it_did_not_fit_is_taken_up(clerk: Actor) -> None:
    """The first letter went out a day later than its wrong number: the post's day lay before its posting."""
    first, second = enclosed("𠮷田 太郎", "髙木 花")
    for piece, number, ago in ((first, ONE, 0), (second, TWO, 3)):
        day = clock.today() - timedelta(days=ago)
        post_letter(piece, item_number=number, posted_on=day, actor=clerk, now=clock.now())
    told(ONE, "保管", clerk)
    assert len(list_unsettled()) == 1
    db.session.rollback()
    exchange(first, clerk)
    assert (piece_row(first).status, piece_row(second).status) == (S.POSTED, S.NOTIFIED)
    assert list_unsettled() == []


@pytest.mark.parametrize("place", [0, 1])
def test_what_arrived_is_not_turned_round(pair: tuple[UUID, UUID], clerk: Actor, place: int) -> None:
    told((ONE, TWO)[place], "お届け済み", clerk)
    for piece, number in zip(pair, (TWO, ONE), strict=True):
        with pytest.raises(DomainError, match="exchange-too-late"):
            exchange(piece, clerk, number)
    assert numbers(*pair) == [ONE, TWO]


def test_the_stamped_list_keeps_both_numbers(pair: tuple[UUID, UUID], clerk: Actor) -> None:
    first, second = pair
    made = make_posting_list(clock.today() - timedelta(days=3), post_office="", actor=clerk, now=clock.now())
    exchange(first, clerk)
    db.session.rollback()
    listed = numbers_as_listed(get_posting_list(made), list_pieces_of(made))
    assert (listed[first].item_number, listed[first].corrected_to) == (ONE, TWO)
    assert (listed[second].item_number, listed[second].corrected_to) == (TWO, ONE)


def test_two_people_at_the_same_two_letters(app: Flask, pair: tuple[UUID, UUID], clerk: Actor) -> None:
    """One of them is first; the other finds that it is done, and nobody waits for ever."""

    def press(piece: UUID, number: str) -> str:
        with app.app_context():
            try:
                return exchange(piece, clerk, number)
            except DomainError as error:
                return error.code
            finally:
                db.session.remove()

    with ThreadPoolExecutor(2) as both:
        found = list(both.map(press, pair, (TWO, ONE)))
    assert sorted(each[:2] for each in found) == ["L-", "co"]
    assert numbers(*pair) == [TWO, ONE]
