"""The portal as it is served, on an empty database."""

from collections.abc import Iterator

import pytest
from flask import Flask

from app.core.db import db
from app.core.settings import Settings
from tests.factories.clients import FreshClient
from wsgi import create_portal


@pytest.fixture
def portal(empty_database: None, settings: Settings) -> Iterator[Flask]:
    application = create_portal(settings)
    application.config["TESTING"] = True
    application.test_client_class = FreshClient
    with application.app_context():
        yield application
        db.session.remove()
        db.engine.dispose()
