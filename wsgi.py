"""The composition root: builds the portal, the site and the worker out of every package.

`wsgi:create_portal()` and `wsgi:create_site()` are two applications with their own cookies, secrets and users; the site
does not contain the portal's routes at all. This is the only module that knows every package.
"""

from importlib import import_module
from importlib.util import find_spec

from flask import Flask
from flask_migrate import Migrate
from redis import Redis
from werkzeug.middleware.proxy_fix import ProxyFix

import models  # noqa: F401  makes every table known
from app import signer
from app.audit.cli import audit_cli
from app.core.db import db
from app.core.language import init_language
from app.core.settings import Settings
from app.jobs.cli import jobs_cli

SITE_SCREENS = ("app.site", "app.accounts.web", "app.enrol", "app.contracts.web", "app.archive.web", "app.billing.web")
FEATURE_COMMANDS = (
    "app.security.cli",
    "app.accounts.cli",
    "app.billing.cli",
    "issuance.cli",
    "mailings.cli",
    "registration.cli",
)


def create_portal(settings: Settings | None = None) -> Flask:
    """The staff's application."""
    settings = settings or Settings()
    app = _create("portal", settings)
    import_module("app.security").init_portal_security(app)
    import_module("admin").register(app)
    return app


def create_site(settings: Settings | None = None) -> Flask:
    """The public application: holders and contract users."""
    settings = settings or Settings()
    app = _create("site", settings)
    import_module("app.security").init_site_security(app)
    for screen in SITE_SCREENS:
        spec = find_spec(screen) if find_spec(screen.rpartition(".")[0]) else None
        if spec is not None and spec.has_location:
            import_module(screen).register(app)
    return app


def create_worker(settings: Settings | None = None) -> Flask:
    """The application without screens: worker, clock and commands run in its context."""
    app = _create("worker", settings or Settings())
    app.cli.add_command(audit_cli)
    app.cli.add_command(jobs_cli)
    for name in FEATURE_COMMANDS:
        if find_spec(name.rpartition(".")[0]) and find_spec(name):
            for command in import_module(name).COMMANDS:
                app.cli.add_command(command)
    return app


def _create(role: str, settings: Settings) -> Flask:
    app = Flask("wsgi", static_folder=None, template_folder=None)
    app.extensions["settings"] = settings
    app.extensions["role"] = role
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url()
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"pool_pre_ping": True}
    app.config["MAX_CONTENT_LENGTH"] = settings.max_upload_bytes
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=0)  # type: ignore[method-assign]  # as Flask documents middleware
    db.init_app(app)
    Migrate(app, db, directory="migrations")
    init_language(app)
    signer.init_app(app, role)
    app.extensions["application_pins"] = import_module("issuance.services.application_pin").ApplicationPins()
    app.extensions["redis"] = Redis.from_url(settings.redis_url())
    return app
