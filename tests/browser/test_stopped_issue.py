"""An issue that stopped, in Chromium: to the officer in the queue and on its page, to the holder on the site."""

import pytest
from playwright.sync_api import Browser

from app.core.db import db
from issuance.queries.stops import count_stopped
from models.enrolments import Enrolment
from models.enums import EnrolmentStatus
from tests.browser.test_enrolment import Eyes, address, story  # noqa: F401  the site
from tests.factories.stories import stop_issue
from tests.factories.windows import enter_as_holder, sign_in_as, tab_to
from tests.integration.test_main_line import Story
from tests.tour.stage import DESK, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.hsm]


def test_the_queue_the_page_and_what_the_holder_reads(
    story: Story,  # noqa: F811  the fixture
    address: str,  # noqa: F811  the fixture
    portal_address: str,
    browser: Browser,
) -> None:
    enrolment = stop_issue(story).id
    page = browser.new_page(locale="ja-JP", viewport=DESK)
    eyes = Eyes(page)
    enter_as_holder(page, address, story)
    eyes.look("stopped-holder")
    assert page.locator("h1").inner_text() == "発行前の確認を行っています"
    for size in (DESK, PHONE):
        page.set_viewport_size(size)
        page.reload()
        for wanted in (".notice a", "button[data-copy='#enrol-windows']", "form .button"):
            tab_to(page, wanted, within="main")
    page.set_viewport_size(DESK)

    sign_in_as(page, portal_address, "approver")
    page.goto(f"{portal_address}/?lang=ja")
    eyes.look("stopped-dashboard", reload=False)
    page.goto(f"{portal_address}/stopped-issues/")
    eyes.look("stopped-queue")
    page.goto(f"{portal_address}/stopped-issues/{enrolment}/")
    eyes.look("stopped-page")
    tab_to(page, "a.btn.danger", within="main")
    page.keyboard.press("Enter")
    page.wait_for_url("**/end/")
    tab_to(page, "button.danger", within="main")
    page.keyboard.press("Enter")
    eyes.look("stopped-end", reload=False)  # the browser asks for the reason first
    page.keyboard.type("ローマ字氏名に証明書で使えない文字があります。あらためてお申し込みください。")
    tab_to(page, "button.danger", within="main")
    page.keyboard.press("Enter")
    page.wait_for_url("**/stopped-issues/")
    eyes.look("stopped-none", reload=False)
    db.session.rollback()
    assert db.session.get_one(Enrolment, enrolment).status is EnrolmentStatus.REFUSED
    assert count_stopped() == 0
    page.goto(f"{address}/enrol/done")
    eyes.look("stopped-ended")
    assert not eyes.complaints
