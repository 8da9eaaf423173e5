"""Runs of a real IPP printer: jams, lost connections and killed processes cost letters of one job at most, and no PIN is left."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import OperationalError

from app.core import clock
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import IllegalTransitionError
from app.core.transaction import transaction
from issuance.services.application_pin import ApplicationPins
from mailings.errors import EnvelopeInUseError, LetterInRunError, WitnessError
from mailings.printing.ipp import IppPrinter
from mailings.rules import print_run as rules
from mailings.run_queries import counts_of_run, get_run
from mailings.services import print_run as service
from mailings.services.close_print_run import RunUnevenError, close_print_run
from mailings.services.prepare_letter import add_piece
from mailings.services.print_letters import print_letters
from mailings.services.print_run import print_run
from mailings.services.printing_steps import require_envelope
from mailings.services.start_print_run import resume_print_run, start_print_run, stop_print_run
from models.applications import Applicant
from models.enums import MailPieceStatus, PinKind, PinStatus, PrintRunStatus
from models.mail_pieces import MailPiece, MailPieceEvent, PrintRun
from models.pin_secrets import PinSecret
from models.promises import Promise
from models.stationery import EnvelopeStock
from tests.factories.accounts import make_application
from tests.factories.desk import staff_actor
from tests.factories.printers import running_printer

pytestmark = pytest.mark.hsm
# Counts the pages of the PDF it gets, prints them one by one; the file `jam` says after how many sheets it jams.
SCRIPT = """#!/bin/sh
pages=$(pdfinfo "$1" | sed -n 's/^Pages: *//p')
done=0
while [ $done -lt $pages ]; do
  if [ -f {folder}/jam ] && [ $done -ge $(cat {folder}/jam) ]; then
    rm {folder}/jam
    echo "STATE: +media-jam-error" >&2
    exit 1
  fi
  done=$((done + 1))
  echo "ATTR: job-impressions-completed=$done" >&2
