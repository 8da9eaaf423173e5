"""The portal as it is served, on an empty database."""

from collections.abc import Iterator

import pytest
from flask import Flask

from app.core.db import db
from app.core.settings import Settings
from tests.factories.clients import FreshClient
from wsgi import create_portal


@pytest.fixture(scope="session")
def _built_portal(_schema: None, settings: Settings) -> Flask:
    """Built once in a test process: two hundred addresses and their forms take a quarter of a second."""
    return create_portal(settings)


@pytest.fixture
def portal(empty_database: None, _built_portal: Flask) -> Iterator[Flask]:
    """The portal, inside its context. What a test sets in its configuration and extensions is gone afterwards."""
    config, extensions = dict(_built_portal.config), dict(_built_portal.extensions)
    _built_portal.config["TESTING"] = True
    _built_portal.test_client_class = FreshClient
    with _built_portal.app_context():
        yield _built_portal
        db.session.remove()
        db.engine.dispose()
    for mapping, before in ((_built_portal.config, config), (_built_portal.extensions, extensions)):
        mapping.clear()
        mapping.update(before)
