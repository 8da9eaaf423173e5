"""Envelopes on the portal: measured, refused with words, put in use, proved on paper."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.core.db import db
from app.documents.envelopes import NAGA3, Area
from mailings.stationery_queries import envelope_in_use
from models.audit import AuditEntry
from models.stationery import EnvelopeStock
from tests.factories.staff import form_token, make_staff, sign_in

NUMBERS = {
    "name": "長3窓あき K-70",
    "width": "235",
    "height": "120",
    "window_left": "19.5",
    "window_top": "13.5",
    "window_right": "110",
    "window_bottom": "59",
    "fold": "99",
    "slack": "3",
    "measured_on": "2026-11-20",
    "measured_by": "小川 亮",
}


@pytest.fixture
def client(portal: Flask) -> FlaskClient:
    make_staff("mailroom", email="mailroom@example.jp", name="小川 亮")
    return sign_in(portal, "mailroom@example.jp")


def take_in(client: FlaskClient, **other: str) -> tuple[int, str]:
    token = form_token(client, "/stationery/new/?lang=ja")
    answer = client.post("/stationery/new/?lang=ja", data={**NUMBERS, **other, "csrf_token": token})
    return answer.status_code, answer.get_data(as_text=True)


def test_until_one_is_measured_the_usual_numbers_hold(client: FlaskClient) -> None:
    assert "標準値で確かめています" in client.get("/stationery/?lang=ja").get_data(as_text=True)
    assert envelope_in_use() == NAGA3


def test_a_measured_one_is_taken_in_and_put_in_use(client: FlaskClient) -> None:
    assert take_in(client)[0] == 302
    assert take_in(client, name="二つ目", window_right="112")[0] == 302
    assert envelope_in_use() == NAGA3
    for name in (NUMBERS["name"], "二つ目"):
        stock = db.session.query(EnvelopeStock).filter_by(name=name).one()
        address = f"/stationery/{stock.id}"
        sheet = client.get(f"{address}/calibration.pdf")
        assert sheet.mimetype == "application/pdf" and sheet.data.startswith(b"%PDF")
        token = form_token(client, "/stationery/?lang=ja")
        page = client.post(f"{address}/use/", data={"csrf_token": token}, follow_redirects=True)
        assert name in page.get_data(as_text=True)
        db.session.rollback()
    assert [each.name for each in db.session.query(EnvelopeStock).filter_by(in_use=True)] == ["二つ目"]
    assert envelope_in_use().window == Area(19.5, 13.5, 112, 59)
    events = [entry.event for entry in db.session.query(AuditEntry)]
    assert events.count("envelope:keep") == 2 and events.count("envelope:use") == 2
    assert client.get("/stationery/calibration.pdf").data.startswith(b"%PDF")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"window_left": "25"}, "宛名が窓から外れます"),
        ({"width": "216", "height": "303", "fold": "297", "window_left": "16", "window_top": "10", "window_bottom": "170"},
         "PINが窓から見えるおそれ"),
        ({"window_right": "240"}, "この寸法の封筒はありません"),
        ({"measured_on": "2999-01-01"}, "この日"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_with_words(client: FlaskClient, typed: dict[str, str], words: str) -> None:
    status, page = take_in(client, **typed)
    assert status == 422
    assert words in page
    assert f'value="{NUMBERS["name"]}"' in page, "what was typed stays"
    assert not db.session.query(EnvelopeStock).count()


def test_a_name_is_given_once(client: FlaskClient) -> None:
    take_in(client)
    status, page = take_in(client)
    assert status == 422
    assert "登録済みです" in page


def test_who_may_only_look(portal: Flask) -> None:
    make_staff("auditor", email="auditor@example.jp", name="監査")
    client = sign_in(portal, "auditor@example.jp")
    assert client.get("/stationery/").status_code == 200
    assert client.get("/stationery/new/").status_code == 403
