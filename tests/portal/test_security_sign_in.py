"""Staff sign in to the portal; permissions, freshness, and what a cookie is worth elsewhere."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient
from flask.views import View
from sqlalchemy import select

from app.accounts.web import register as register_accounts
from app.core import clock
from app.core.db import db
from app.core.settings import Settings
from app.security import PERMISSIONS, Role, fresh, init_portal_security, init_site_security, limiter, signed_in
from app.security.limits import init_limits
from app.security.permissions import ROLE_PERMISSIONS
from app.security.sessions import FRESH_FOR
from app.site import register as register_site
from models.audit import AuditEntry
from tests.factories.accounts import make_customer, sign_in_customer
from tests.factories.clients import FreshClient
from tests.factories.staff import PASSWORD, form_token, make_staff, sign_in
from wsgi import _create


class Decision(View):
    """A page that only somebody who has just proved the password may open."""

    needs = "application:approve"

    @fresh
    def dispatch_request(self) -> Response:
        """Say that it worked."""
        return Response("decided")


@pytest.fixture
def portal(empty_database: None, settings: Settings) -> Iterator[Flask]:
    """The portal's security around one probe for each permission."""
    application = _create("portal", settings)
    init_portal_security(application)
    application.config["TESTING"] = True
    application.test_client_class = FreshClient
    probe(application, "/", "index", guard=signed_in)
    for permission in PERMISSIONS:
        probe(application, f"/can/{permission}", permission.replace(":", "_"), needs=permission)
    probe(application, "/silent", "silent")
    decide = Decision.as_view("decide")
    decide.needs = Decision.needs  # type: ignore[attr-defined]
    application.add_url_rule("/decide", view_func=decide)
    with application.app_context():
        yield application
        db.session.remove()
        db.engine.dispose()


def probe(app: Flask, path: str, name: str, *, needs: str = "", guard: Callable[[Any], Any] | None = None) -> None:
    def view() -> Response:
        return Response("in")

    view.__name__ = name
    if needs:
        view.needs = needs  # type: ignore[attr-defined]
    app.add_url_rule(path, name, guard(view) if guard else view)


def log() -> list[tuple[str, str, str]]:
    rows = db.session.scalars(select(AuditEntry).order_by(AuditEntry.seq))
    return [(row.event, row.outcome, row.detail.get("error", "")) for row in rows]


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/").status_code == 200


def test_sign_in_by_address_however_it_is_typed(portal: Flask) -> None:
    make_staff("officer", email="Tanaka@example.jp")

    assert is_signed_in(sign_in(portal, "tanaka@EXAMPLE.jp"))
    assert log() == [("staff:sign_in", "done", "")]


@pytest.mark.parametrize(
    ("email", "password", "error"),
    [
        ("officer@example.jp", "wrong", "wrong"),
        ("nobody@example.jp", PASSWORD, "unknown"),
        ("closed@example.jp", PASSWORD, "inactive"),
    ],
)
def test_a_refused_sign_in(portal: Flask, email: str, password: str, error: str) -> None:
    make_staff("officer", email="officer@example.jp")
    closed = make_staff("officer", email="closed@example.jp")
    closed.active = False
    db.session.commit()

    assert not is_signed_in(sign_in(portal, email, password))
    assert log() == [("staff:sign_in", "refused", error)]


def test_lockout(portal: Flask) -> None:
    make_staff("officer", email="officer@example.jp")
    for _ in range(5):
        sign_in(portal, "officer@example.jp", "wrong")

    assert not is_signed_in(sign_in(portal, "officer@example.jp"))
    assert log()[-2:] == [("staff:lock", "done", ""), ("staff:sign_in", "refused", "locked")]


@pytest.mark.parametrize("role", Role)
def test_a_role_opens_its_doors_and_no_other(portal: Flask, role: Role) -> None:
    make_staff(role, email="person@example.jp")
    client = sign_in(portal, "person@example.jp")

    opened = {permission for permission in PERMISSIONS if client.get(f"/can/{permission}").status_code == 200}

    assert opened == ROLE_PERMISSIONS[role]
    refused = {client.get(f"/can/{permission}").status_code for permission in PERMISSIONS - opened}
    assert refused == {403}


def test_nobody_gets_to_the_sign_in_page_and_back(portal: Flask) -> None:
    answer = portal.test_client().get("/can/audit:read?page=2")

    assert answer.status_code == 302
    assert answer.headers["Location"] == "/login?next=/can/audit:read?page%3D2"


def test_an_endpoint_that_says_nothing_is_closed(portal: Flask) -> None:
    make_staff("auditor", email="person@example.jp")

    assert sign_in(portal, "person@example.jp").get("/silent").status_code == 403


