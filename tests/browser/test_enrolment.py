"""The WEB申請 in Chromium, from the letter to the confirmed receipt: both languages, on a desk and on a telephone."""

import os
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from sqlalchemy import select
from werkzeug.serving import make_server

from app.core import clock
from app.core.db import db
from app.core.settings import Settings
from issuance import jobs
from models.certificates import Certificate, CertificateReceipt
from models.enrolments import Enrolment
from models.enums import PinKind
from models.pin_secrets import PinSecret
from tests.factories.stories import delivered_story
from tests.factories.whole import whole
from tests.integration.test_main_line import Story, make_csr
from tests.tour.stage import DESK, PHONE
from wsgi import create_site

pytestmark = [pytest.mark.browser, pytest.mark.hsm]


@pytest.fixture
def story(app: Flask, authority: None) -> Story:
    return delivered_story(app)


@pytest.fixture
def address(story: Story, settings: Settings) -> Iterator[str]:
    site = create_site(settings)
    server = make_server("127.0.0.1", 0, whole(site), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
    with site.app_context():
        db.session.remove()
        db.engine.dispose()


class Eyes:
    """Looks at a page as everybody may see it, and keeps the pictures if asked to (PICTURES=directory)."""

    def __init__(self, page: Page) -> None:
        self.page, self.complaints = page, []
        out = os.environ.get("PICTURES")
        self.out = Path(out) if out else None
        page.on("console", lambda message: message.type == "error" and self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def look(self, name: str, *, reload: bool = True) -> None:
        here = self.page.url.partition("?")[0]
        for language in ("en", "ja") if reload else ("as-it-is",):
            if reload:
                self.page.goto(f"{here}?lang={language}")
            for size in (DESK, PHONE):
                self.page.set_viewport_size(size)
                wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
                assert wide <= 1, f"{name} {language} is {wide} px too wide on {size}"
                if self.out:
                    self.page.screenshot(path=self.out / f"{name}-{language}-{size['width']}.png", full_page=True)
            self.page.set_viewport_size(DESK)


def test_the_whole_way(story: Story, address: str, browser: Browser) -> None:
    page = browser.new_page(locale="ja-JP", viewport=DESK)
    eyes = Eyes(page)
    page.goto(f"{address}/enrol/")
    eyes.look("start")
    page.fill("[name=number]", story.number)
    page.fill("[name=pin]", story.pin)
    page.keyboard.press("Enter")
    page.wait_for_url("**/consent*")
    eyes.look("consent")
    page.keyboard.press("Tab")
    page.click("main button.primary")
    assert page.locator(".error").count() == 3  # each tick says that it is missing
    eyes.complaints.clear()  # the 422 of the refusal
    for name in ("contents", "matters", "terms"):
        page.check(f"[name={name}]")
    page.click("main button.primary")
    pin = page.locator(".secret .code").inner_text()
    assert len(pin.replace("-", "")) == 16
    eyes.look("revocation-pin", reload=False)
    page.goto(f"{address}/enrol/done")
    assert pin not in page.content()  # shown once
    page.get_by_role("button", name="失効PINを作り直す").click()
    assert page.locator(".secret .code").inner_text() != pin
    page.goto(f"{address}/enrol/done")
    eyes.look("opened")
    page.get_by_role("button", name="新しいダウンロードPINを送る").click()
    assert "新しいダウンロードPINを送りました" in page.inner_text("main")

    secret = db.session.scalars(
        select(PinSecret).where(PinSecret.kind == PinKind.DOWNLOAD).order_by(PinSecret.created_at.desc())
    ).first()
    download = story.app.extensions["signer"].unwrap(secret.sealed_value, story.applicant.bytes).decode()
    enrolment = story.request(download, make_csr())
    page.goto(f"{address}/enrol/")  # whoever comes back is led to where they were
    page.fill("[name=number]", story.number)
    page.fill("[name=pin]", story.pin)
    page.keyboard.press("Enter")
    page.wait_for_url("**/done*")
    eyes.look("requested")
    jobs.issue_certificate(str(enrolment))
    certificate = db.session.scalars(select(Certificate)).one()
    certificate.receipt_due_on = clock.today() + timedelta(days=30)
    db.session.commit()
    eyes.look("issued")
    db.session.add(
        CertificateReceipt(certificate_id=certificate.id, statement=b"x", signature=b"x", confirmed_at=clock.now())
    )
    db.session.commit()
    page.goto(f"{address}/enrol/")
    page.fill("[name=number]", story.number)
    page.fill("[name=pin]", story.pin)
    page.keyboard.press("Enter")
    page.wait_for_url("**/done*")
    assert "手続はすべて終わりました" in page.inner_text("main")
    eyes.look("confirmed")
    assert db.session.scalars(select(Enrolment.consent_version)).one() != ""
    assert eyes.complaints == []
