"""The sentences about a refused key in Chromium: to the holder on the site, to officers on the certificate's page."""

import pytest
from playwright.sync_api import Browser

from tests.browser.test_enrolment import Eyes, address, story  # noqa: F401  the site
from tests.factories.stories import certificates_of, refuse_key, weak_key
from tests.factories.windows import enter_as_holder, sign_in_as, tab_to
from tests.integration.test_main_line import Story
from tests.tour.stage import DESK, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.hsm]


def test_holder_and_officer_see_what_happened(
    story: Story,  # noqa: F811  the fixture
    address: str,  # noqa: F811  the fixture
    portal_address: str,
    browser: Browser,
) -> None:
    refuse_key(story, story.open(), weak_key())
    page = browser.new_page(locale="ja-JP", viewport=DESK)
    eyes = Eyes(page)
    enter_as_holder(page, address, story)
    eyes.look("key-refused")
    assert page.locator("main .notice.warning").is_visible()
    assert page.locator("h1").inner_text() == "鍵を作り直してください"
    for size in (DESK, PHONE):  # by keyboard alone: copy the command, ask for another PIN, call the help desk
        page.set_viewport_size(size)
        page.reload()
        for wanted in ("button[data-copy='#enrol-windows']", "button[data-copy='#enrol-linux']", "form .button"):
            tab_to(page, wanted, within="main")
            if wanted.startswith("button"):
                page.keyboard.press("Enter")
                page.wait_for_selector("[role=status]:text-matches('コピー')")
    page.set_viewport_size(DESK)

    sign_in_as(page, portal_address, "auditor")
    (reserved,) = certificates_of(story)
    page.goto(f"{portal_address}/certificates/details/?id={reserved.id}&lang=en")
    eyes.look("key-refused-portal-en", reload=False)
    assert "own.shared-factor" in page.locator(".notice.warning").inner_text()
    page.goto(f"{portal_address}/certificates/details/?id={reserved.id}&lang=ja")
    eyes.look("key-refused-portal-ja", reload=False)
    assert "鍵が不適合となりました" in page.locator(".notice.warning").inner_text()
    assert not eyes.complaints
