"""A wrongly typed item number: two people, a reason, and what was handed in and stamped stays as it was."""

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from app.audit.verify import verify_chain
from app.core import clock
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import DomainError, IllegalTransitionError
from mailings.band_queries import next_numbers
from mailings.errors import ItemNumberTakenError, WitnessError
from mailings.posting_queries import get_posting_list, list_pieces_of, list_unsettled, numbers_as_listed
from mailings.rules.bands import number_of
from mailings.rules.item_numbers import ItemNumberError
from mailings.rules.outcomes import read_outcomes
from mailings.services.correct_item_number import correct_item_number
from mailings.services.make_posting_list import make_posting_list
from mailings.services.post_letter import post_letter
from mailings.services.take_band import take_band
from mailings.services.take_outcomes import take_outcomes
from mailings.services.take_receipt import take_receipt
from models.audit import AuditEntry
from models.enums import MailPieceStatus, OutcomeSource, Posting
from models.mail_pieces import MailPieceEvent
from tests.factories.desk import staff_actor
from tests.factories.mail import enclosed, item_number, piece_row

FIRST = 1520012300
WRONG, RIGHT, OTHER = item_number(1), item_number(2), item_number(3)


@pytest.fixture
def clerk(app: Flask) -> Actor:
    return staff_actor("mailroom", name="小川 亮")


@pytest.fixture
def piece(clerk: Actor) -> UUID:
    (found,) = enclosed()
    post(found, clerk, WRONG)
    return found


def post(piece: UUID, clerk: Actor, number: str | None, days_ago: int = 0) -> str | None:
    day = clock.today() - timedelta(days=days_ago)
    return post_letter(piece, item_number=number, posted_on=day, actor=clerk, now=clock.now())


def correct(
    piece: UUID, clerk: Actor, number: str = RIGHT, witness: str = "森 由美", reason: str = "6 を 9 と読んだ"
) -> str:
    return correct_item_number(
        piece, item_number=number, witness=witness, reason=reason, keep_days=10, actor=clerk, now=clock.now()
    )


def test_two_people_a_reason_and_a_number_that_is_one(piece: UUID, clerk: Actor) -> None:
    for witness in ("", "  ", clerk.name):
        with pytest.raises(WitnessError):
            correct(piece, clerk, witness=witness)
    with pytest.raises(DomainError, match="correction-reason"):
        correct(piece, clerk, reason=" ")
    with pytest.raises(DomainError, match="correction-same"):
        correct(piece, clerk, WRONG)
    for bad in ("", "131-12-38385-0", "4055-4842-4886"):
        with pytest.raises(ItemNumberError):
            correct(piece, clerk, bad)
    assert piece_row(piece).item_number == WRONG
    db.session.rollback()
    assert correct(piece, clerk, f"a{RIGHT}A") == RIGHT
    row = piece_row(piece)
    assert (row.item_number, row.status) == (RIGHT, MailPieceStatus.POSTED)
    db.session.rollback()
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "letter:correct-number")).one()
    assert entry.detail == {
        "number": row.number,
        "witness": "森 由美",
        "from": WRONG,
        "to": RIGHT,
        "reason": "6 を 9 と読んだ",
    }
    line = db.session.scalars(select(MailPieceEvent).order_by(MailPieceEvent.at.desc())).first()
    assert line is not None and (line.actor_name, line.witness_name) == (clerk.name, "森 由美")
    assert verify_chain().is_intact


def test_no_other_letters_number_and_only_what_has_one(piece: UUID, clerk: Actor) -> None:
    (second,) = enclosed("髙木 花")
    with pytest.raises(IllegalTransitionError):
        correct(second, clerk)
    post(second, clerk, OTHER)
    with pytest.raises(ItemNumberTakenError):
        correct(piece, clerk, OTHER)
    correct(piece, clerk)
    correct(second, clerk, WRONG)  # its label: the two were mixed up, and the number is free again
    assert (piece_row(piece).item_number, piece_row(second).item_number) == (RIGHT, WRONG)


def test_the_list_that_was_stamped_keeps_its_numbers_and_says_what_was_corrected(piece: UUID, clerk: Actor) -> None:
    (second,) = enclosed("髙木 花")
    post(second, clerk, OTHER)
    made = make_posting_list(clock.today(), post_office="芝郵便局", actor=clerk, now=clock.now())
    take_receipt(made, stamped_on=clock.today(), data=None, actor=clerk, now=clock.now())
    correct(piece, clerk, item_number(7))
    correct(piece, clerk, RIGHT, reason="もう一度見直した")
    db.session.rollback()
    row, pieces = get_posting_list(made), list_pieces_of(made)
    listed = numbers_as_listed(row, pieces)
    assert (listed[piece].item_number, listed[piece].corrected_to) == (WRONG, RIGHT)
    assert (listed[second].item_number, listed[second].corrected_to) == (OTHER, "")
    assert (row.piece_count, len(pieces)) == (2, 2)


def test_a_list_that_is_made_afterwards_bears_the_right_number(piece: UUID, clerk: Actor) -> None:
    correct(piece, clerk)
    made = make_posting_list(clock.today(), post_office="", actor=clerk, now=clock.now())
    row, pieces = get_posting_list(made), list_pieces_of(made)
    assert numbers_as_listed(row, pieces)[piece].item_number == RIGHT
    assert not numbers_as_listed(row, pieces)[piece].corrected_to


def test_what_the_post_said_of_the_right_number_is_taken_up(clerk: Actor) -> None:
    (piece,) = enclosed()
    post(piece, clerk, WRONG, days_ago=3)
    day = clock.today() - timedelta(days=1)
    read = read_outcomes(f"{RIGHT}\t{day:%Y/%m/%d}\t保管\t日立郵便局", clock.today())
    take_outcomes(read.lines, source=OutcomeSource.PASTED, keep_days=10, actor=clerk, now=clock.now())
    assert len(list_unsettled()) == 1
    db.session.rollback()
    correct(piece, clerk)
    row = piece_row(piece)
    assert (row.status, row.notified_on, row.kept_until) == (MailPieceStatus.NOTIFIED, day, day + timedelta(days=10))
    assert list_unsettled() == []


def test_a_slip_that_skipped_labels_gives_them_back(clerk: Actor) -> None:
    numbers = number_of(FIRST).formatted, number_of(FIRST + 99).formatted
    take_band(Posting.RESTRICTED, *numbers, received_on=clock.today(), note="", actor=clerk, now=clock.now())
    one, two = enclosed("一", "二")
    post(one, clerk, None)
    post(two, clerk, number_of(FIRST + 71).formatted)  # the label says 01, typed 71
    assert next_numbers(Posting.RESTRICTED, 1) == [number_of(FIRST + 72).digits]
    db.session.rollback()
    correct(two, clerk, number_of(FIRST + 1).formatted)
    assert next_numbers(Posting.RESTRICTED, 1) == [number_of(FIRST + 2).digits]
