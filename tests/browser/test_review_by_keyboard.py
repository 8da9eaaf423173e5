"""One complete case of ten papers, reviewed in Chromium with the keyboard alone: no mouse, no reload, nothing typed is lost."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from app.core import clock
from app.core.db import db
from app.core.wareki import format_wareki
from models.enums import ApplicationStatus, PaperKind
from registration import queries
from registration.rules.required_papers import FRESH_KINDS
from registration.services.attach_scan import attach_scan
from registration.services.rasterise_scan import rasterise_scan
from tests.factories.desk import FIELDS, receive, scan_file, staff_actor
from tests.factories.staff import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.hsm]
# What makes it hard to forget the mouse: every pointer event is noted.
NO_MOUSE = """
window.pointed = 0;
for (const kind of ["mousedown", "pointerdown", "wheel"]) addEventListener(kind, () => { window.pointed += 1; }, true);
window.born = Math.random();
"""


@pytest.fixture
def case(app: Flask, signer_process: None) -> UUID:
    """Received and scanned; nothing is recorded yet."""
    reception = staff_actor("reception")
    staff_actor("officer", email="shinsa@example.jp", name="佐藤 直樹")
    application_id = receive(reception)
    papers = [paper.id for paper in queries.get_case(application_id).papers]
    db.session.rollback()
    for number, paper_id in enumerate(papers):
        scan = scan_file(90 + number)
        rasterise_scan(attach_scan(paper_id, scan, actor=reception, now=clock.now(), declares_no_my_number=True))
    return application_id


@pytest.fixture
def page(portal_address: str, browser: Browser, case: UUID) -> Iterator[Page]:
    window = browser.new_page(viewport={"width": 1440, "height": 900}, locale="ja-JP", timezone_id="Asia/Tokyo")
    complaints: list[str] = []
    window.on("pageerror", lambda error: complaints.append(str(error)))
    window.on("console", lambda message: complaints.append(message.text) if "Policy" in message.text else None)
    window.goto(f"{portal_address}/login")
    window.fill("[name=email]", "shinsa@example.jp")
    window.fill("[name=password]", PASSWORD)
    window.keyboard.press("Enter")
    window.wait_for_url(f"{portal_address}/")
    window.add_init_script(NO_MOUSE)
    yield window
    assert not complaints


def panel(page: Page) -> str:
    """The paper that is open."""
    return page.get_attribute("#case", "data-paper") or ""


def wait_for_answer(page: Page) -> None:
    """The answer to what was sent has taken the page's place: its panel has the focus."""
    page.wait_for_selector("#panel:focus")
    page.evaluate("document.activeElement.blur()")


def press(page: Page, key: str) -> None:
    page.keyboard.press(key)
    wait_for_answer(page)


def fill_in(page: Page, values: dict[str, str]) -> None:
    """`e` leads to the first empty field; Tab to the next."""
    page.keyboard.press("e")
    names = page.eval_on_selector_all(
        "#fields input:not([type=hidden]), #fields select", "all => all.map(each => each.name)"
    )
    for _field in names:
        name = page.evaluate("document.activeElement.name") or ""
        value = values.get(name.removeprefix("field-"), "")
        if page.evaluate("document.activeElement.tagName") == "SELECT":
            if value:
                page.keyboard.press("ArrowDown")  # the first of the choices
        elif value:
            page.keyboard.insert_text(value)
        if name != names[-1]:
            page.keyboard.press("Tab")
            while page.evaluate("document.activeElement.classList.contains('offer')"):
                page.keyboard.press("Tab")


def test_a_complete_case_needs_no_mouse_and_no_reload(page: Page, portal_address: str, case: UUID) -> None:
    kinds = [paper.kind for paper in queries.get_case(case).papers]
    db.session.rollback()
    day = format_wareki(clock.today() - timedelta(days=10))
    page.goto(f"{portal_address}/review/{case}/")
    page.wait_for_selector("[data-review=ready]")
    born = page.evaluate("window.born")
    press(page, "t")  # take the case
    for number, kind in enumerate(kinds):
        values = {**FIELDS, "issued_on": day if kind in FRESH_KINDS else ""}
        fill_in(page, values)
        press(page, "Enter")
        assert not page.query_selector("#fields .error"), page.inner_text("#fields")
        for check in range(1, page.locator("[data-check]").count() + 1):
            press(page, str(check))
        if number + 1 < len(kinds):
            press(page, "]")
    assert page.locator("#work .papers a.done").count() == len(kinds)
    assert page.evaluate("window.born") == born  # the page was never loaded again
    assert page.evaluate("window.pointed") == 0
    page.keyboard.press("f")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{portal_address}/approval/{case}/")
    assert queries.get_case(case).status is ApplicationStatus.REVIEWED


