"""The mailroom's pages: one-time sheets, loud mistakes, and the list for the post office."""

import re
import subprocess
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.core import clock
from app.core.db import db
from app.core.settings import Settings
from issuance.services.register_tokens import register_tokens
from issuance.services.reserve_token import reserve_token
from mailings.services.prepare_letter import prepare_letter
from models.audit import AuditEntry
from models.enums import MailPieceStatus, PinKind
from models.mail_pieces import MailPiece
from models.pin_secrets import PinSecret
from tests.factories.authority import make_authority
from tests.factories.desk import approved_case, staff_actor
from tests.factories.staff import make_staff, sign_in

pytestmark = pytest.mark.hsm
WITNESS = "山本 次郎"
WEIGHED = {"grams": "86", "shape": "定形外(規格内)", "restricted_kind": "basic", "payment": "account"}


@pytest.fixture
def letter(portal: Flask, signer_process: None, settings: Settings) -> MailPiece:
    make_authority(settings)
    applicant = approved_case().applicants[0].id
    actor = staff_actor("mailroom", email="stock@example.jp")
    db.session.rollback()
    register_tokens(["SN-1", "SN-2"], model="eToken 5110", batch="D-1", actor=actor, now=clock.now())
    piece_id = prepare_letter(applicant, now=clock.now())
    reserve_token(piece_id, now=clock.now())
    piece = db.session.get_one(MailPiece, piece_id)
    db.session.rollback()
    return piece


@pytest.fixture
def client(portal: Flask, letter: MailPiece) -> FlaskClient:
    make_staff("mailroom", email="mailroom@example.jp", name="小川 亮")
    return sign_in(portal, "mailroom@example.jp")


def send(client: FlaskClient, path: str, **data: object):
    page = client.get(path).get_data(as_text=True)
    token = page.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"', 1)[0]
    return client.post(path, data={"csrf_token": token, **data})


def status(letter: MailPiece) -> MailPieceStatus:
    db.session.rollback()
    return db.session.get_one(MailPiece, letter.id, populate_existing=True).status


def print_sheet(client: FlaskClient, letter: MailPiece):
    return send(client, "/mailroom/print/", piece=str(letter.id), witness=WITNESS)


def test_the_sheet_is_the_answer_to_a_post_and_may_not_be_stored(client: FlaskClient, letter: MailPiece) -> None:
    answer = print_sheet(client, letter)
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert "no-store" in answer.headers["Cache-Control"]
    sheet = subprocess.run(["pdftotext", "-", "-"], input=answer.data, capture_output=True, check=True).stdout.decode()
    assert re.search(r"(?:[2-9A-Z]{4}-){3}[2-9A-Z]{4}", sheet)
    assert status(letter) is MailPieceStatus.PRINTED
    assert client.get("/mailroom/print/").mimetype == "text/html"


def test_a_second_post_prints_nothing(client: FlaskClient, letter: MailPiece) -> None:
    print_sheet(client, letter)
    answer = print_sheet(client, letter)
    assert (answer.status_code, answer.mimetype) == (422, "text/html")
    db.session.rollback()
    assert db.session.query(PinSecret).filter_by(kind=PinKind.APPLICATION).count() == 1


@pytest.mark.parametrize("witness", ["", "小川 亮"])
def test_nobody_prints_alone(client: FlaskClient, letter: MailPiece, witness: str) -> None:
    answer = send(client, "/mailroom/print/", piece=str(letter.id), witness=witness)
    assert answer.status_code == 422
    assert status(letter) is MailPieceStatus.PREPARED


def test_the_wrong_token_is_loud_and_recorded(client: FlaskClient, letter: MailPiece) -> None:
    print_sheet(client, letter)
    answer = send(client, "/mailroom/enclose/", letter_code=f"L1:{letter.number}", token_serial="SN-9")
    assert answer.status_code == 422
    assert 'class="loud" role="alert"' in answer.get_data(as_text=True)
    assert status(letter) is MailPieceStatus.PRINTED
    assert db.session.query(AuditEntry).filter_by(event="letter:enclose", outcome="refused").count() == 1


def test_from_the_printer_to_the_holder(client: FlaskClient, letter: MailPiece) -> None:
    print_sheet(client, letter)
    today = clock.today().isoformat()
    steps = (
        ("/mailroom/enclose/", {"letter_code": f"L1:{letter.number}", "token_serial": "SN-1"}, "enclosed"),
        (f"/mailroom/{letter.id}/post/", {"item_number": "A13112383852A", "posted_on": today, **WEIGHED}, "posted"),
        (
            f"/mailroom/{letter.id}/delivery/",
            {"delivered_on": today, "delivered_to": "本人", "shown_document": "passport"},
            "delivered",
        ),
    )
    for path, data, reached in steps:
        assert send(client, path, **data).status_code == 302, path
        assert status(letter) == reached
    listed = client.get(f"/mailroom/posting-list.pdf?day={today}")
    sheet = subprocess.run(["pdftotext", "-", "-"], input=listed.data, capture_output=True, check=True).stdout.decode()
    assert "131-12-38385-2" in sheet and "𠮷田 太郎" in sheet


@pytest.mark.parametrize(
    ("number", "days"), [("13112383853", 0), ("4055-4842-4886", 0), ("13112383852", 1), ("13112383852", -2)]
)
def test_what_cannot_have_been_posted_is_refused(
    client: FlaskClient, letter: MailPiece, number: str, days: int
) -> None:
    print_sheet(client, letter)
    send(client, "/mailroom/enclose/", letter_code=letter.number, token_serial="SN-1")
    day = (clock.today() + timedelta(days=days)).isoformat()
    sent = {"item_number": number, "item_number_again": number, "posted_on": day, **WEIGHED}
    assert send(client, f"/mailroom/{letter.id}/post/", **sent).status_code == 422
    assert status(letter) is MailPieceStatus.ENCLOSED


def test_a_day_that_is_none_has_no_list(client: FlaskClient) -> None:
    assert client.get("/mailroom/posting-list.pdf?day=yesterday").status_code == 404
    assert client.get("/mailroom/posting-list.pdf").mimetype == "application/pdf"


@pytest.mark.parametrize("role", ["reception", "officer", "billing", "auditor", "administrator"])
def test_only_the_mailroom_prints(portal: Flask, letter: MailPiece, role: str) -> None:
    make_staff(role, email=f"only-{role}@example.jp")
    other = sign_in(portal, f"only-{role}@example.jp")
    assert other.get("/mailroom/print/").status_code == 403
    assert other.get("/mailroom/posting-list.pdf").status_code == 403
    assert status(letter) is MailPieceStatus.PREPARED
