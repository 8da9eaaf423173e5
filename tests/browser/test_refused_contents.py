"""Refused contents in Chromium, by keyboard alone: the holder tells, an officer answers, the holder looks again."""

import pytest
from playwright.sync_api import Browser, Page

from app.core.db import db
from issuance.queries.contents import count_refused, find_refused
from tests.browser.test_enrolment import Eyes, address, story  # noqa: F401  the site
from tests.factories.windows import enter_as_holder, sign_in_as, tab_to
from tests.integration.test_main_line import Story
from tests.tour.stage import DESK

pytestmark = [pytest.mark.browser, pytest.mark.hsm]


def test_told_and_answered_by_keyboard(
    story: Story,  # noqa: F811  the fixture
    address: str,  # noqa: F811  the fixture
    portal_address: str,
    browser: Browser,
) -> None:
    page = browser.new_page(locale="ja-JP", viewport=DESK)
    eyes = Eyes(page)
    enter_as_holder(page, address, story, to="consent")
    tab_to(page, "a[href$='/enrol/wrong/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/enrol/wrong/*")
    eyes.look("contents-wrong")
    tell(page, "")
    page.wait_for_selector("textarea[aria-invalid]")
    eyes.look("contents-wrong-empty", reload=False)
    tell(page, "氏名は「髙﨑」です（住民票のとおり）。")
    page.wait_for_url("**/enrol/consent*")
    eyes.look("contents-told")
    assert page.locator("main .notice.warning").is_visible()
    answer(page, portal_address, story, eyes)
    enter_as_holder(page, address, story, to="consent")
    assert page.locator("main .notice.warning").count() == 0
    assert not [each for each in eyes.complaints if "422" not in each]


def tell(page: Page, words: str) -> None:
    tab_to(page, "input[name=about]")
    page.keyboard.press("Space")
    tab_to(page, "textarea")
    page.keyboard.type(words)
    tab_to(page, "main button")
    page.keyboard.press("Enter")


def answer(page: Page, portal_address: str, story: Story, eyes: Eyes) -> None:  # noqa: F811  the fixture
    sign_in_as(page, portal_address, "officer")
    page.goto(f"{portal_address}/?lang=ja")
    eyes.look("contents-dashboard", reload=False)
    tab_to(page, "a[href='/refused-contents/']:visible", within="main")
    page.keyboard.press("Enter")
    page.wait_for_url("**/refused-contents/")
    eyes.look("contents-queue")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/refused-contents/{story.applicant}/")
    eyes.look("contents-page")
    tab_to(page, "textarea")
    page.keyboard.type("証明書に使えない字のため、標準の字に置き換えています。")
    tab_to(page, "button.primary", within="main")
    page.keyboard.press("Enter")
    page.wait_for_url("**/refused-contents/")
    eyes.look("contents-none", reload=False)
    db.session.rollback()
    assert count_refused() == 0 and find_refused(story.applicant) is None
    page.goto(f"{portal_address}/review/{story.case.id}/")
