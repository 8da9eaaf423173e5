"""The contract pages of the site, and the interface of the signing program."""

from flask import Flask

from app.contracts.web import actions  # noqa: F401  adds its views to the blueprint
from app.contracts.web.api import signing_api
from app.contracts.web.views import contracts


def register(app: Flask) -> None:
    """Put pages and interface into the site."""
    app.register_blueprint(contracts)
    app.register_blueprint(signing_api)
