"""Flask-Security in each application, over its own user table, with nothing of its own pages or cookies left."""

from datetime import timedelta
from typing import Any

from flask import Flask
from flask_principal import identity_loaded
from flask_security import Security
from flask_security.core import _on_identity_loaded
from flask_security.forms import LoginForm
from flask_wtf.csrf import CSRFError

from app.core.settings import Settings
from app.security.csrf import init_csrf
from app.security.datastore import People
from app.security.forms import CustomerLoginForm, LockingVerifyForm, StaffLoginForm
from app.security.gate import BusyError
from app.security.guards import init_guards
from app.security.headers import init_headers
from app.security.limits import SIGN_IN_LIMIT, init_limits, limit_view
from app.security.sessions import ABSOLUTE, init_sessions
from app.security.sign_in_signals import init_signals
from app.security.views import busy, form_expired, sign_in_pages, too_many
from models.accounts import Customer
from models.staff import StaffUser

COMMON: dict[str, Any] = {
    "SECURITY_PASSWORD_HASH": "argon2",
    "SECURITY_PASSWORD_SCHEMES": ["argon2"],
    "SECURITY_DEPRECATED_PASSWORD_SCHEMES": [],
    "SECURITY_PASSWORD_SINGLE_HASH": {"argon2"},  # as app.security.passwords makes them
    "SECURITY_PASSWORD_LENGTH_MIN": 1,  # a sign-in judges no password; app.security.passwords does
    "SECURITY_FRESHNESS": timedelta(minutes=5),
    "SECURITY_FRESHNESS_GRACE_PERIOD": timedelta(0),
    "SECURITY_API_ENABLED_METHODS": ["session"],
    "SECURITY_LOGOUT_METHODS": ["POST"],
    "SECURITY_REDIRECT_BEHAVIOR": None,
    "SECURITY_CLI_USERS_NAME": False,
    "SECURITY_CLI_ROLES_NAME": False,
    "SECURITY_FLASH_MESSAGES": False,
    "SECURITY_STATIC_FOLDER": None,
}
IDENTITIES = {
    "portal": [{"email": {"mapper": lambda text: text.strip() or None, "case_insensitive": True}}],
    "site": [{"login_id": {"mapper": lambda text: text.strip().upper() or None, "case_insensitive": False}}],
}


def init_portal_security(app: Flask) -> None:
    """Staff sign-in and everything that stands in front of a page of the portal."""
    _init(app, StaffUser, StaffLoginForm)
    app.register_error_handler(BusyError, busy)  # the site has an answer of its own (app.site.errors)


def init_site_security(app: Flask) -> None:
    """Customer sign-in and everything that stands in front of a page of the site."""
    _init(app, Customer, CustomerLoginForm)


def _init(app: Flask, people: type[StaffUser] | type[Customer], login_form: type[LoginForm]) -> None:
    settings: Settings = app.extensions["settings"]
    role: str = app.extensions["role"]
    _configure(app, settings, role)
    init_headers(app, is_production=not settings.is_development)
    init_csrf(app)
    init_limits(app, settings)
    security = Security(app, People(people), login_form=login_form, verify_form=LockingVerifyForm)
    security.want_json(lambda _request: False)
    # Our roles are words in a column and permissions a table in code; Flask-Principal's needs are not used.
    identity_loaded.disconnect(_on_identity_loaded, app)
    app.register_blueprint(sign_in_pages)
    init_signals(app)
    init_sessions(app)
    init_guards(app)
    limit_view(app, "security.login", SIGN_IN_LIMIT)
    limit_view(app, "security.verify", SIGN_IN_LIMIT)
    app.register_error_handler(CSRFError, form_expired)
    app.register_error_handler(429, too_many)


def _configure(app: Flask, settings: Settings, role: str) -> None:
    cookie = f"__Host-{role}" if not settings.is_development else role
    app.config.update(
        COMMON,
        SECRET_KEY=settings.secret_key(role),
        SESSION_COOKIE_NAME=cookie,
        SESSION_COOKIE_SECURE=not settings.is_development,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict" if role == "portal" else "Lax",
        REMEMBER_COOKIE_NAME=f"{cookie}-remember",
        PERMANENT_SESSION_LIFETIME=ABSOLUTE,
        SECURITY_USER_IDENTITY_ATTRIBUTES=IDENTITIES[role],
        SECURITY_LOGIN_USER_TEMPLATE=f"security/{role}_sign_in.html",
        SECURITY_VERIFY_TEMPLATE=f"security/{role}_verify.html",
        SECURITY_POST_LOGIN_VIEW="/",
        SECURITY_POST_LOGOUT_VIEW="/login" if role == "portal" else "/",
    )