def test_a_decision_asks_for_the_password_again(portal: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    make_staff("approver", email="person@example.jp")
    client = sign_in(portal, "person@example.jp")
    assert client.get("/decide").data == b"decided"

    now, later = clock.now, clock.now() + FRESH_FOR + timedelta(seconds=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    answer = client.get("/decide")
    assert answer.headers["Location"] == "/verify?next=/decide"
    assert "/decide" in client.get(answer.headers["Location"]).get_data(as_text=True)
    monkeypatch.setattr(clock, "now", now)

    def verify(password: str) -> Any:
        data = {"password": password, "next": "/decide", "csrf_token": form_token(client, "/verify")}
        return client.post("/verify", data=data)

    assert verify("wrong").status_code == 200
    assert verify(PASSWORD).headers["Location"] == "/decide"
    assert log()[-2:] == [("staff:verify", "refused", "wrong"), ("staff:verify", "done", "")]


def test_a_stolen_session_cannot_try_passwords(portal: Flask) -> None:
    make_staff("approver", email="person@example.jp")
    client = sign_in(portal, "person@example.jp")
    for _ in range(5):
        client.post("/verify", data={"password": "wrong", "csrf_token": form_token(client, "/verify")})

    answer = client.post("/verify", data={"password": PASSWORD, "csrf_token": form_token(client, "/verify")})

    assert answer.status_code == 200
    assert ("staff:lock", "done", "") in log()


def test_an_administrators_password_is_changed_first(portal: Flask) -> None:
    make_staff("auditor", email="person@example.jp", must_change=True)
    client = sign_in(portal, "person@example.jp")
    assert client.get("/can/audit:read").headers["Location"] == "/password"

    new = "a better sentence now"
    data = {"present": PASSWORD, "new": new, "again": new, "csrf_token": form_token(client, "/password")}
    client.post("/password", data=data)

    assert client.get("/can/audit:read").status_code == 200


def test_roles_taken_away_end_the_session(portal: Flask) -> None:
    person = make_staff("auditor", email="person@example.jp")
    client = sign_in(portal, "person@example.jp")
    person.active = False
    db.session.commit()

    assert client.get("/can/audit:read").status_code == 302


def test_a_customer_cookie_is_worth_nothing_in_the_portal(portal: Flask) -> None:
    make_customer(login_id="U20000001")
    site = _create("site", portal.extensions["settings"])
    init_site_security(site)
    site.test_client_class = FreshClient
    cookie = customer_cookie(site)

    client = portal.test_client()
    for name in ("portal", "site"):
        client.set_cookie(name, cookie)

    assert not is_signed_in(client)


def customer_cookie(site: Flask) -> str:
    """Of a customer who signed in on the site's own page."""
    register_site(site)
    register_accounts(site)
    cookie = sign_in_customer(site, "U20000001").get_cookie("site")
    with site.app_context():
        db.engine.dispose()
    assert cookie is not None
    return cookie.value


def test_a_form_without_its_token(portal: Flask) -> None:
    answer = portal.test_client().post("/login", data={"email": "officer@example.jp", "password": "very secret words"})

    page = answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert "受け付けられませんでした" in page
    assert "very secret words" not in page
    assert "officer@example.jp" not in page


@pytest.mark.parametrize("path", ["/login", "/", "/nothing", "/static/sign-in/sign-in.css"])
def test_the_policy_is_on_every_page(portal: Flask, path: str) -> None:
    answer = portal.test_client().get(path, buffered=True)

    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self' 'nonce-")
    assert answer.headers["X-Frame-Options"] == "DENY"


def test_nobody_stays_signed_in_for_good(portal: Flask) -> None:
    make_staff("officer", email="officer@example.jp")
    client = portal.test_client()
    assert "remember" not in client.get("/login").get_data(as_text=True)

    data = {"email": "officer@example.jp", "password": PASSWORD, "remember": "y"}
    client.post("/login", data={**data, "csrf_token": form_token(client, "/login")})

    assert client.get_cookie("portal-remember") is None
    cookie = client.get_cookie("portal")
    assert cookie is not None
    assert cookie.same_site == "Strict"
    assert cookie.http_only
    assert cookie.expires is None


def test_cookies_in_production(empty_database: None, settings: Settings) -> None:
    production = Settings(**{**settings.model_dump(by_alias=True), "ENVIRONMENT": "production"})
    application = _create("portal", production)
    init_portal_security(application)

    assert application.config["SESSION_COOKIE_NAME"] == "__Host-portal"
    assert application.config["SESSION_COOKIE_SECURE"] is True


def test_too_many_sign_ins_from_one_address(portal: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limiter, "enabled", True)
    portal.config["RATELIMIT_ENABLED"] = True
    init_limits(portal, portal.extensions["settings"])
    client = portal.test_client()
    token = form_token(client, "/login")
    data = {"email": "nobody@example.jp", "password": "x", "csrf_token": token}

    codes = [client.post("/login", data=data).status_code for _ in range(32)]

    assert codes[0] == 200
    assert codes[-1] == 429
