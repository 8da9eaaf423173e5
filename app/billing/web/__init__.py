"""The site's invoice pages, for the company ID."""

from flask import Flask

from app.billing.web.views import billing


def register(app: Flask) -> None:
    """Add the invoice pages to the site."""
    app.register_blueprint(billing)
