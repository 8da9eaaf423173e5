"""The contract pages: who sees what, who may act, and the public verification page."""

import hashlib
import io
from collections.abc import Iterator
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.archive.services.keep_original import keep_original
from app.contracts import queries
from app.core.db import db
from app.core.settings import Settings
from models.audit import AuditEntry
from models.contracts import Contract
from models.enums import ContractStatus
from models.promises import Promise
from tests.factories.accounts import sign_in_customer
from tests.factories.clients import FreshClient
from tests.factories.contracts import Signatory, make_contract, make_signatory, now, sign
from tests.factories.pdfs import make_pdf
from tests.factories.staff import form_token
from wsgi import create_site


@pytest.fixture
def parties(authority: None) -> tuple[Signatory, Signatory]:
    return make_signatory(1, romaji="YOSHIDA TAKASHI"), make_signatory(2, romaji="WATANABE HARUKO")


@pytest.fixture
def pages(parties: tuple[Signatory, Signatory], settings: Settings) -> Iterator[Flask]:
    application = create_site(settings)
    application.config["TESTING"] = True
    application.test_client_class = FreshClient
    yield application
    with application.app_context():
        db.session.remove()
        db.engine.dispose()


def send(client: FlaskClient, **given: object) -> object:
    data = {
        "title": "宮田町倉庫新築工事",
        "contract_date": "令和8年11月24日",
        "amount": "３３，０００，０００円",
        "counterparty": "u20000002",
        "pdf": (io.BytesIO(make_pdf()), "contract.pdf"),
        "csrf_token": form_token(client, "/contracts/new"),
    } | given
    return client.post("/contracts/new", data=data, content_type="multipart/form-data")


def test_a_user_id_sends_a_contract(pages: Flask, parties: tuple[Signatory, Signatory]) -> None:
    client = sign_in_customer(pages, parties[0].login_id)
    assert send(client).status_code == 302
    contract = db.session.scalars(select(Contract)).one()
    assert (contract.amount, contract.contract_date.isoformat()) == (33_000_000, "2026-11-24")
    assert contract.status is ContractStatus.SEALING
    assert db.session.scalar(select(func.count()).where(Promise.name == "app.contracts.jobs.seal_contract")) == 1


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"counterparty": "U99999999"}, "このユーザIDはありません"),
        ({"counterparty": "U20000001"}, "ご自身のユーザID"),
        ({"contract_date": "someday"}, "日付として読めません"),
        ({"amount": "many"}, "金額（円）として読めません"),
        ({"pdf": (io.BytesIO(b"hello"), "x.pdf")}, "PDFファイルではありません"),
    ],
    ids=["nobody", "self", "date", "amount", "pdf"],
)
def test_what_is_wrong_is_said_beside_the_field(
    pages: Flask, parties: tuple[Signatory, Signatory], given: dict[str, object], words: str
) -> None:
    answer = send(sign_in_customer(pages, parties[0].login_id), **given)
    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True)
    assert db.session.scalar(select(func.count()).select_from(Contract)) == 0


def test_a_company_id_reads_and_cannot_act(pages: Flask, parties: tuple[Signatory, Signatory]) -> None:
    contract_id = make_contract(*parties)
    client = sign_in_customer(pages, "C30000001")
    for path in ("/contracts/", f"/contracts/{contract_id}/", f"/contracts/{contract_id}/revisions/1.pdf"):
        assert client.get(path).status_code == 200, path
    token = form_token(client, f"/contracts/{contract_id}/")
    page = client.get(f"/contracts/{contract_id}/").get_data(as_text=True)
    assert "署名コードを発行する" not in page
    for path in (f"{contract_id}/code", f"{contract_id}/decline", f"{contract_id}/withdraw", "new"):
        assert client.post(f"/contracts/{path}", data={"csrf_token": token}).status_code == 403, path
    for path in ("new", "certificates/"):
        assert client.get(f"/contracts/{path}").status_code == 403, path


