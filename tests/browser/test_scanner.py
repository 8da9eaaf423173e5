"""A scanner and the keyboard alone, in Chromium: a delivery comes in without a mouse, a scan finds its field from anywhere."""

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from app.core.db import db
from models.tokens import Token, TokenBatch
from tests.factories.staff import PASSWORD, make_staff

pytestmark = [pytest.mark.hsm, pytest.mark.browser]


@pytest.fixture
def page(app: Flask, signer_process: None, portal_address: str, browser: Browser) -> Page:
    make_staff("mailroom", email="hasso@example.jp", name="小川 亮")
    context = browser.new_context(base_url=portal_address, locale="ja-JP", timezone_id="Asia/Tokyo")
    window = context.new_page()
    complaints: list[str] = []
    window.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    window.on("pageerror", lambda error: complaints.append(str(error)))
    window.goto("/login")
    window.fill("[name=email]", "hasso@example.jp")
    window.fill("[name=password]", PASSWORD)
    window.press("[name=password]", "Enter")
    window.wait_for_url("**/")
    yield window
    context.close()
    assert [each for each in complaints if "422" not in each] == []


def scan(page: Page, text: str) -> None:
    """As the scanner types: its prefix, what it read, Enter."""
    page.keyboard.type(f"~{text}")
    page.keyboard.press("Enter")


def test_a_delivery_by_scanner_and_keyboard_alone(page: Page) -> None:
    page.goto("/token-stock/receive/")
    assert page.evaluate("document.activeElement.id") == "serials"  # ready to scan
    page.evaluate("document.activeElement.blur()")
    for serial in ("0A1", "0A2"):
        scan(page, serial)  # from anywhere on the page
    page.focus("#name")
    page.keyboard.type("N-1")
    scan(page, "0A3")  # while another field is being filled
    assert page.input_value("#name") == "N-1"
    assert page.input_value("#serials") == "0A1\n0A2\n0A3\n"
    assert page.inner_text("[data-lines-of=serials]") == "3"
    page.focus("#count")
    page.keyboard.type("3")
    page.keyboard.press("Enter")  # of the keyboard: the form goes
    page.wait_for_url("**/token-stock/")
    db.session.rollback()
    assert db.session.scalars(select(Token.serial_number).order_by(Token.sequence)).all() == ["0A1", "0A2", "0A3"]
    assert db.session.scalars(select(TokenBatch.count)).one() == 3


def test_typing_the_prefix_is_typing(page: Page) -> None:
    page.goto("/token-stock/receive/")
    page.focus("#supplier")
    page.keyboard.type("a~", delay=10)
    page.wait_for_timeout(400)
    page.keyboard.type("b")
    assert page.input_value("#supplier") == "a~b"
    assert page.input_value("#serials") == ""


def test_two_fields_for_scans_are_filled_one_after_the_other(page: Page) -> None:
    page.goto("/mailroom/enclose/")
    fields = page.locator("input[data-scan]")
    assert fields.count() == 2
    page.evaluate("document.activeElement.blur()")
    scan(page, "L1:L-2026-000001")
    assert fields.nth(0).input_value() == "L1:L-2026-000001"
    with page.expect_navigation():
        scan(page, "SN-9")
    assert "L-2026-000001" in page.inner_text("main")  # refused by name: there is no such letter
    assert page.locator("input[data-scan]").nth(1).input_value() == "SN-9"
