"""Results of the post on a bad day: files that are none, too large or too long, spreadsheets of every kind."""

import os
import re
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from admin.views import outcomes as outcomes_view
from app.core import clock
from app.core.db import db
from models.posting import DeliveryOutcome
from tests.factories.mail import item_number
from tests.factories.mailroom_pages import send, text_of
from tests.factories.plans import statements
from tests.factories.staff import form_token, make_staff, sign_in


@pytest.fixture
def client(portal: Flask) -> FlaskClient:
    make_staff("mailroom", email="mailroom@example.jp", name="小川 亮")
    return sign_in(portal, "mailroom@example.jp")


def result(place: int, what: str = "保管") -> str:
    return f"{item_number(place)}\t{clock.today():%Y/%m/%d}\t{what}\t日立郵便局"


def file(client: FlaskClient, data: bytes, name: str = "result.csv"):
    return send(client, "/outcomes/", file=(BytesIO(data), name))


def test_a_file_that_is_no_text_is_refused_by_name(client: FlaskClient) -> None:
    for data in (b"PK\x03\x04" + os.urandom(300), Path("/usr/bin/env").read_bytes()[:20_000], b"\xff" * 50):
        answer = file(client, data, "result.xlsx")
        assert answer.status_code == 422 and "Save it as CSV" in text_of(answer)


def test_a_file_that_is_too_large_is_refused_whole(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outcomes_view, "MOST_BYTES", 500)
    answer = file(client, (result(1) + "\n").encode() * 20)
    assert answer.status_code == 422 and "The file is larger than" in text_of(answer)
    assert db.session.scalar(select(func.count()).select_from(DeliveryOutcome)) == 0


def test_too_many_lines_at_once_are_refused_and_stay(client: FlaskClient) -> None:
    lines = "\n".join(result(place) for place in range(1, 5002))
    answer = send(client, "/outcomes/", lines=lines)
    assert answer.status_code == 422 and "These are 5,001 lines; at most 5,000" in text_of(answer)
    assert item_number(5001) in text_of(answer)


def test_what_a_spreadsheet_saves_as_unicode_text_is_read(client: FlaskClient) -> None:
    assert file(client, result(1).encode("utf-16"), "result.txt").status_code == 302
    assert "131-12-38301-2" in text_of(client.get("/outcomes/"))


def test_a_cell_without_end_is_a_line_that_cannot_be_read(client: FlaskClient) -> None:
    answer = file(client, b'"' + b"a," * 100_000)
    assert answer.status_code == 422 and "Line 1" in text_of(answer)


def test_many_lines_are_looked_up_together(client: FlaskClient) -> None:
    data = {"csrf_token": form_token(client, "/outcomes/"), "lines": "\n".join(result(place) for place in range(1, 61))}
    with statements() as asked:
        assert client.post("/outcomes/", data=data).status_code == 302
    assert sum("delivery_outcome" in statement for statement, _values in asked) < 60


def test_an_unknown_letter_is_said_at_the_field(client: FlaskClient) -> None:
    send(client, "/outcomes/", lines=result(77))
    where = re.search(r'data-href="(/outcomes/[^"]+)"', text_of(client.get("/outcomes/")))
    page = text_of(send(client, where[1], letter="L-2026-999999"))
    assert 'id="letter-error"' in page and "There is no letter L-2026-999999." in page
