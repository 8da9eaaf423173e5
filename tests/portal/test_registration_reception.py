"""Reception's pages: rows as needed, what was typed stays, the envelope's contents, later arrivals."""

import re
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.core import clock
from app.core.db import db
from models.applications import Application
from models.enums import PaperKind
from registration import queries
from tests.factories.desk import receive, staff_actor
from tests.factories.staff import form_token, make_staff, sign_in

ENVELOPE = {
    "item_number": "356-85-96938-4",
    "received_on": "2026-11-24",
    "company_name": "株式会社髙﨑建設",
    "corporate_number": "7000012050002",
}


@pytest.fixture
def client(portal: Flask) -> FlaskClient:
    make_staff("reception", email="uketsuke@example.jp")
    return sign_in(portal, "uketsuke@example.jp")


@pytest.fixture
def case(portal: Flask) -> UUID:
    return receive(staff_actor("officer", email="other@example.jp"), item_number="13112383852")


def send(client: FlaskClient, path: str, **data):
    return client.post(path, data={"csrf_token": form_token(client, path), **data})


def papers_of(case: UUID) -> dict[PaperKind, str]:
    db.session.rollback()
    return {paper.kind: str(paper.id) for paper in queries.get_case(case).papers}


def test_an_envelope_with_as_many_applicants_as_it_holds(client: FlaskClient) -> None:
    people = {f"applicants-{n}-name": f"山田 {n}郎" for n in range(7)}
    ticks = {f"applicants-{n}-wants_certificate": "y" for n in range(7)}
    answer = send(client, "/reception/", **ENVELOPE, **people, **ticks, kind="new", services="certificate")
    assert answer.status_code == 302
    case = db.session.query(Application).one()
    assert len(case.applicants) == 7
    assert len(case.papers) == 6 + 3 * 7
    assert client.get(answer.headers["Location"]).status_code == 200


def test_one_more_row_keeps_what_was_typed(client: FlaskClient) -> None:
    typed = {"applicants-2-name": "𠮷田 太郎", "kind": "change", "change_items": "further_certificates", "add_row": "1"}
    answer = send(client, "/reception/", **ENVELOPE, **typed, **{"applicants-2-wants_certificate": "y"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert 'name="applicants-3-name"' in page
    assert 'value="𠮷田 太郎"' in page
    assert re.search(r'<input checked[^>]*value="further_certificates"', page)
    assert 'class="error"' not in page
    assert db.session.query(Application).count() == 0


def test_a_cancellation_without_applicants(client: FlaskClient) -> None:
    answer = send(client, "/reception/", **ENVELOPE, kind="change", change_items="cancellation", services="contract")
    assert answer.status_code == 302
    assert len(db.session.query(Application).one().papers) == 2


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"kind": "change", "services": "contract"}, "change_items"),
        ({"kind": "renewal", "services": "contract"}, "services"),
        ({"kind": "new", "services": "contract"}, None),
    ],
)
def test_what_is_missing_is_said_at_its_field(client: FlaskClient, data, field) -> None:
    answer = send(client, "/reception/", **ENVELOPE, **data)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert (f'id="{field}-error"' in page) if field else ('role="alert"' in page)
    assert "株式会社髙﨑建設" in page


def test_a_known_envelope_leads_to_its_case(client: FlaskClient, case: UUID) -> None:
    data = ENVELOPE | {"item_number": "131-12-38385-2", "applicants-0-name": "山田", "applicants-0-wants_user_id": "y"}
    answer = send(client, "/reception/", **data, kind="new", services="contract")
    assert answer.status_code == 422
    assert f"/reception/{case}/papers/" in answer.get_data(as_text=True)
    assert f"/reception/{case}/add/" in answer.get_data(as_text=True)


def test_another_application_of_the_same_company(client: FlaskClient, case: UUID) -> None:
    path = f"/reception/{case}/add/"
    assert client.get(path).status_code == 200
    answer = send(client, path, kind="change", change_items="address", services="contract")
    assert answer.status_code == 302
    assert db.session.query(Application).count() == 2
    assert "共用" in client.get(answer.headers["Location"] + "?lang=ja").get_data(as_text=True)


def test_another_application_of_another_company(client: FlaskClient, case: UUID) -> None:
    data = {"company_name": "別府電設株式会社", "applicants-0-name": "山田 花子", "applicants-0-wants_user_id": "y"}
    assert send(client, f"/reception/{case}/add/", **data, kind="new", services="contract").status_code == 302
    assert len({each.company_id for each in db.session.query(Application)}) == 2


def test_further_applicants(client: FlaskClient, case: UUID) -> None:
    path = f"/reception/{case}/applicants/"
    data = {"applicants-0-name": "神谷 靖", "applicants-0-wants_certificate": "y"}
    assert send(client, path, **data).status_code == 302
    assert len(queries.get_case(case).applicants) == 2
    assert send(client, path).status_code == 422


def test_the_contents_of_the_envelope(client: FlaskClient, case: UUID) -> None:
    papers = papers_of(case)
    there = [paper for kind, paper in papers.items() if kind is not PaperKind.FORM_2]
    path = f"/reception/{case}/papers/"
    assert send(client, path, there=there).status_code == 302
    db.session.rollback()
    missing = [paper.kind for paper in queries.get_case(case).papers if paper.received_on is None]
    assert missing == [PaperKind.FORM_2]


def test_papers_that_came_later(client: FlaskClient, case: UUID) -> None:
    paper = papers_of(case)[PaperKind.FORM_1]
    path = f"/reception/{case}/more/"
    given = {"received_on": clock.today().isoformat(), "arrived_by": "registered_mail"}
    wrong = send(client, path, **given, paper=paper, item_number="35685969385")
    assert wrong.status_code == 422
    assert re.search(rf'value="{paper}"[^>]* checked', wrong.get_data(as_text=True))
    assert send(client, path, **given, paper=paper).status_code == 422
    assert send(client, path, **given).status_code == 422
    assert send(client, path, **given, paper=paper, item_number="35685969384").status_code == 302
    later = send(client, path, **(given | {"arrived_by": "by_hand"}), paper=paper, item_number="nonsense")
    assert later.status_code == 302  # a number is asked for on registered mail alone


def test_no_such_case(client: FlaskClient) -> None:
    for path in ("add", "applicants", "papers", "more"):
        assert client.get(f"/reception/6f0cde4c-1d1c-4a9c-8a5e-8d6f9f3f9c11/{path}/").status_code == 404


def test_who_may_not(portal: Flask, case: UUID) -> None:
    make_staff("auditor", email="kansa@example.jp")
    client = sign_in(portal, "kansa@example.jp")
    for path in ("/reception/", *(f"/reception/{case}/{name}/" for name in ("add", "applicants", "papers", "more"))):
        assert client.get(path).status_code == 403
        assert client.post(path, data={"csrf_token": form_token(client, "/")}).status_code == 403
