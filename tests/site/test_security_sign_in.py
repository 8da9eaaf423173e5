"""Customers sign in to the site; what they may not do there."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.security import init_portal_security
from app.security.sessions import ABSOLUTE, IDLE
from models.accounts import Customer
from models.audit import AuditEntry
from models.enums import CustomerKind
from tests.factories.accounts import make_customer, sign_in_customer
from tests.factories.staff import PASSWORD, form_token, make_staff, sign_in
from wsgi import _create


def log() -> list[tuple[str, str, str]]:
    rows = db.session.scalars(select(AuditEntry).order_by(AuditEntry.seq))
    return [(row.event, row.outcome, row.detail.get("error", "")) for row in rows]


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/account").status_code == 200


def try_password(client: FlaskClient, login_id: str, password: str) -> str:
    data = {"login_id": login_id, "password": password, "csrf_token": form_token(client, "/login")}
    return client.post("/login", data=data).get_data(as_text=True)


def test_sign_in_by_login_id_however_it_is_typed(site: Flask) -> None:
    make_customer(login_id="U20000001")

    client = sign_in_customer(site, " u20000001 ")

    assert is_signed_in(client)
    assert log() == [("customer:sign_in", "done", "")]


def test_every_refusal_reads_the_same(site: Flask) -> None:
    make_customer(login_id="U20000001")
    closed = make_customer(login_id="U20000002")
    closed.active = False
    db.session.commit()
    client = site.test_client()

    pages = {
        try_password(client, login_id, password).replace(login_id, "").split("</form>")[0].split("<h1>")[1]
        for login_id, password in [("U20000001", "wrong"), ("U29999999", PASSWORD), ("U20000002", PASSWORD)]
    }

    token_free = {page.split('name="csrf_token"')[0] for page in pages}
    assert len(token_free) == 1
    assert log() == [
        ("customer:sign_in", "refused", "wrong"),
        ("customer:sign_in", "refused", "unknown"),
        ("customer:sign_in", "refused", "inactive"),
    ]


def test_what_was_typed_for_an_unknown_id_is_not_kept(site: Flask) -> None:
    try_password(site.test_client(), "my secret", "other secret")

    entry = db.session.scalars(select(AuditEntry)).one()
    assert "secret" not in f"{entry.subject_id}{entry.actor_name}{entry.detail}"


def test_five_wrong_passwords_lock_for_a_quarter_of_an_hour(site: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    customer_id = make_customer(login_id="U20000001").id
    client = site.test_client()
    for _ in range(5):
        try_password(client, "U20000001", "wrong")

    try_password(client, "U20000001", PASSWORD)

    assert not is_signed_in(client)
    assert log()[-2:] == [("customer:lock", "done", ""), ("customer:sign_in", "refused", "locked")]
    customer = db.session.get_one(Customer, customer_id, populate_existing=True)
    assert customer.locked_until is not None
    customer.locked_until -= timedelta(minutes=15)
    db.session.commit()
    try_password(client, "U20000001", PASSWORD)
    assert is_signed_in(client)


def test_a_good_sign_in_forgives_four_wrong_ones(site: Flask) -> None:
    make_customer(login_id="U20000001")
    for _ in range(2):
        client = site.test_client()
        for _ in range(4):
            try_password(client, "U20000001", "wrong")
        try_password(client, "U20000001", PASSWORD)
        assert is_signed_in(client)


def test_a_copy_of_the_cookie_is_dead_after_signing_out(site: Flask) -> None:
    make_customer(login_id="U20000001")
    client = sign_in_customer(site, "U20000001")
    cookie = client.get_cookie("site")
    assert cookie is not None

    client.post("/logout", data={"csrf_token": form_token(client, "/password")})

    thief = site.test_client()
    thief.set_cookie("site", cookie.value)
    assert not is_signed_in(thief)
    assert log()[-1] == ("customer:sign_out", "done", "")


@pytest.mark.parametrize(("limit", "steps"), [(IDLE, 1), (ABSOLUTE, 30)], ids=["left alone", "used all day"])
def test_a_session_ends(site: Flask, monkeypatch: pytest.MonkeyPatch, limit: timedelta, steps: int) -> None:
    make_customer(login_id="U20000001")
    client = sign_in_customer(site, "U20000001")
    began = clock.now()
    for step in range(1, steps):
        monkeypatch.setattr(clock, "now", lambda step=step: began + limit * step / steps)
        assert is_signed_in(client)

    monkeypatch.setattr(clock, "now", lambda: began + limit + timedelta(seconds=2))
    answer = client.get("/account")

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/login?next=")
    assert not is_signed_in(client)


def test_a_staff_cookie_is_worth_nothing_on_the_site(site: Flask) -> None:
    make_staff("officer", email="officer@example.jp")
    portal = _create("portal", site.extensions["settings"])
    init_portal_security(portal)
    cookie = sign_in(portal, "officer@example.jp").get_cookie("portal")
    assert cookie is not None
    with portal.app_context():
        db.engine.dispose()

    client = site.test_client()
    for name in ("portal", "site"):
        client.set_cookie(name, cookie.value)

    assert not is_signed_in(client)
    assert "logout" not in client.get("/").get_data(as_text=True)


def test_staff_do_not_sign_in_to_the_site(site: Flask) -> None:
    make_staff("officer", email="officer@example.jp")

    assert not is_signed_in(sign_in_customer(site, "officer@example.jp"))


def test_the_next_page_stays_on_the_site(site: Flask) -> None:
    make_customer(login_id="U20000001")
    for target, expected in [("/help", "/help"), ("https://evil.example/", "/"), ("//evil.example", "/")]:
        client = site.test_client()
        data = {"login_id": "U20000001", "password": PASSWORD, "csrf_token": form_token(client, "/login")}
        answer = client.post("/login", data={**data, "next": target})
        assert answer.headers.get("Location", "/") == expected


def test_a_company_id_sees_its_user_ids_and_a_user_id_does_not(site: Flask) -> None:
    user = make_customer(login_id="U20000001")
    make_customer(CustomerKind.COMPANY_ID, login_id="C20000002", account=user.company_account)

    company_page = sign_in_customer(site, "C20000002").get("/account").get_data(as_text=True)
    user_page = sign_in_customer(site, "U20000001").get("/account").get_data(as_text=True)

    assert "U20000001" in company_page
    assert "C20000002" not in user_page


def test_changing_the_password(site: Flask) -> None:
    make_customer(login_id="U20000001")
    client, other = sign_in_customer(site, "U20000001"), sign_in_customer(site, "U20000001")
    new = "a better sentence now"

    def change(present: str, again: str = new) -> int:
        data = {"present": present, "new": new, "again": again, "csrf_token": form_token(client, "/password")}
        return client.post("/password", data=data).status_code

    assert change("wrong") == 200
    assert change(PASSWORD, again="something else") == 200
    assert change(PASSWORD) == 302
    assert is_signed_in(client)
    assert not is_signed_in(other)
    assert is_signed_in(sign_in_customer(site, "U20000001", new))
    assert ("customer:change_password", "refused", "wrong") in log()
    assert ("customer:change_password", "done", "") in log()
