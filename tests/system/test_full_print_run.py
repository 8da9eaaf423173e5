"""A thousand letters in one run: the printer jams at 400, its worker dies at 700, Redis dies at 900. What is missing is printed, no more."""

import re
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from app.audit.verify import verify_chain
from app.core import clock
from app.core.db import db
from issuance.errors import PinWrongError
from issuance.services.check_pin import check_pin
from mailings.run_queries import counts_of_run, get_run
from models.enums import MailPieceStatus, PinKind, PinStatus, PrintRunStatus
from models.mail_pieces import MailPiece, MailPieceEvent, PrintRun
from models.pin_secrets import PinSecret
from tests.factories.accounts import make_application
from tests.factories.printers import RunningPrinter, running_printer
from tests.system.desk_over_http import Browser
from tests.system.prepared import Prepared, prepare
from tests.system.running import RunningSystem, wait_until
from tests.system.test_kill_and_restart import count, kill_9
from tests.tour.desk import PIN

pytestmark = [pytest.mark.system, pytest.mark.timeout(900)]
LETTERS, JAM, DEATH, REDIS_GONE = 1000, 400, 700, 900
JOB = 20
PARTS = ("postgres", "redis", "signer", "portal", "printer", "clock")
PATIENCE = 240  # seconds, of a machine that does other work too
WITNESS = "山本 次郎"
# One page after another; before the page whose number is in `jam` it jams, once.
PRINT = """#!/bin/sh
pages=$(pdfinfo "$1" | sed -n 's/^Pages: *//p')
total=$(cat {folder}/total)
done=0
while [ $done -lt $pages ]; do
  if [ -f {folder}/jam ] && [ $total -ge $(cat {folder}/jam) ]; then
    rm {folder}/jam
    echo $total > {folder}/total
    echo "STATE: +media-jam-error" >&2
    exit 1
  fi
  done=$((done + 1)) total=$((total + 1))
  echo "ATTR: job-impressions-completed=$done" >&2
  if [ -f {folder}/slow-$total ]; then rm {folder}/slow-$total; sleep 5; fi
done
echo $total > {folder}/total
echo "STATE: -media-jam-error" >&2
"""
SHEET = re.compile(r"L-\d{4}-\d{6}")


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="full", dir="/tmp", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture(scope="module")
def printer(place: Path) -> Iterator[RunningPrinter]:
    folder = place / "p"
    folder.mkdir()
    (folder / "total").write_text("0")
    (folder / "jam").write_text(str(JAM + 7))  # in the middle of a job
    for total in (DEATH, REDIS_GONE):
        (folder / f"slow-{total + 7}").touch()  # so that the accident comes in the middle of a job
    script = folder / "print.sh"
    script.write_text(PRINT.format(folder=folder))
    script.chmod(0o755)
    with running_printer(folder, command=str(script)) as running:
        yield running


@pytest.fixture(scope="module")
def system(place: Path, printer: RunningPrinter, prepared: Prepared) -> Iterator[RunningSystem]:
    running = RunningSystem(
        place / "v", {"HAND_OVER_AGAIN_SECONDS": "3", "WEB_CONCURRENCY": "1", "PRINTER_URL": printer.url}
    )
    prepare(running, prepared)
    running.start(PARTS)
    try:
        running.wait_for_web(running.portal_url)
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="module")
def app(system: RunningSystem) -> Iterator[Flask]:
    from wsgi import create_worker  # noqa: PLC0415

    worker = create_worker(system.settings())
    with worker.app_context():
        yield worker
        db.session.remove()
        db.engine.dispose()
    worker.extensions["signer"].close()
    worker.extensions["redis"].close()


def test_a_thousand_letters(app: Flask, system: RunningSystem, printer: RunningPrinter) -> None:
    pieces = letters()
    desk = Browser(system.portal_url)
    desk.sign_in("hasso")
    began = time.monotonic()
    form = desk.filled("/mailroom/print/", witness=WITNESS)
    assert len(form["piece"]) == LETTERS
    answer = desk.press("/mailroom/print/", form | {"to": "printer"})
    page, run = answer.url.removeprefix(system.portal_url), run_id()
    assert str(run) in page

    wait_until(lambda: state(run) is PrintRunStatus.STOPPED, "the jam stops the run", seconds=PATIENCE)
    assert (sheets(run), count(MailPiece, MailPiece.status == MailPieceStatus.SPOILED)) == (JAM + 7, JOB - 7)
    assert live() == sheets(run)
    assert desk.submit_button(page, "resume").ok

    wait_until(lambda: sheets(run) > DEATH, f"{DEATH} sheets", seconds=PATIENCE)
    kill_9(system, "printer")
    wait_until(lambda: sheets(run) > REDIS_GONE, f"{REDIS_GONE} sheets", seconds=PATIENCE)
    kill_9(system, "redis")
    wait_until(lambda: state(run) is PrintRunStatus.PRINTED, "the run is printed", seconds=PATIENCE)
    took = time.monotonic() - began
    print(f"{LETTERS} letters in {took:.0f} s, {count(MailPiece, MailPiece.status == MailPieceStatus.SPOILED)} void")

    require_even_books(run)
    require_sheets_agree(run, printer)
    require_closing(desk, page, run)
    assert len(pieces) == LETTERS
    assert verify_chain().is_intact


