"""In Chromium: blacking out by mouse and by keys alone, and rows for applicants, under the strict policy."""

import threading
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image
from playwright.sync_api import Page, sync_playwright
from sqlalchemy import select
from werkzeug.serving import make_server

from app import storage
from app.core.db import db
from app.core.settings import Settings
from models.enums import PaperKind
from models.papers import Scan
from registration import queries
from tests.factories.clients import FreshClient
from tests.factories.desk import receive, staff_actor
from tests.factories.staff import PASSWORD, make_staff
from tests.factories.whole import whole
from tests.integration.registration.test_masking import residence_certificate
from tests.tour.stage import ARGUMENTS, CHROMIUM
from wsgi import create_portal

pytestmark = [pytest.mark.hsm, pytest.mark.browser]


@pytest.fixture
def portal(empty_database: None, settings: Settings, signer_process: None) -> Iterator[Flask]:
    application = create_portal(settings)
    application.config["TESTING"] = True
    application.test_client_class = FreshClient
    with application.app_context():
        yield application
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def address(portal: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, whole(portal), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.fixture
def page(address: str) -> Iterator[Page]:
    make_staff("officer", email="shinsa@example.jp")
    complaints: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{address}/login?lang=en")
        page.fill("[name=email]", "shinsa@example.jp")
        page.fill("[name=password]", PASSWORD)
        page.click("form button")
        page.wait_for_load_state()
        yield page
        browser.close()
    assert complaints == []


@pytest.fixture
def paper(portal: Flask) -> str:
    case = receive(staff_actor("officer", email="other@example.jp"))
    found = next(each.id for each in queries.get_case(case).papers if each.kind is PaperKind.RESIDENCE_CERTIFICATE)
    db.session.rollback()
    return str(found)


def is_black(image: Image.Image, across: float, down: float) -> bool:
    return max(image.getpixel((int(image.width * across), int(image.height * down)))) < 16


def stored() -> list[Image.Image]:
    db.session.rollback()
    scans = db.session.scalars(select(Scan).order_by(Scan.created_at)).all()
    return [Image.open(BytesIO(storage.get(scan.sha256))).convert("RGB") for scan in scans]


def choose(page: Page, address: str, paper: str, tmp_path: Path) -> None:
    (tmp_path / "scan.pdf").write_bytes(residence_certificate())
    page.goto(f"{address}/masking/{paper}/")
    page.set_input_files("#file", tmp_path / "scan.pdf")
    page.wait_for_selector(".leaf:nth-child(2) canvas")


def test_a_number_is_blacked_out_with_the_mouse(page: Page, address: str, paper: str, tmp_path: Path) -> None:
    choose(page, address, paper, tmp_path)
    assert page.is_disabled("[data-save]")
    box = page.locator(".leaf canvas").first.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.09, box["y"] + box["height"] * 0.09)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + box["height"] * 0.13)
    page.mouse.up()
    assert page.is_disabled("[data-save]")  # the paper itself was not confirmed
    page.check("[data-paper]")
    page.click("[data-save]")
    page.wait_for_url("**/review/**")
    first, second = stored()
    assert is_black(first, 0.1, 0.1)
    assert is_black(first, 0.39, 0.125)
    assert not is_black(first, 0.5, 0.11)
    assert not is_black(second, 0.1, 0.1)


def test_a_number_is_blacked_out_with_keys_alone(page: Page, address: str, paper: str, tmp_path: Path) -> None:
    choose(page, address, paper, tmp_path)
    page.focus("[data-add]")
    page.keyboard.press("Enter")  # an area at 30 % of the page, with the focus on it
    for _ in range(12):
        page.keyboard.press("ArrowUp")
    for _ in range(5):
        page.keyboard.press("Shift+ArrowDown")
    page.focus("[data-add]")
    page.keyboard.press("Enter")
    page.keyboard.press("Delete")  # one too many
    assert page.locator(".leaf .area").count() == 1
    page.focus("[data-paper]")
    page.keyboard.press("Space")
    page.focus("[data-save]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/review/**")
    first = stored()[0]
    down = 0.3 - 120 / first.height
    assert is_black(first, 0.31, down + 0.01)
    assert is_black(first, 0.31, down + 0.03 + 45 / first.height)
    assert not is_black(first, 0.31, down - 0.01)


def test_a_row_for_each_applicant(page: Page, address: str) -> None:
    page.goto(f"{address}/reception/")
    page.fill("[name=company_name]", "株式会社髙﨑建設")
    for number in range(3, 6):
        page.click("[data-add-row]")
        page.fill(f"[name=applicants-{number}-name]", f"山田 {number}郎")
        assert page.is_checked(f"[name=applicants-{number}-wants_certificate]")
    assert page.input_value("[name=company_name]") == "株式会社髙﨑建設"
    assert not page.is_visible("[name=change_items]")
    page.check("[name=kind][value=change]")
    assert page.is_visible("[name=change_items][value=cancellation]")
