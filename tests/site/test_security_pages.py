"""What holds for every page of the site: headers, form tokens, guards, languages."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask, Response

from app.security import customer_required, declared_guard, machine, public
from app.security.guards import CUSTOMER, PUBLIC, SIGNED_IN
from models.enums import CustomerKind
from tests.factories.accounts import make_customer, sign_in_customer
from tests.factories.staff import form_token

PAGES = ("/", "/environment", "/downloads", "/help", "/login", "/request-link", "/set-password/x", "/nothing-here")


@pytest.mark.parametrize("path", [*PAGES, "/static/site/site.css"])
def test_the_policy_is_on_every_page(site: Flask, path: str) -> None:
    answer = site.test_client().get(path, buffered=True)

    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self' 'nonce-")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_no_page_has_inline_code(site: Flask, path: str, language: str) -> None:
    answer = site.test_client().get(path, query_string={"lang": language})
    page = answer.get_data(as_text=True)

    assert f'<html lang="{language}">' in page
    assert not re.search(r"\son\w+=|<style|style=|javascript:", page)
    nonce = re.search(r"'nonce-([^']+)'", answer.headers["Content-Security-Policy"])
    scripts = re.findall(r"<script[^>]*>", page)
    assert nonce is not None
    assert scripts
    assert all(f'nonce="{nonce[1]}"' in script and "src=" in script for script in scripts)


def test_two_answers_two_nonces(site: Flask) -> None:
    client = site.test_client()

    assert client.get("/").headers["Content-Security-Policy"] != client.get("/").headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/login", "/request-link", "/set-password/x", "/password", "/verify"])
def test_a_form_without_its_token_is_refused_and_forgotten(site: Flask, path: str) -> None:
    answer = site.test_client().post(path, data={"login_id": "U20000001", "password": "very secret words"})

    assert answer.status_code in {302, 400}
    page = answer.get_data(as_text=True)
    assert "very secret words" not in page
    assert "U20000001" not in page
    if answer.status_code == 400:
        assert "受け付けられませんでした" in page


def test_pages_are_not_kept_by_browsers_or_proxies(site: Flask) -> None:
    make_customer(login_id="U20000001")
    client = sign_in_customer(site, "U20000001")

    assert client.get("/account").headers["Cache-Control"] == "no-store"
    assert "no-store" not in client.get("/static/site/site.css", buffered=True).headers.get("Cache-Control", "")


def test_the_cookie_is_for_this_site_only(site: Flask) -> None:
    make_customer(login_id="U20000001")
    cookie = sign_in_customer(site, "U20000001").get_cookie("site")

    assert cookie is not None
    assert cookie.http_only
    assert cookie.same_site == "Lax"


def test_guards_are_acted_on(site: Flask) -> None:
    site._got_first_request = False  # views are added to an application that has answered already

    def add(name: str, decorate: Callable[..., Any]) -> None:
        def view() -> Response:
            return Response("in")

        view.__name__ = name
        site.add_url_rule(f"/t/{name}", f"t_{name}", decorate(view), methods=["GET", "POST"])

    add("open", public)
    add("machine", machine)
    add("customer", customer_required())
    add("user", customer_required(kind=CustomerKind.USER_ID))
    add("company", customer_required(kind=CustomerKind.COMPANY_ID))
    add("silent", lambda view: view)
    user = make_customer(login_id="U20000001")
    make_customer(CustomerKind.COMPANY_ID, login_id="C20000002", account=user.company_account)
    clients = {
        "nobody": site.test_client(),
        "user": sign_in_customer(site, "U20000001"),
        "company": sign_in_customer(site, "C20000002"),
    }

    def codes(name: str) -> list[int]:
        return [clients[person].get(f"/t/{name}").status_code for person in ("nobody", "user", "company")]

    assert codes("open") == [200, 200, 200]
    assert codes("customer") == [302, 200, 200]
    assert codes("user") == [302, 200, 403]
    assert codes("company") == [302, 403, 200]
    assert codes("silent") == [403, 403, 403]
    assert clients["nobody"].post("/t/machine").status_code == 200
    assert clients["nobody"].post("/t/open").status_code == 400


def test_every_endpoint_declares_its_guard(site: Flask) -> None:
    silent = [rule.endpoint for rule in site.url_map.iter_rules() if declared_guard(site, rule.endpoint) is None]

    assert silent == []
    known = {PUBLIC, SIGNED_IN, CUSTOMER, *(f"{CUSTOMER}:{kind}" for kind in CustomerKind)}
    assert {declared_guard(site, rule.endpoint) for rule in site.url_map.iter_rules()} <= known


@pytest.mark.parametrize(("path", "status"), [("/nothing", 404), ("/logout", 405), ("/downloads/x.pdf", 404)])
def test_error_pages(site: Flask, path: str, status: int) -> None:
    answer = site.test_client().get(path)

    assert answer.status_code == status
    assert "最初の画面へ" in answer.get_data(as_text=True)


def test_downloads_offer_what_lies_there_and_nothing_else(site: Flask) -> None:
    directory = site.extensions["settings"].var_dir / "downloads"
    directory.mkdir(exist_ok=True)
    (directory / "setup.pdf").write_bytes(b"%PDF-1.7")
    (directory / "secret.txt").write_text("no")
    client = site.test_client()

    assert "setup.pdf" in client.get("/downloads").get_data(as_text=True)
    assert client.get("/downloads/setup.pdf", buffered=True).data == b"%PDF-1.7"
    assert client.get("/downloads/secret.txt").status_code == 404
    assert client.get("/downloads/..%2Fkeys%2Fsite.secret").status_code == 404


def test_the_page_behind_a_link_keeps_its_errors(site: Flask) -> None:
    client = site.test_client()
    assert client.get("/set-password/forged").status_code == 410

    data = {"login_id": "U29999999", "csrf_token": form_token(client, "/request-link")}
    page = client.post("/request-link", data=data).get_data(as_text=True)
    assert "リンクをお送りしました" in page


def test_the_signing_process_is_away(site: Flask) -> None:
    from app.signer import SignerClient  # noqa: PLC0415

    site.extensions["signer"] = SignerClient(site.extensions["settings"].signer_dir / "nobody.sock")
    client = site.test_client()

    answer = client.post(
        "/request-link", data={"login_id": "U20000001", "csrf_token": form_token(client, "/request-link")}
    )

    assert answer.status_code == 503
    assert "一時的に停止" in answer.get_data(as_text=True)