def letters() -> list[UUID]:
    application = make_application(*(f"髙﨑 {number}郎" for number in range(LETTERS)), services=("certificate",))
    db.session.add_all(
        MailPiece(number=str(place), applicant_id=applicant.id, application_id=application.id)
        for place, applicant in enumerate(application.applicants)
    )
    db.session.flush()
    db.session.execute(text("UPDATE mail_piece SET number = 'L-2026-' || lpad(sequence::text, 6, '0')"))
    db.session.commit()
    return list(db.session.scalars(select(MailPiece.id)))


def require_even_books(run: UUID) -> None:
    """Each letter has one sheet and one live PIN; what was lost is void, and at most one job's for each accident."""
    db.session.rollback()
    counts = counts_of_run(get_run(run))
    assert (counts.pieces, counts.printed, counts.unsure, counts.waiting) == (LETTERS, LETTERS, 0, 0)
    assert JOB - 7 <= counts.spoiled <= 3 * JOB
    assert counts.spoiled == get_run(run).spoiled_count
    assert live() == LETTERS
    assert count(PinSecret, PinSecret.status == PinStatus.DESTROYED) == counts.spoiled
    assert count(MailPieceEvent, MailPieceEvent.status == MailPieceStatus.SPOILED) == counts.spoiled
    assert count(MailPieceEvent, MailPieceEvent.status == MailPieceStatus.PRINTED) == LETTERS + counts.spoiled
    holders = select(func.count(func.distinct(PinSecret.applicant_id))).where(PinSecret.status == PinStatus.ISSUED)
    assert db.session.scalar(holders) == LETTERS


def require_sheets_agree(run: UUID, printer: RunningPrinter) -> None:
    """What the printer got: every letter that counts stands on exactly one sheet; a PIN of a void sheet opens nothing."""
    pages = [
        page
        for path in printer.spool.glob("*.pdf")
        for page in subprocess.run(
            ["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True, text=True
        ).stdout.split("\f")
        if page.strip()
    ]
    on_paper = Counter(SHEET.search(page)[0] for page in pages)
    rows = db.session.execute(select(MailPiece.number, MailPiece.status).where(MailPiece.print_run_id == run)).all()
    printed = {number for number, status in rows if status is MailPieceStatus.PRINTED}
    spoiled = {number for number, status in rows if status is MailPieceStatus.SPOILED}
    assert {number: on_paper[number] for number in printed} == dict.fromkeys(printed, 1)
    assert set(on_paper) - printed <= spoiled
    by_number = {SHEET.search(page)[0]: page for page in pages}
    for number in sorted(printed)[::250]:
        assert opens(by_number[number])
    for number in sorted(spoiled & set(on_paper))[::7]:
        assert not opens(by_number[number])


def opens(page: str) -> bool:
    try:
        check_pin(re.search(r"A-\d{4}-\d{6}-\d+", page)[0], PIN.search(page)[0], PinKind.APPLICATION, now=clock.now())
    except PinWrongError:
        return False
    finally:
        db.session.rollback()
    return True


def require_closing(desk: Browser, page: str, run: UUID) -> None:
    """It closes when the last letter is posted, not before."""
    with db.engine.begin() as connection:
        posted = "UPDATE mail_piece SET status = 'posted', item_number = lpad((10000000000 + sequence)::text, 11, '0')"
        which = " WHERE print_run_id = :run AND status = 'printed'"
        most = " AND sequence > (SELECT min(sequence) FROM mail_piece WHERE status = 'printed')"
        connection.execute(text(posted + which + most), {"run": run})
    desk.submit_button(page, "close")
    assert state(run) is PrintRunStatus.PRINTED
    with db.engine.begin() as connection:
        connection.execute(text(posted + which), {"run": run})
    desk.submit_button(page, "close")
    assert state(run) is PrintRunStatus.CLOSED


def run_id() -> UUID:
    db.session.rollback()
    return db.session.scalars(select(PrintRun.id)).one()


def state(run: UUID) -> PrintRunStatus:
    db.session.rollback()
    return get_run(run).status


def sheets(run: UUID) -> int:
    return count(MailPiece, MailPiece.print_run_id == run, MailPiece.sheet_out_at.is_not(None))


def live() -> int:
    return count(PinSecret, PinSecret.kind == PinKind.APPLICATION, PinSecret.status == PinStatus.ISSUED)
