"""The page of labels: what is ticked at first, and what comes out."""

import subprocess

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.core import clock
from app.core.db import db
from app.core.transaction import transaction
from mailings.services.prepare_letter import add_piece
from models.applications import Applicant
from models.mail_pieces import MailPiece
from tests.factories.accounts import make_application
from tests.factories.staff import form_token, make_staff, sign_in


@pytest.fixture
def client(portal: Flask) -> FlaskClient:
    make_staff("mailroom", email="mailroom@example.jp", name="小川 亮")
    application = make_application("髙﨑 一郎", services=("certificate",))
    ids = [applicant.id for applicant in application.applicants]
    db.session.rollback()
    with transaction():
        for each in ids:
            holder = db.session.get_one(Applicant, each)
            holder.postal_code, holder.address = "105-0004", "東京都港区新橋2-6-2"
            add_piece(holder, now=clock.now())
    return sign_in(portal, "mailroom@example.jp")


def send(client: FlaskClient, **data: str):
    return client.post("/labels/?lang=ja", data={**data, "csrf_token": form_token(client, "/labels/?lang=ja")})


def test_restricted_delivery_is_not_ticked_and_nothing_is_refused(client: FlaskClient) -> None:
    page = client.get("/labels/?lang=ja").get_data(as_text=True)
    assert "髙﨑 一郎" in page
    assert " checked" not in page
    answer = send(client, per_sheet="24", start="1")
    assert answer.status_code == 422


def test_what_is_ticked_is_printed(client: FlaskClient) -> None:
    piece = str(db.session.query(MailPiece.id).scalar())
    answer = send(client, piece=piece, per_sheet="24", start="24")
    assert answer.mimetype == "application/pdf"
    text = subprocess.run(["pdftotext", "-", "-"], input=answer.data, capture_output=True, check=True).stdout.decode()
    assert "髙﨑" in text
    refused = send(client, piece=piece, per_sheet="12", start="13")
    assert refused.status_code == 422
    assert "この用紙は12面です" in refused.get_data(as_text=True)
    assert 'value="13"' in refused.get_data(as_text=True)
