"""The site on an empty database."""

from collections.abc import Iterator

import pytest
from flask import Flask

from app.core.db import db
from app.core.settings import Settings
from tests.factories.accounts import Sealer
from tests.factories.clients import FreshClient
from wsgi import create_site


@pytest.fixture
def site(empty_database: None, settings: Settings) -> Iterator[Flask]:
    """The public application, inside its context. It seals in this process."""
    application = create_site(settings)
    application.config["TESTING"] = True
    application.test_client_class = FreshClient
    application.extensions["signer"] = Sealer()
    with application.app_context():
        yield application
        db.session.remove()
        db.engine.dispose()