def test_strangers_see_nothing(pages: Flask, parties: tuple[Signatory, Signatory]) -> None:
    contract_id = make_contract(*parties)
    make_signatory(3, romaji="STRANGER", registered=False)
    for login_id in ("U20000003", "C30000003"):
        client = sign_in_customer(pages, login_id)
        assert client.get(f"/contracts/{contract_id}/").status_code == 404
        assert client.get(f"/contracts/{contract_id}/revisions/1.pdf").status_code == 404
        assert "K-2026" not in client.get("/contracts/").get_data(as_text=True)
    assert pages.test_client().get(f"/contracts/{contract_id}/").status_code == 302


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("date_from=R8.11.24&date_to=2026-11-24", {"宮田町倉庫"}),
        ("amount_from=40,000,000", {"庁舎改修"}),
        ("amount_from=1&amount_to=33000000&date_to=2026-11-30", {"宮田町倉庫"}),
        ("counterparty=東日本", set()),
        ("counterparty=U20000002", {"宮田町倉庫", "庁舎改修"}),
        ("title=庁舎", {"庁舎改修"}),
    ],
)
def test_searching_by_date_amount_and_party(
    pages: Flask, parties: tuple[Signatory, Signatory], query: str, expected: set[str]
) -> None:
    from datetime import date

    make_contract(*parties, sealed=False, title="宮田町倉庫")
    make_contract(*parties, sealed=False, title="庁舎改修", amount=44_000_000, contract_date=date(2026, 12, 1))
    page = sign_in_customer(pages, parties[0].login_id).get(f"/contracts/?{query}").get_data(as_text=True)
    table = page.partition("<tbody>")[2]
    assert {title for title in ("宮田町倉庫", "庁舎改修") if title in table} == expected


def test_declining_ends_the_contract_with_a_reason(pages: Flask, parties: tuple[Signatory, Signatory]) -> None:
    contract_id = make_contract(*parties)
    sign(contract_id, parties[0])
    client = sign_in_customer(pages, parties[1].login_id)
    path = f"/contracts/{contract_id}/decline"
    data = {"reason": "金額が違います", "csrf_token": form_token(client, path)}
    assert client.post(path, data=data).status_code == 302
    db.session.rollback()
    contract = db.session.get_one(Contract, contract_id)
    assert (contract.status, contract.closed_reason) == (ContractStatus.DECLINED, "金額が違います")
    page = sign_in_customer(pages, parties[0].login_id).get(f"/contracts/{contract_id}/").get_data(as_text=True)
    assert "金額が違います" in page


def test_the_sender_withdraws(pages: Flask, parties: tuple[Signatory, Signatory]) -> None:
    contract_id = make_contract(*parties)
    client = sign_in_customer(pages, parties[0].login_id)
    path = f"/contracts/{contract_id}/withdraw"
    client.post(path, data={"reason": "誤送信", "csrf_token": form_token(client, path)})
    db.session.rollback()
    assert db.session.get_one(Contract, contract_id).status is ContractStatus.WITHDRAWN
    event = select(func.count()).where(AuditEntry.event == "contract:withdraw")
    assert db.session.scalar(event) == 1


def test_the_signing_code_is_shown_once(pages: Flask, parties: tuple[Signatory, Signatory]) -> None:
    contract_id = make_contract(*parties)
    client = sign_in_customer(pages, parties[0].login_id)
    token = form_token(client, f"/contracts/{contract_id}/")
    page = client.post(f"/contracts/{contract_id}/code", data={"csrf_token": token}).get_data(as_text=True)
    assert "cectrust sign --server" in page
    assert "signing-code" not in client.get(f"/contracts/{contract_id}/").get_data(as_text=True)


def test_the_public_page_knows_the_original(pages: Flask, parties: tuple[Signatory, Signatory]) -> None:
    contract_id, final = completed(parties)
    client = pages.test_client()
    keep_original(contract_id, now=now())
    revisions = queries.list_revisions(contract_id)
    client_of_party = sign_in_customer(pages, parties[1].login_id)
    file = client_of_party.get(f"/contracts/{contract_id}/revisions/3.pdf").data
    assert hashlib.sha256(file).hexdigest() == final
    for data, words in (
        (file, "原本です"),
        (file + b" ", "該当するファイルはありません"),
        (b"%PDF-1.7", "該当するファイルはありません"),
    ):
        assert words in upload(client, data)
    assert "最終版ではありません" in client.get(f"/verify/?sha256={revisions[0].sha256}").get_data(as_text=True)
    assert client.get("/verify/?sha256=xyz").status_code == 422
    assert "This is the original." in client.get(f"/verify/?sha256={final.upper()}&lang=en").get_data(as_text=True)
    assert "原本" in client_of_party.get("/originals/").get_data(as_text=True)


def completed(parties: tuple[Signatory, Signatory]) -> tuple[UUID, str]:
    contract_id = make_contract(*parties)
    sign(contract_id, parties[0])
    return contract_id, sign(contract_id, parties[1]).sha256


def upload(client: FlaskClient, data: bytes) -> str:
    form = {"file": (io.BytesIO(data), "x.pdf"), "csrf_token": form_token(client, "/verify/")}
    answer = client.post("/verify/", data=form, content_type="multipart/form-data", follow_redirects=True)
    return answer.get_data(as_text=True)
