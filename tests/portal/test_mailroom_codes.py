"""Codes, names and states in the mailroom: read in any form, never taken for another person, said in words."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.core import clock
from app.core.db import db
from models.enums import MailPieceStatus
from models.mail_pieces import MailPiece
from models.tokens import Token
from tests.factories.mail import enclosed, item_number, piece_row
from tests.factories.mailroom_pages import post, row, send, text_of
from tests.factories.staff import make_staff, sign_in


@pytest.fixture
def client(portal: Flask) -> FlaskClient:
    make_staff("mailroom", email="mailroom@example.jp", name="小川 亮")
    return sign_in(portal, "mailroom@example.jp")


@pytest.mark.parametrize("name", ["小川亮", "小川　亮", "小川  亮 "])
def test_nobody_is_a_second_person_beside_oneself(client: FlaskClient, name: str) -> None:
    (piece,) = enclosed()
    assert send(client, f"/mailroom/{piece}/spoil/", witness=name, reason="jam").status_code == 422
    post(client, row(piece, item_number(1)))
    for path, data in (
        (f"/mailroom/{piece}/return/", {"reason": "retention"}),
        (f"/mail-pieces/{piece}/inspect/", {"inspection": "sealed", "witness": name}),
    ):
        answer = send(client, path, **data)
    assert answer.status_code == 422 and piece_row(piece).inspection is None


def test_codes_are_read_in_any_form(client: FlaskClient) -> None:
    (piece,) = enclosed()
    with db.session.begin_nested():
        found = db.session.get_one(MailPiece, piece)
        found.status, found.enclosed_at, found.token_serial = MailPieceStatus.PRINTED, None, None
    db.session.commit()
    number = piece_row(piece).number
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in f"l1:{number.lower()}")
    serial = db.session.scalars(select(Token.serial_number)).one()
    db.session.rollback()
    # Scanned the other way round, with the keyboard's Japanese input on.
    answer = send(client, "/mailroom/enclose/", letter_code=f"{serial.lower()} ", token_serial=wide)
    assert answer.status_code == 302, text_of(answer)
    assert (piece_row(piece).status, piece_row(piece).token_serial) == (MailPieceStatus.ENCLOSED, serial)


def test_a_state_is_called_by_its_word(client: FlaskClient) -> None:
    (piece,) = enclosed()
    answer = send(client, f"/mail-pieces/{piece}/arrival/", "ja", notified_on=clock.today().isoformat())
    assert answer.status_code == 409
    assert "現在の状態（封入済" in text_of(answer) and "enclosed" not in text_of(answer).split("<main", 1)[1]


@pytest.mark.parametrize("kind", ["letter", "qr", "item", "token"])
def test_whatever_is_scanned_leads_to_its_letter(client: FlaskClient, kind: str) -> None:
    (piece,) = enclosed()
    post(client, row(piece, item_number(1)))
    serial = db.session.scalars(select(Token.serial_number)).one()
    db.session.rollback()
    number = piece_row(piece).number
    code = {"letter": number.lower(), "qr": f"L1:{number}", "item": f"A{item_number(1)}A", "token": serial.lower()}[
        kind
    ]
    page = client.get("/mailroom/").get_data(as_text=True)
    assert 'action="/mail-pieces/"' in page and "/applications/" not in page
    answer = client.get(f"/mail-pieces/?search={code}")
    assert answer.status_code == 302 and answer.headers["Location"] == f"/mail-pieces/{piece}/"
    assert "No letter has “L-1”." in text_of(client.get("/mail-pieces/?lang=en&search=L-1"))
