"""The token stock in the portal: deliveries, models, reports, returns, SO-PINs by two people."""

import re
from collections.abc import Iterator
from io import BytesIO
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.core.db import db
from app.core.settings import Settings
from models.enums import TokenStatus
from models.promises import Promise
from models.tokens import SoPinDisclosure, Token, TokenBatch, TokenModel
from tests.factories.pki import Pki
from tests.factories.staff import form_token, make_staff, sign_in
from tests.factories.tokens import token_in, token_row

MARKER = "SoPin-Marker-7391"


@pytest.fixture
def operator(portal: Flask, signer_process: None) -> Iterator[FlaskClient]:
    make_staff("ca_operator", email="ca@example.jp", name="藤田 隆")
    return sign_in(portal, "ca@example.jp")


@pytest.fixture
def second(portal: Flask) -> FlaskClient:
    make_staff("ca_operator", email="ca2@example.jp", name="中島 明")
    return sign_in(portal, "ca2@example.jp")


def send(client: FlaskClient, path: str, **data: object):
    return client.post(path, data={"csrf_token": form_token(client, path), **data})


def deliver(client: FlaskClient, serials: str, count: int, **more: object):
    db.session.rollback()
    model = db.session.scalars(select(TokenModel.id)).first()
    data = {"name": "N-1", "model": str(model or ""), "received_on": "2026-11-20", "count": count, "serials": serials}
    return send(client, "/token-stock/receive/?lang=en", **{**data, **more})


@pytest.mark.hsm
def test_a_delivery_that_differs_loses_nothing_and_shows_both_lists(operator: FlaskClient) -> None:
    answer = deliver(operator, "0A1\n0A9", 2, declared="0A1 0A2")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "0A1\n0A9</textarea>" in page.replace("\r", "")
    assert "0A1 0A2</textarea>" in page.replace("\r", "")
    missing, extra, scanned = re.findall(r'<ol class="serials">(.*?)</ol>', page)
    assert "0A2" in missing and "0A1" not in missing
    assert "0A9" in extra
    assert "0A1" in scanned and "0A9" in scanned
    assert db.session.scalars(select(Token)).all() == []

    assert deliver(operator, "0A1\n0A2", 2, declared="0A1 0A2").status_code == 302
    assert [(batch.name, batch.count) for batch in db.session.scalars(select(TokenBatch))] == [("N-1", 2)]
    page = operator.get("/token-stock/?lang=en").get_data(as_text=True)
    assert "eToken 5110: 2 free tokens, order again at 50." in page
    assert "eToken 5110: 2 free tokens" in operator.get("/").get_data(as_text=True)


@pytest.mark.hsm
def test_an_so_pin_is_granted_by_another_shown_once_and_stands_on_no_other_page(
    operator: FlaskClient, second: FlaskClient
) -> None:
    assert deliver(operator, f"0A1,{MARKER}", 1).status_code == 302
    token = db.session.scalars(select(Token.id)).one()
    db.session.rollback()
    assert send(operator, f"/so-pins/ask/{token}/", reason="locked").status_code == 302
    disclosure = db.session.scalars(select(SoPinDisclosure.id)).one()
    db.session.rollback()

    def press(client: FlaskClient, what: str, **data: object):
        return client.post(f"/so-pins/{disclosure}/{what}/", data={"csrf_token": form_token(client, "/"), **data})

    assert press(operator, "show").status_code == 422
    assert press(operator, "decide", verdict="grant").status_code == 422
    assert press(second, "decide", verdict="grant").status_code == 302
    assert press(second, "show").status_code == 422
    shown = press(operator, "show")
    assert shown.status_code == 200 and MARKER in shown.get_data(as_text=True)
    assert "no-store" in shown.headers["Cache-Control"]
    assert press(operator, "show").status_code == 422
    for path in ("/so-pins/", "/tokens/", f"/tokens/details/?id={token}", "/token-stock/", "/audit/"):
        answer = operator.get(path)
        assert answer.status_code in {200, 403} and MARKER not in answer.get_data(as_text=True), path


def test_a_stale_password_is_asked_for_again(portal: Flask, second: FlaskClient) -> None:
    with second.session_transaction() as session:
        for key in [key for key in session if "verified" in key.lower() or key.startswith("fs_")]:
            session.pop(key)
    answer = second.post(
        "/so-pins/6f0cde4c-1d1c-4a9c-8a5e-8d6f9f3f9c11/show/", data={"csrf_token": form_token(second, "/")}
    )
    assert answer.status_code == 302 and "/verify" in answer.location


