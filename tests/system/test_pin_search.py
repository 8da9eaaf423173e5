"""After a printing run nothing of ours has the PIN: no table, file, log, Redis key, spool, memory, and no browser's profile.

All processes of the Procfile run as in an installation, with a source of chance that makes one known PIN. Letters go to a real IPP printer and
through a real browser; then everything is searched. Afterwards the PIN is planted in each of those places, and found.
"""

import base64
import os
import smtplib
import subprocess
import sys
import zlib
from collections.abc import Iterator
from uuid import UUID

import pytest
import requests
from playwright.sync_api import sync_playwright
from sqlalchemy import func, select, text

from app.core.db import db
from deploy.sample import PASSWORD
from models.enums import MailPieceStatus, PrintRunStatus
from models.mail_pieces import MailPiece, PrintRun
from tests.system.desk_over_http import Browser
from tests.system.pin_house import House, running_house
from tests.system.prepared import Prepared
from tests.system.running import procfile_commands, wait_until
from tests.tour.stage import CHROMIUM

pytestmark = [pytest.mark.system, pytest.mark.timeout(600)]
WITNESS = "山本 次郎"
WINDOW = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-component-update",
    "--disable-background-networking",
]


@pytest.fixture(scope="module")
def house(prepared: Prepared) -> Iterator[House]:
    with running_house(prepared) as found:
        yield found


@pytest.fixture(scope="module", autouse=True)
def _ours(house: House) -> Iterator[None]:
    from wsgi import create_worker  # noqa: PLC0415

    app = create_worker(house.system.settings())
    with app.app_context():
        yield
        db.session.remove()
        db.engine.dispose()
    app.extensions["signer"].close()
    app.extensions["redis"].close()
    house.redis.close()


def test_the_pin_is_nowhere_after_a_run(house: House) -> None:
    print_on_the_printer(house)
    print_over_http(house)
    print_in_chromium(house)
    use_the_others(house)
    assert house.tables() == []
    assert house.keys() == []
    assert house.files() == {}
    assert {name.split(":")[0] for name in house.processes().values()} == set(procfile_commands())
    assert house.memory() == {}


def print_on_the_printer(house: House) -> None:
    """Three jobs of the printer, by the worker."""
    pieces = house.letters(45)
    desk = Browser(house.system.portal_url)
    desk.sign_in("hasso")
    answer = press_print(desk, pieces, to="printer")
    assert "/print-runs/" in answer.url
    wait_until(lambda: state_of_runs() == [PrintRunStatus.PRINTED], "the run is printed", seconds=120)
    assert printed() == len(pieces)
    sheets = list(house.printer.spool.glob("*.pdf"))
    assert len(sheets) == 3
    assert all(house.traces.in_file(sheet) for sheet in sheets), "the printer had the PIN"


def print_over_http(house: House) -> None:
    """Twice, so that the answer's process has had its chances; the document reaches whoever asked, whole."""
    desk = Browser(house.system.portal_url)
    desk.sign_in("hasso")
    for _ in range(2):
        before = printed()
        answer = press_print(desk, house.letters(2))
        assert answer.content.startswith(b"%PDF")
        assert int(answer.headers["Content-Length"]) == len(answer.content)
        assert house.traces.found_in(answer.content)
        assert printed() == before + 2


def press_print(desk: Browser, pieces: list[UUID], **more: str):
    form = desk.filled("/mailroom/print/", witness=WITNESS)
    return desk.press("/mailroom/print/", form | {"piece": list(map(str, pieces)), **more})


