"""The posting page in Chromium: the scanner fills numbers, the fee stands there at once, and a wrong row loses nothing."""

import pytest
from playwright.sync_api import Page

from app.core.db import db
from models.enums import MailPieceStatus
from tests.browser.test_scanner import page, scan  # noqa: F401  the mailroom's window
from tests.factories.mail import enclosed, item_number, piece_row

pytestmark = [pytest.mark.hsm, pytest.mark.browser]


def test_rows_are_scanned_weighed_and_saved_each_for_itself(page: Page) -> None:  # noqa: F811  the fixture
    first, second, third = enclosed("𠮷田 太郎", "髙木 花", "葛󠄀城 葵")
    page.goto("/posting/")
    for place in (1, 2):
        scan(page, f"A{item_number(place)}A" if place == 1 else item_number(place))
    page.fill(f"[name=number-{third}]", item_number(3))
    assert page.is_hidden(f"[name=again-{first}]") and page.is_visible(f"[name=again-{third}]")
    for piece in (first, second, third):
        page.fill(f"[name=grams-{piece}]", "86")
    assert page.inner_text("[data-sum]") == "3 / 2,610 円"
    page.select_option(f"[name=shape-{second}]", "定形")
    assert page.inner_text("[data-sum]") == "2 / 1,740 円"
    page.select_option(f"[name=kind-{first}]", "basic")
    page.click("form .sum button")
    page.wait_for_selector("[role=alert]")
    assert [piece_row(piece).status for piece in (first, second, third)] == [
        MailPieceStatus.POSTED, MailPieceStatus.ENCLOSED, MailPieceStatus.ENCLOSED,
    ]  # fmt: skip
    assert page.input_value(f"[name=number-{second}]") == item_number(2)
    assert page.input_value(f"[name=number-{third}]") == item_number(3)
    assert page.locator("td p.error").count() == 2
    db.session.rollback()
    page.select_option(f"[name=shape-{second}]", "定形外(規格内)")
    page.fill(f"[name=again-{third}]", item_number(3))
    page.click("form .sum button")
    page.wait_for_selector("text=封入済みの郵便物はありません。")
    assert piece_row(third).item_number == item_number(3)
