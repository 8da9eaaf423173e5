"""The public site's frame: layout, menu, home, required environment, downloads, help desk and its error pages."""

from flask import Flask

from app.security import current_customer
from app.site.dates import site_date, site_moment
from app.site.errors import register_error_pages
from app.site.menu import has_page, site_menu
from app.site.views import site


def register(app: Flask) -> None:
    """Put the pages, the layout's helpers and the static files into the site."""
    app.register_blueprint(site)
    app.jinja_env.globals.update(site_menu=site_menu)
    app.jinja_env.globals.update(site_customer=current_customer, has_page=has_page)
    app.jinja_env.filters.update(site_date=site_date, site_moment=site_moment)
    register_error_pages(app)
