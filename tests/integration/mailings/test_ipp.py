"""Printing straight to a real IPP printer, without a file of ours."""

import tempfile
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from mailings.printing.ipp import ENDED, IppPrinter, Job, JobState, PrinterError
from tests.factories.printers import RunningPrinter, running_printer

COUNTING = """#!/bin/sh
echo "ATTR: job-impressions=6" >&2
for sheet in 1 2 3; do echo "ATTR: job-impressions-completed=$sheet" >&2; sleep 0.2; done
exit 0
"""
JAMMING = """#!/bin/sh
echo "ATTR: job-impressions-completed=2" >&2
echo "STATE: +media-jam-error" >&2
exit 1
"""
SLOW = """#!/bin/sh
sleep 20
"""


@pytest.fixture
def short() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="pr", dir="/tmp") as name:  # noqa: S108  sockets need a short path
        yield Path(name)


def script(directory: Path, text: str) -> str:
    path = directory / "print.sh"
    path.write_text(text)
    path.chmod(0o755)
    return str(path)


def pages(count: int) -> bytes:
    target = BytesIO()
    canvas = Canvas(target)
    for number in range(count):
        canvas.drawString(100, 100, f"sheet {number + 1}")
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def follow(printer: IppPrinter, number: int, seconds: float = 20) -> list[Job]:
    seen = [printer.job(number)]
    until = time.monotonic() + seconds
    while seen[-1].state not in ENDED and time.monotonic() < until:
        time.sleep(0.05)
        seen.append(printer.job(number))
    return seen


def in_pieces(data: bytes) -> Iterator[bytes]:
    for start in range(0, len(data), 1000):
        yield data[start : start + 1000]


def test_a_document_arrives_whole_and_its_sheets_are_counted(short: Path) -> None:
    document = pages(3)
    with running_printer(short, command=script(short, COUNTING)) as running:
        printer = IppPrinter(running.url)
        state = printer.state()
        assert (state.is_stopped, state.reasons) == (False, ())
        job = printer.print(in_pieces(document), name="run 1")
        seen = follow(printer, job.number)
        assert seen[-1].state is JobState.COMPLETED
        assert seen[-1].sheets == 3
        counts = [each.sheets or 0 for each in seen]
        assert counts == sorted(counts)
        assert _spooled(running) == document


def test_a_jam_is_told_with_what_came_out(short: Path) -> None:
    with running_printer(short, command=script(short, JAMMING)) as running:
        printer = IppPrinter(running.url)
        last = follow(printer, printer.print([pages(3)], name="run 2").number)[-1]
        assert last.state is JobState.ABORTED
        assert last.sheets == 2
        assert any("media-jam" in reason for reason in printer.state().reasons)


def test_a_job_is_stopped(short: Path) -> None:
    with running_printer(short, command=script(short, SLOW)) as running:
        printer = IppPrinter(running.url)
        number = printer.print([pages(1)], name="run 3").number
        printer.cancel(number)
        assert follow(printer, number)[-1].state in {JobState.CANCELED, JobState.ABORTED}


def test_no_printer_and_no_such_job(short: Path) -> None:
    with running_printer(short) as running:
        with pytest.raises(PrinterError, match="printer-refused"):
            IppPrinter(running.url).job(99)
        with pytest.raises(PrinterError, match="printer-refused"):
            IppPrinter(running.url).print([b"no PDF"], name="run 4", sides="three-sided")
        url = running.url
    with pytest.raises(PrinterError, match="printer-away"):
        IppPrinter(url).state()


@pytest.mark.parametrize("url", ["http://printer/", "ipp:///ipp/print", "lpd://printer/raw"])
def test_what_is_no_address_of_a_printer(url: str) -> None:
    with pytest.raises(ValueError, match="ipp"):
        IppPrinter(url)


def _spooled(running: RunningPrinter) -> bytes:
    (path,) = running.spool.glob("*.pdf")
    return path.read_bytes()
