"""The list of originals, and the public page that says whether a file is one."""

from flask import Flask

from app.archive.web.originals import archive
from app.archive.web.verification import verification


def register(app: Flask) -> None:
    """Put the pages into the site."""
    app.register_blueprint(archive)
    app.register_blueprint(verification)
