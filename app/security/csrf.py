"""Forms carry a token that only our own pages know. One mechanism for every form: Flask-WTF's CSRFProtect."""

from collections.abc import Callable
from typing import TypeVar

from flask import Flask
from flask.typing import ResponseReturnValue
from flask_wtf import CSRFProtect

from app.security.guards import public

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])

csrf = CSRFProtect()


def init_csrf(app: Flask) -> None:
    """Protect every POST of the application. The token lives as long as the session: officers leave forms open."""
    app.config["WTF_CSRF_TIME_LIMIT"] = None
    app.config["WTF_CSRF_SSL_STRICT"] = True
    csrf.init_app(app)


def machine(view: View) -> View:
    """A public endpoint for programs: no cookie counts there, so no form token is asked for.

    The view itself must check what the program brings (a PIN, a one-time code, a signature) and must not look at the
    session.
    """
    csrf.exempt(view)
    return public(view)
