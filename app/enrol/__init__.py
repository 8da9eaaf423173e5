"""The holder's way from the letter to the certificate, and the authority's public documents."""

from flask import Flask

from app.enrol import contents, ocsp, time_stamps  # noqa: F401  the page of `contents` belongs to the blueprint `enrol`
from app.enrol.api import api
from app.enrol.est import est
from app.enrol.pages import enrol
from app.enrol.receipts import receipts
from app.enrol.renewal import renewal
from app.enrol.repository import repository
from app.enrol.revocation_api import revocation_api
from app.enrol.revoke import revocation
from app.enrol.statements import statements


def register(app: Flask) -> None:
    """Put the pages, the client's interface and the repository into the site."""
    app.register_blueprint(enrol)
    app.register_blueprint(api)
    app.register_blueprint(renewal)
    app.register_blueprint(est)
    app.register_blueprint(receipts)
    app.register_blueprint(repository)
    app.register_blueprint(statements)
    app.register_blueprint(revocation)
    app.register_blueprint(revocation_api)
    ocsp.install(app)
    time_stamps.install()
