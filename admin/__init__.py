"""The portal: where staff receive, review, approve, print, post, invoice and audit."""

from flask import Blueprint, Flask, g, render_template
from flask.typing import ResponseReturnValue
from flask_admin import Admin
from flask_admin.theme import Bootstrap4Theme
from werkzeug.exceptions import HTTPException, NotFound

from admin import addresses, display, hrefs, messages_registration, messages_review
from admin.access import refuse_undeclared
from admin.menu import menu_of
from admin.registry import SECTIONS
from admin.uploads import MemoryRequest
from admin.views.authority import count_bad
from admin.views.dashboard import DashboardView
from app.core.clock import today
from app.core.errors import NotFoundError
from issuance.queries.contents import list_refused_of
from issuance.queries.waiting import count_waiting
from registration import decision_queries

portal_pages = Blueprint(
    "portal", __name__, template_folder="templates", static_folder="static", static_url_path="/assets"
)


def register(app: Flask) -> None:
    """Build the portal into the application: our templates first, then every view of the registry."""
    app.request_class = MemoryRequest
    app.register_blueprint(portal_pages)
    app.config["FLASK_ADMIN_RAISE_ON_VIEW_EXCEPTION"] = True
    portal = Admin(
        app,
        name="CECSIGN",
        url="/",
        index_view=DashboardView(name="Dashboard", endpoint="home", url="/"),
        theme=Bootstrap4Theme(base_template="admin/base.html"),
    )
    for _title, view_classes in SECTIONS:
        for view_class in view_classes:
            portal.add_view(view_class())
    refuse_undeclared(app)
    display.init_app(app)
    addresses.init_app(app)
    hrefs.init_app(app)
    app.jinja_env.globals["registration_words"] = {
        "checks": messages_registration.CHECKS,
        "fields": messages_registration.FIELDS,
        "field": messages_registration.field_word,
        "options": messages_review.OPTIONS,
    }
    app.jinja_env.globals["scanner_prefix"] = app.extensions["settings"].scanner_prefix
    app.jinja_env.globals["open_emergencies"] = lambda: decision_queries.count_open_emergencies(today())
    app.jinja_env.globals["authority_bad"] = count_bad
    app.jinja_env.globals["waiting_issues"] = count_waiting
    app.jinja_env.globals["refused_contents_of"] = list_refused_of
    app.context_processor(menu_of(portal))
    app.register_error_handler(NotFoundError, lambda _error: _error_page(NotFound()))
    for code in (400, 403, 404, 405, 409, 413, 500, 503):
        app.register_error_handler(code, _error_page)


def _error_page(error: Exception) -> ResponseReturnValue:
    code = error.code if isinstance(error, HTTPException) and error.code else 500
    g.is_error_page = True  # it asks the database for nothing: that may be what is wrong
    return render_template("admin/error.html", code=code), code