def test_what_was_typed_survives_a_refusal_and_another_paper(page: Page, portal_address: str, case: UUID) -> None:
    registry = next(paper.id for paper in queries.get_case(case).papers if paper.kind is PaperKind.REGISTRY_CERTIFICATE)
    db.session.rollback()
    page.goto(f"{portal_address}/review/{case}/?paper={registry}")
    page.wait_for_selector("[data-review=ready]")
    wrong = {**FIELDS, "issued_on": "令和8年2月30日", "company_number": "123"}
    fill_in(page, wrong)
    page.keyboard.press("Enter")
    page.wait_for_selector("#fields [aria-invalid]")
    assert page.evaluate("document.activeElement.id") == "issued_on"
    assert page.input_value("#field-company_name") == FIELDS["company_name"]
    page.keyboard.press("Escape")
    press(page, "[")
    assert panel(page) != str(registry)
    press(page, "]")
    assert page.input_value("#field-head_office") == FIELDS["head_office"]
    assert page.input_value("#issued_on") == "令和8年2月30日"
    press(page, "1")  # another form is sent in between
    assert page.input_value("#field-company_number") == "123"
    page.keyboard.press("f")
    page.keyboard.press("Enter")
    page.wait_for_selector("#said .notice")  # not while something is unsaved
    assert "/review/" in page.url


def test_not_ok_by_keyboard_needs_what_is_wrong(page: Page, portal_address: str, case: UUID) -> None:
    page.goto(f"{portal_address}/review/{case}/")
    page.wait_for_selector("[data-review=ready]")
    page.keyboard.press("Shift+Digit1")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-check='1'] .error")
    page.keyboard.insert_text("押印がない")
    press(page, "Enter")
    assert page.get_attribute("[data-check='1'] .bad", "aria-pressed") == "true"
    page.keyboard.press("-")
    press(page, "Digit2")
    assert page.get_attribute("[data-check='2'] .na", "aria-pressed") == "true"


def test_two_on_one_case_see_each_other(page: Page, portal_address: str, case: UUID, browser: Browser) -> None:
    staff_actor("officer", email="second@example.jp", name="田中 裕子")
    other = browser.new_page(locale="ja-JP")
    other.goto(f"{portal_address}/login")
    other.fill("[name=email]", "second@example.jp")
    other.fill("[name=password]", PASSWORD)
    other.keyboard.press("Enter")
    other.wait_for_url(f"{portal_address}/")
    page.goto(f"{portal_address}/review/{case}/")
    assert "田中 裕子" not in page.inner_text("#head")
    other.goto(f"{portal_address}/review/{case}/")
    assert "佐藤 直樹" in other.inner_text("#also")
    page.wait_for_selector("#also:has-text('田中 裕子')", timeout=20_000)


def test_seals_are_compared_without_a_mouse(page: Page, portal_address: str, case: UUID) -> None:
    page.goto(f"{portal_address}/seals/{case}/")
    page.wait_for_selector("[data-seals=ready]")
    page.keyboard.press("l")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("b")
    assert page.get_attribute("#stage", "data-shows") in {"left", "right"}
    page.emulate_media(reduced_motion="reduce")
    page.wait_for_selector("#stage[data-shows=left]")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.down(" ")
    page.wait_for_selector("#stage[data-shows=right]")
    page.keyboard.up(" ")
    page.wait_for_selector("#stage[data-shows=left]")
    with page.expect_navigation():
        page.keyboard.press("1")
    assert page.locator(".pairs .tag.green").count() == 1
    assert page.evaluate("window.pointed") == 0