done
echo "STATE: -media-jam-error" >&2
exit 0
"""


class Killed(BaseException):
    """The process is gone: nothing catches it."""


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="pr", dir="/tmp") as name:  # noqa: S108  a socket's path must be short
        yield Path(name)


@pytest.fixture
def printer(folder: Path) -> Iterator[IppPrinter]:
    script = folder / "print.sh"
    script.write_text(SCRIPT.format(folder=folder))
    script.chmod(0o755)
    with running_printer(folder, command=str(script)) as running:
        yield IppPrinter(running.url)


@pytest.fixture(autouse=True)
def _small_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "BATCH", 5)
    assert rules.BATCH == 20


@pytest.fixture
def clerk(app: Flask, authority: None) -> Actor:
    return staff_actor("mailroom", email="mailroom@example.jp", name="小川 亮")


def letters(count: int) -> list[UUID]:
    application = make_application(*(f"髙﨑 {number}郎" for number in range(count)), services=("certificate",))
    ids = [applicant.id for applicant in application.applicants]
    db.session.commit()
    with transaction():
        return [add_piece(db.session.get_one(Applicant, each), now=clock.now()).id for each in ids]


def start(pieces: list[UUID], clerk: Actor, printer: IppPrinter) -> UUID:
    return start_print_run(pieces, witness="山本 次郎", printer=printer.url, actor=clerk, now=clock.now())


def go(run: UUID, printer: IppPrinter, pins: ApplicationPins | None = None) -> None:
    print_run(run, printer=printer, pins=pins or ApplicationPins(), now=clock.now)


def state(run: UUID) -> tuple[PrintRunStatus, str]:
    db.session.rollback()
    found = get_run(run)
    return found.status, found.stop_reason


def live_pins() -> int:
    return db.session.scalar(
        select(func.count())
        .select_from(PinSecret)
        .where(PinSecret.kind == PinKind.APPLICATION, PinSecret.status == PinStatus.ISSUED)
    )


def require_even_books(run: UUID, count: int, spoiled: int) -> None:
    """Each letter has one sheet and one live PIN; each spoiled sheet stands in the ledger with two names."""
    counts = counts_of_run(get_run(run))
    assert (counts.pieces, counts.printed, counts.unsure, counts.waiting) == (count, count, 0, 0)
    assert counts.spoiled == spoiled == get_run(run).spoiled_count
    assert live_pins() == count
    lines = db.session.scalars(select(MailPieceEvent).where(MailPieceEvent.status == MailPieceStatus.SPOILED)).all()
    assert {(line.actor_name, line.witness_name) for line in lines} <= {("小川 亮", "山本 次郎")}
    assert len(lines) == spoiled


def test_a_run_prints_every_letter_once(clerk: Actor, printer: IppPrinter) -> None:
    run = start(letters(12), clerk, printer)
    assert live_pins() == 0  # no secret before the printer is spoken to
    go(run, printer)
    assert state(run) == (PrintRunStatus.PRINTED, "")
    require_even_books(run, 12, spoiled=0)
    go(run, printer)  # the promise comes twice
    require_even_books(run, 12, spoiled=0)


def test_a_jam_stops_the_run_and_the_missing_are_printed_afterwards(
    clerk: Actor, printer: IppPrinter, folder: Path
) -> None:
    run = start(letters(12), clerk, printer)
    (folder / "jam").write_text("2")
    go(run, printer)
    status, reason = state(run)
    assert status is PrintRunStatus.STOPPED
    assert reason
    counts = counts_of_run(get_run(run))
    assert (counts.printed, counts.spoiled, counts.waiting, counts.pieces) == (2, 3, 10, 12)
    assert live_pins() == 2
    db.session.rollback()
    resume_print_run(run, actor=clerk)
    go(run, printer)
    assert state(run)[0] is PrintRunStatus.PRINTED
    require_even_books(run, 12, spoiled=3)


def test_a_killed_process_leaves_no_secret_that_nobody_knows_of(
    clerk: Actor, printer: IppPrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = start(letters(12), clerk, printer)
    sent = 0
    send = IppPrinter.print

    def dying(self: IppPrinter, *arguments: object, **more: object):
        nonlocal sent
        sent += 1
        if sent == 2:
            raise Killed
        return send(self, *arguments, **more)

    monkeypatch.setattr(IppPrinter, "print", dying)
    with pytest.raises(Killed):
        go(run, printer)
    db.session.rollback()
    assert counts_of_run(get_run(run)).unsure == 5
    db.session.rollback()
    go(run, printer)  # the promise is handed over again
    assert state(run)[0] is PrintRunStatus.PRINTED
    require_even_books(run, 12, spoiled=5)


def test_a_printer_that_is_away_costs_one_job(clerk: Actor, printer: IppPrinter) -> None:
    run = start(letters(7), clerk, printer)
    away = IppPrinter("ipp://127.0.0.1:9/ipp/print")
    go(run, away)
    assert state(run) == (PrintRunStatus.STOPPED, "printer-away")
    assert live_pins() == 0
    resume_print_run(run, actor=clerk)
    go(run, printer)
    require_even_books(run, 7, spoiled=5)


def test_somebody_stops_a_run(clerk: Actor, printer: IppPrinter) -> None:
    run = start(letters(3), clerk, printer)
    stop_print_run(run, reason="wrong paper", actor=clerk)
    go(run, printer)
    assert state(run) == (PrintRunStatus.STOPPED, "wrong paper")
    assert live_pins() == 0
    with pytest.raises(IllegalTransitionError):
        stop_print_run(run, reason="again", actor=clerk)
    db.session.rollback()


def test_a_run_is_closed_when_it_is_even(clerk: Actor, printer: IppPrinter) -> None:
    run = start(letters(2), clerk, printer)
    go(run, printer)
    with pytest.raises(RunUnevenError) as caught:
        close_print_run(run, actor=clerk, now=clock.now())
    assert caught.value.fields["pieces"] == 2
    assert (caught.value.fields["printed"], caught.value.fields["posted"]) == (2, 0)
    db.session.rollback()
    for number, piece in enumerate(db.session.scalars(select(MailPiece).where(MailPiece.print_run_id == run)).all()):
        piece.status, piece.item_number = MailPieceStatus.POSTED, f"1000000000{number}"
    db.session.commit()
    close_print_run(run, actor=clerk, now=clock.now())
    assert state(run)[0] is PrintRunStatus.CLOSED


def test_a_browser_reports_no_sheets_and_leaves_nothing_in_doubt(clerk: Actor) -> None:
    run, _pdf = print_letters(letters(2), witness="山本 次郎", pins=ApplicationPins(), actor=clerk, now=clock.now())
    counts = counts_of_run(get_run(run))
    assert (counts.printed, counts.unsure) == (2, 0)


def put_in_use(name: str, window: tuple[float, float, float, float]) -> None:
    """As it stands in the database, whatever the rule said at its time: since then the letters have changed."""
    db.session.execute(update(EnvelopeStock).values(in_use=False))
    left, top, right, bottom = window
    db.session.add(
        EnvelopeStock(
            name=name, width=235, height=120, window_left=left, window_top=top, window_right=right,
            window_bottom=bottom, sheet_width=210, sheet_height=99, slack=3, in_use=True,
            measured_on=clock.today(), measured_by_name="小川 亮",
        )
    )  # fmt: skip
    db.session.commit()


GOOD, BAD = (20, 14, 110, 59), (60, 60, 150, 100)


def test_an_envelope_that_does_not_take_the_letters_stops_the_run_it_was_put_under(
    clerk: Actor, printer: IppPrinter
) -> None:
    run = start(letters(12), clerk, printer)
    put_in_use("窓の違う封筒", BAD)
    go(run, printer)
    assert state(run) == (PrintRunStatus.STOPPED, "envelope-in-use")
    assert live_pins() == 0
    put_in_use("長形3号 新", GOOD)
    resume_print_run(run, actor=clerk)
    go(run, printer)
    require_even_books(run, 12, spoiled=0)
    lines = db.session.scalars(select(MailPieceEvent).where(MailPieceEvent.status == MailPieceStatus.PRINTED)).all()
    assert {line.detail["envelope"] for line in lines} == {"長形3号 新"}, "the ledger says which envelope it was for"


def test_an_envelope_exchanged_between_two_jobs_stops_the_second(
    clerk: Actor, printer: IppPrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = start(letters(12), clerk, printer)
    send = IppPrinter.print

    def exchanging(self: IppPrinter, *arguments: object, **more: object):
        put_in_use("窓の違う封筒", BAD)
        return send(self, *arguments, **more)

    monkeypatch.setattr(IppPrinter, "print", exchanging)
    go(run, printer)
    assert state(run) == (PrintRunStatus.STOPPED, "envelope-in-use")
    counts = counts_of_run(get_run(run))
    assert (counts.printed, counts.waiting, counts.spoiled) == (5, 7, 0)
    assert live_pins() == 5


def test_nothing_is_started_for_such_an_envelope(clerk: Actor, printer: IppPrinter) -> None:
    pieces = letters(2)
    put_in_use("窓の違う封筒", BAD)
    with pytest.raises(EnvelopeInUseError):
        start(pieces, clerk, printer)
    db.session.rollback()
    with pytest.raises(EnvelopeInUseError):
        print_letters(pieces, witness="山本 次郎", pins=ApplicationPins(), actor=clerk, now=clock.now())
    db.session.rollback()
    assert live_pins() == 0
    assert db.session.scalar(select(func.count()).select_from(PrintRun)) == 0


def test_nobody_exchanges_the_envelope_while_letters_are_drawn_for_it(clerk: Actor, app: Flask) -> None:
    put_in_use("長形3号 新", GOOD)
    with transaction():
        assert require_envelope() == "長形3号 新"
        with db.engine.begin() as other:
            other.execute(text("SET LOCAL lock_timeout = '200ms'"))
            with pytest.raises(OperationalError, match="lock timeout"):
                other.execute(update(EnvelopeStock).values(in_use=False))


def test_what_no_run_takes(clerk: Actor, printer: IppPrinter) -> None:
    pieces = letters(2)
    with pytest.raises(WitnessError):
        start_print_run(pieces, witness="小川 亮", printer=printer.url, actor=clerk, now=clock.now())
    start(pieces, clerk, printer)
    with pytest.raises(LetterInRunError):
        start(pieces, clerk, printer)
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(PrintRun)) == 1
    promised = db.session.scalars(select(Promise.name).where(Promise.name == "mailings.jobs.print_run")).all()
    assert len(promised) == 1
