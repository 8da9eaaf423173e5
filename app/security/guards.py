"""Default deny: an endpoint that does not say who may call it is refused.

A view says so with `@public`, `@signed_in`, `@customer_required(...)` on the site, or with `.needs` (set by
`admin.access.needs`) or its Flask-Admin view's `permission` in the portal. The guard in front of every request acts on
what is declared; the decorators themselves only declare, so that a test can list every endpoint with its guard.
"""

from collections.abc import Callable
from typing import TypeVar

from flask import Flask, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from app.security.actors import current_customer, current_staff
from app.security.permissions import permissions_of
from models.enums import CustomerKind

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])

PUBLIC = "public"
SIGNED_IN = "signed-in"
COMPANY_ID = "customer:company_id"
USER_ID = "customer:user_id"
CUSTOMER = "customer"

# Endpoints that others registered: Flask-Security's pages.
FOREIGN = {"security.login": PUBLIC, "security.logout": PUBLIC, "security.verify": SIGNED_IN}

# What somebody may do whose password was made by an administrator: make an own one, or leave.
BEFORE_WORK = {"sign_in.password", "security.logout"}


def public(view: View) -> View:
    """Anybody may call this view."""
    view.guard = PUBLIC  # type: ignore[attr-defined]
    return view


def signed_in(view: View) -> View:
    """Whoever is signed in to this application may call this view."""
    view.guard = SIGNED_IN  # type: ignore[attr-defined]
    return view


def customer_required(kind: CustomerKind | None = None) -> Callable[[View], View]:
    """Only a signed-in customer may call this view; of that kind, if one is given."""

    def mark(view: View) -> View:
        view.guard = f"{CUSTOMER}:{kind}" if kind else CUSTOMER  # type: ignore[attr-defined]
        return view

    return mark


def declared_guard(app: Flask, endpoint: str) -> str | None:
    """What an endpoint says about itself: a guard's name or a permission; None if it says nothing."""
    view = app.view_functions.get(endpoint)
    if endpoint in FOREIGN:
        return FOREIGN[endpoint]
    if endpoint.rpartition(".")[2] == "static":
        return PUBLIC
    for holder, attribute in ((view, "guard"), (view, "needs"), (getattr(view, "__self__", None), "permission")):
        if declared := getattr(holder, attribute, None):
            return str(declared)
    return None


def init_guards(app: Flask) -> None:
    """Stand in front of every request."""
    app.before_request(_guard)


def _guard() -> ResponseReturnValue | None:
    if request.endpoint is None:  # no such address: the 404 page
        return None
    guard = declared_guard(current_app, request.endpoint)
    if guard is None:
        abort(403)
    if guard == PUBLIC:
        return None
    return _portal(guard) if current_app.extensions["role"] == "portal" else _site(guard)


def _portal(guard: str) -> ResponseReturnValue | None:
    person = current_staff()
    if person is None:
        return sign_in_first()
    if person.must_change_password and request.endpoint not in BEFORE_WORK:
        return redirect(url_for("sign_in.password"))
    if guard != SIGNED_IN and guard not in permissions_of(person.roles):
        abort(403)
    return None


def _site(guard: str) -> ResponseReturnValue | None:
    customer = current_customer()
    if customer is None:
        return sign_in_first()
    if guard not in {SIGNED_IN, CUSTOMER, f"{CUSTOMER}:{customer.kind}"}:
        abort(403)
    return None


def sign_in_first() -> Response:
    """To the sign-in page, and from there back here if here is a page that can be opened again."""
    target = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("security.login", next=target))