def test_a_model_is_approved_by_the_operator_of_the_ca_alone(portal: Flask, second: FlaskClient) -> None:
    root = Pki().ca
    good = {
        "name": "Key 7",
        "approved": "y",
        "key_kinds": ["rsa-3072", "secp256r1"],
        "pin_shortest": 8,
        "pin_longest": 20,
        "pin_tries": 5,
        "reorder_level": 30,
    }
    path = "/token-stock/models/new/?lang=en"
    bad = send(second, path, **{**good, "pin_tries": 99})
    assert bad.status_code == 422 and "after 3 to 15 wrong PINs" in bad.get_data(as_text=True)
    upload = (BytesIO(root.public_bytes(Encoding.PEM)), "root.pem")
    assert send(second, path, **good, attestation_root=upload).status_code == 302
    row = db.session.scalars(select(TokenModel)).one()
    assert (row.key_kinds, row.pin_tries, row.attestation_root) == (
        ["rsa-3072", "secp256r1"], 5, root.public_bytes(Encoding.DER)
    )  # fmt: skip
    there = f"/token-stock/models/{row.id}/?lang=en"
    db.session.rollback()
    assert send(second, there, **{**good, "name": "Other", "approved": ""}).status_code == 302
    row = db.session.scalars(select(TokenModel).execution_options(populate_existing=True)).one()
    assert (row.name, row.approved) == ("Key 7", False)
    db.session.rollback()
    make_staff("mailroom", email="mail@example.jp")
    assert sign_in(portal, "mail@example.jp").get(there).status_code == 403


@pytest.fixture
def officer(portal: Flask) -> FlaskClient:
    make_staff("officer", email="officer@example.jp", name="田中 裕子")
    return sign_in(portal, "officer@example.jp")


def test_an_officer_records_a_loss_told_by_telephone(officer: FlaskClient) -> None:
    token = token_in(TokenStatus.ACTIVE)
    path = f"/token-work/{token}/report/?lang=en"
    told = {"circumstance": "stolen", "reporter": "holder", "reporter_name": "𠮷田 太郎", "fault": "holder"}
    empty = send(officer, path, reporter_name="𠮷田 太郎", reported_on="2026-11-24", reported_time="25:00")
    assert empty.status_code == 422
    assert "𠮷田 太郎" in empty.get_data(as_text=True) and "Write the time as 14:05." in empty.get_data(as_text=True)
    done = send(officer, path, **told, reported_on="令和8年11月24日", reported_time="9:05", explanation="on the train")
    assert done.status_code == 302
    assert token_row(token).status is TokenStatus.LOST
    names = set(db.session.scalars(select(Promise.name)))
    assert {"issuance.jobs.tokens.revoke_of_token", "app.billing.jobs.charge_token_replacement"} <= names
    page = officer.get(f"/tokens/details/?id={token}&lang=en").get_data(as_text=True)
    assert "on the train" in page and "𠮷田 太郎" in page and "2026-11-24 09:05" in page
    assert send(officer, path, **told, reported_on="2026-11-24", reported_time="09:05").status_code == 409


def test_a_return_is_inspected_and_an_open_one_destroyed(portal: Flask, second: FlaskClient) -> None:
    token = token_in(TokenStatus.RETURNED)
    page = second.get(f"/tokens/details/?id={token}&lang=en").get_data(as_text=True)
    assert "Inspect…" in page and "Retire…" not in page
    alone = send(second, f"/token-work/{token}/inspect/?lang=en", seal="open", witness="中島　明")
    assert alone.status_code == 422 and "done by two people" in alone.get_data(as_text=True)
    assert send(second, f"/token-work/{token}/inspect/", seal="open", witness="山本 次郎").status_code == 302
    assert token_row(token).status is TokenStatus.RETIRED
    assert second.get("/tokens/?tab=destroy").get_data(as_text=True).count("SN-1") == 1
    assert send(second, f"/token-work/{token}/destroy/", method="裁断", witness="山本 次郎").status_code == 302
    assert token_row(token).destroyed_at is not None
    assert "SN-1" not in second.get("/tokens/?tab=destroy").get_data(as_text=True)


def test_buttons_are_for_those_who_may(portal: Flask) -> None:
    token: UUID = token_in(TokenStatus.IN_STOCK)
    make_staff("auditor", email="kansa@example.jp")
    auditor = sign_in(portal, "kansa@example.jp")
    page = auditor.get(f"/tokens/details/?id={token}").get_data(as_text=True)
    assert "/token-work/" not in page
    for path in (f"/token-work/{token}/report/", f"/token-work/{token}/retire/", "/token-stock/receive/", "/so-pins/"):
        assert auditor.get(path).status_code == 403, path
    assert auditor.get("/token-stock/").status_code == 200


def test_the_prefix_of_scanners_is_on_every_page(second: FlaskClient, settings: Settings) -> None:
    assert f'data-scanner="{settings.scanner_prefix}"' in second.get("/").get_data(as_text=True)