def print_in_chromium(house: House) -> None:
    """As people do it: a window of its own shows the sheets once. Its profile stays on the disk."""
    before, pieces = printed(), house.letters(2)
    with sync_playwright() as playwright:
        window = playwright.chromium.launch_persistent_context(
            house.profile, executable_path=CHROMIUM, headless=False, args=WINDOW, locale="ja-JP",
            downloads_path=house.profile / "downloads", env={**os.environ, "TMPDIR": str(house.home / "tmp")},
        )  # fmt: skip
        page = window.pages[0]
        page.goto(f"{house.system.portal_url}/login?next=/mailroom/print/")
        page.fill("[name=email]", "hasso@cecsign.example")
        page.fill("[name=password]", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/mailroom/print/")
        page.fill("[name=witness]", WITNESS)
        with window.expect_page() as popup:
            page.click("button[formtarget=_blank]")
        wait_until(lambda: printed() == before + len(pieces), "the sheets are drawn", seconds=60)
        page.wait_for_timeout(4000)  # the viewer shows them
        popup.value.screenshot(path=house.home / "viewer.png")
        popup.value.close()
        window.close()
    assert (house.profile / "Default" / "History").exists()
    (house.home / "viewer.png").unlink()


def use_the_others(house: House) -> None:
    """Whoever has no part in a run works a little too: the site, and the mail server."""
    assert requests.get(house.system.site_url, timeout=10).status_code == 200
    with smtplib.SMTP("127.0.0.1", int(house.system.environment["MAIL_SINK_PORT"]), timeout=10) as server:
        server.sendmail("ra@example.jp", ["hasso@example.jp"], "Subject: test\r\n\r\ntest\r\n")
    wait_until(lambda: list((house.system.var / "mail").rglob("*.eml")), "the mail is there", seconds=60)


def state_of_runs() -> list[PrintRunStatus]:
    db.session.rollback()
    return list(db.session.scalars(select(PrintRun.status)))


def printed() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).where(MailPiece.status == MailPieceStatus.PRINTED)) or 0


@pytest.mark.parametrize("part", procfile_commands())
def test_whichever_process_has_it_is_found(house: House, part: str) -> None:
    """Each kind of process, dumped like the others."""
    house.plant(house.largest(part))
    assert house.is_in_memory(part)


@pytest.mark.parametrize("where", ["table", "redis", "log", "temporary", "profile", "memory"])
def test_where_it_is_planted_it_is_found(house: House, where: str) -> None:
    """The search above would have seen it: each place, each way of writing."""
    planted = getattr(Planting, where)
    planted(house)


class Planting:
    """The PIN in each of the places that were searched."""

    @staticmethod
    def table(house: House) -> None:
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("CREATE TABLE planted (what text)"))
            connection.execute(text("INSERT INTO planted VALUES (:what)"), {"what": house.pin})
            assert house.tables()
            connection.execute(text("DROP TABLE planted"))
        assert house.tables() == []
        assert house.traces.in_tree(house.system.var / "pg" / "pg_wal"), "the write-ahead log still has it"
        assert house.is_in_memory("postgres")

    @staticmethod
    def redis(house: House) -> None:
        house.redis.set("planted", zlib.compress(house.pin.encode()))
        assert house.keys()
        house.written()
        found = house.traces.in_tree(house.system.var / "redis")
        assert any(name.endswith(".rdb") for name in found)
        assert any("appendonly" in name for name in found)
        assert house.is_in_memory("redis")
        house.redis.delete("planted")

    @staticmethod
    def log(house: House) -> None:
        with house.system.log_of("printer").open("a") as log:
            log.write(f"[{house.pin}]")
        assert house.traces.in_tree(house.system.var / "log")

    @staticmethod
    def temporary(house: House) -> None:
        for number, data in enumerate(
            (
                house.pin.encode("utf-16-be"),
                base64.b64encode(b"PIN: " + house.pin.encode()),
                b"xx" + zlib.compress(b"q BT (" + house.pin.encode() + b") Tj"),
            )
        ):
            path = house.home / "tmp" / f"planted-{number}"
            path.write_bytes(data)
            assert str(path) in house.traces.in_tree(house.home / "tmp")
            path.unlink()

    @staticmethod
    def profile(house: House) -> None:
        with sync_playwright() as playwright:
            window = playwright.chromium.launch_persistent_context(
                house.profile, executable_path=CHROMIUM, headless=False, args=WINDOW
            )
            window.pages[0].goto(f"{house.system.portal_url}/login?planted={house.pin}")
            window.pages[0].wait_for_timeout(1000)
            window.close()
        assert house.traces.in_tree(house.profile)
        assert house.is_in_memory("portal"), "whoever is asked for it has it in memory"

    @staticmethod
    def memory(house: House) -> None:
        code = "import sys, zlib; kept = [sys.stdin.readline().strip()]; kept[0] += 'い'; print(1, flush=True); sys.stdin.read()"
        with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            assert process.stdin is not None and process.stdout is not None
            process.stdin.write(house.pin.encode() + b"\n")
            process.stdin.flush()
            process.stdout.readline()
            found = house.core(process.pid)
            process.stdin.close()
        assert found
