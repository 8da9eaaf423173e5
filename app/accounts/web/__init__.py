"""Pages of the account: setting the password, and what an ID can see of itself and its company."""

from flask import Flask

from app.accounts.web.views import accounts


def register(app: Flask) -> None:
    """Put the pages into the site."""
    app.register_blueprint(accounts)
