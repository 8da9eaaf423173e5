"""The holder's way from the letter to the certificate, and the authority's public documents."""

from flask import Flask

from app.enrol.api import api
from app.enrol.pages import enrol
from app.enrol.repository import repository
from app.enrol.statements import statements


def register(app: Flask) -> None:
    """Put the pages, the client's interface and the repository into the site."""
    app.register_blueprint(enrol)
    app.register_blueprint(api)
    app.register_blueprint(repository)
    app.register_blueprint(statements)
