"""The portal served on a loopback port, and a Chromium window that listens for complaints."""

import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import make_server

from app.core.db import db
from app.core.settings import Settings
from tests.factories.whole import whole
from tests.tour.stage import ARGUMENTS, CHROMIUM
from wsgi import create_portal


@pytest.fixture
def portal_address(app: Flask, settings: Settings) -> Iterator[str]:
    """The portal's address; it serves the same database as the test's services write to."""
    portal = create_portal(settings)
    server = make_server("127.0.0.1", 0, whole(portal), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
    with portal.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def browser() -> Iterator[Browser]:
    """Chromium, headless."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield started
        started.close()
