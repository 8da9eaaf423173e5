"""The verification page in Chromium: the file stays on the computer."""

import hashlib
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, Request, sync_playwright
from werkzeug.serving import make_server

from app.core.db import db
from app.core.settings import Settings
from tests.factories.whole import whole
from tests.tour.stage import ARGUMENTS, CHROMIUM
from wsgi import create_site

pytestmark = pytest.mark.browser


@pytest.fixture
def address(app: Flask, settings: Settings) -> Iterator[str]:
    site = create_site(settings)
    server = make_server("127.0.0.1", 0, whole(site), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/verify/"
    server.shutdown()
    thread.join()
    server.server_close()
    with site.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser.new_page(locale="ja-JP")
        browser.close()


def test_only_the_digest_is_sent(address: str, page: Page, tmp_path: Path) -> None:
    path = tmp_path / "contract.pdf"
    path.write_bytes(b"%PDF-1.7 something private")
    sent: list[Request] = []
    page.on("request", lambda request: sent.append(request))
    page.goto(address)
    page.set_input_files("#verify-file", path)
    page.wait_for_url("**sha256=*")
    assert page.url.endswith(hashlib.sha256(path.read_bytes()).hexdigest())
    assert "該当するファイルはありません" in page.locator(".answer h2").inner_text()
    assert {request.method for request in sent} == {"GET"}
    assert not any(b"private" in (request.post_data_buffer or b"") for request in sent)


def test_a_typed_digest_is_answered(address: str, page: Page) -> None:
    page.goto(address)
    page.fill("#verify-sha256", "AB" * 32)
    page.get_by_role("button", name="検証する").click()
    page.wait_for_url("**sha256=*")
    assert "該当するファイルはありません" in page.locator(".answer h2").inner_text()
