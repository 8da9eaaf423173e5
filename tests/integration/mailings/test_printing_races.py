"""Two people at two printers, and a process that dies while it prints: one letter, one PIN, or none at all."""

from datetime import datetime
from threading import Barrier, Thread
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import NoResultFound

from app.core import clock
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import IllegalTransitionError
from issuance.services import application_pin
from issuance.services.application_pin import PreparedPin
from mailings.errors import BlockedPieceError
from mailings.services.prepare_letter import prepare_letter
from mailings.services.print_letters import print_letters
from models.applications import Applicant
from models.enums import MailPieceStatus
from models.mail_pieces import MailPiece, MailPieceEvent, PrintRun
from models.pin_secrets import PinSecret
from models.promises import Promise
from tests.factories.desk import approved_case, staff_actor

pytestmark = pytest.mark.hsm


class Pins(application_pin.ApplicationPins):
    """issuance's steps; a test may stop in between."""

    def __init__(self, before: Barrier | None = None) -> None:
        self.before = before

    def prepare(self, applicant_id: UUID) -> PreparedPin:
        prepared = application_pin.prepare_application_pin(applicant_id)
        if self.before:
            self.before.wait(30)
        return prepared


class DyingPins(Pins):
    """The process is killed after the secret was written and before the transaction ends."""

    def store(self, prepared: PreparedPin, *, actor: Actor, now: datetime) -> UUID:
        super().store(prepared, actor=actor, now=now)
        raise SystemExit(9)


@pytest.fixture
def people(app: Flask, authority: None) -> list[Actor]:
    return [
        staff_actor("mailroom", email=f"m{number}@example.jp", name=name)
        for number, name in enumerate(("小川 亮", "森 由美"))
    ]


@pytest.fixture
def piece(people: list[Actor]) -> UUID:
    applicant = approved_case().applicants[0].id
    db.session.rollback()
    return prepare_letter(applicant, now=clock.now())


def run(piece: UUID, actor: Actor, pins: Pins) -> bytes:
    return print_letters([piece], witness="山本 次郎", pins=pins, actor=actor, now=clock.now())[1]


def left_behind() -> tuple[int, int, int]:
    """Runs, secrets and ledger lines that exist."""
    db.session.rollback()
    return tuple(len(db.session.scalars(select(table.id)).all()) for table in (PrintRun, PinSecret, MailPieceEvent))


def test_two_people_print_the_same_letter(app: Flask, people: list[Actor], piece: UUID) -> None:
    """Both have made a PIN and stand before the row lock: one sheet comes out, the other is told so."""
    outcomes: list[object] = []
    both_ready = Barrier(2)

    def work(actor: Actor) -> None:
        with app.app_context():
            try:
                outcomes.append(run(piece, actor, Pins(both_ready)))
            except Exception as error:  # noqa: BLE001  what came out is what is tested
                outcomes.append(error)
            finally:
                db.session.remove()

    threads = [Thread(target=work, args=(actor,)) for actor in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert {type(outcome) for outcome in outcomes} == {bytes, IllegalTransitionError}
    assert left_behind() == (1, 1, 1)


def test_a_process_that_dies_while_printing_leaves_nothing(people: list[Actor], piece: UUID) -> None:
    before = left_behind()
    with pytest.raises(SystemExit):
        run(piece, people[0], DyingPins())
    assert left_behind() == before == (0, 0, 0)
    assert db.session.get_one(MailPiece, piece).status is MailPieceStatus.PREPARED
    db.session.rollback()
    assert run(piece, people[0], Pins()).startswith(b"%PDF"), "and it can be printed afterwards"


def test_a_letter_is_prepared_once(people: list[Actor], piece: UUID) -> None:
    applicant = db.session.get_one(MailPiece, piece).applicant_id
    db.session.rollback()
    assert prepare_letter(applicant, now=clock.now()) == piece
    reserved = db.session.scalars(select(Promise).where(Promise.name == "issuance.jobs.reserve_token")).all()
    assert len(reserved) == 1


def test_a_name_that_no_font_has_waits_for_an_officer(people: list[Actor]) -> None:
    """The gate stands before the printer: no run, no PIN, and the character is named."""
    applicant = approved_case().applicants[0]
    applicant_id = applicant.id
    db.session.rollback()
    db.session.execute(
        Applicant.__table__.update().where(Applicant.id == applicant_id).values(name="渡\u9089\U000e01ef 一")
    )
    db.session.commit()
    blocked = prepare_letter(applicant_id, now=clock.now())
    reason = db.session.get_one(MailPiece, blocked).blocked_reason
    assert reason is not None and "U+9089 U+E01EF" in reason
    db.session.rollback()
    with pytest.raises(BlockedPieceError):
        run(blocked, people[0], Pins())
    assert left_behind() == (0, 0, 0)


def test_one_bad_letter_stops_the_whole_run(people: list[Actor], piece: UUID) -> None:
    with pytest.raises(NoResultFound):
        print_letters(
            [piece, uuid4()],
            witness="山本 次郎",
            pins=Pins(),
            actor=people[0],
            now=clock.now(),
        )
    assert left_behind() == (0, 0, 0)
