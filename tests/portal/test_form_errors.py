"""What a page says of a missing or wrong entry, tied to its field; what was typed stays."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.core import clock
from tests.factories.accounts import make_application
from tests.factories.mail import enclosed, item_number
from tests.factories.mailroom_pages import post, row, send, text_of
from tests.factories.staff import make_staff, sign_in


@pytest.fixture
def client(portal: Flask) -> FlaskClient:
    make_staff("mailroom", email="mailroom@example.jp", name="小川 亮")
    return sign_in(portal, "mailroom@example.jp")


@pytest.mark.parametrize("blank", ["", " ", "\u3000"])
def test_a_day_of_blanks_is_no_day(client: FlaskClient, blank: str) -> None:
    (piece,) = enclosed()
    answer = send(client, "/posting/", posted_on=blank, payment="account", **row(piece, item_number(1)))
    assert answer.status_code == 422
    assert "Enter “Day of posting” as a day, e.g. 2026-11-24 or R8.11.24." in text_of(answer)
    assert item_number(1) in text_of(answer)
    answer = send(client, f"/mailroom/{piece}/delivery/", delivered_on=blank, delivered_to=" ")
    assert answer.status_code == 422 and "Enter “Received by”." in text_of(answer)


def test_a_nul_is_left_out_and_breaks_nothing(client: FlaskClient) -> None:
    (piece,) = enclosed()
    post(client, row(piece, item_number(1)))
    answer = send(client, f"/mail-pieces/{piece}/lost/", circumstances="郵便\x00事故")
    assert answer.status_code == 302
    assert "郵便事故" in text_of(client.get(f"/mail-pieces/{piece}/"))
    lines = f"{item_number(9)}\x00\t{clock.today():%Y/%m/%d}\t保管"
    assert send(client, "/outcomes/", lines=lines).status_code == 302
    (other,) = enclosed("二", application=make_application("二"))
    assert post(client, row(other, f"{item_number(2)}\x00")).status_code == 302


def test_an_error_is_tied_to_its_field(client: FlaskClient) -> None:
    (piece,) = enclosed()
    post(client, row(piece, item_number(1)))
    page = text_of(send(client, f"/mail-pieces/{piece}/item-number/", "ja", exchange="", item_number=""))
    for name in ("item_number", "witness", "reason"):
        field = re.search(rf'<input [^>]*id="{name}"[^>]*>', page)[0]
        assert 'aria-invalid="true"' in field and f"{name}-error" in field
        error = re.search(rf'<p class="error" id="{name}-error">([^<]+)</p>', page)[1]
        assert error.endswith("」を入力してください。")
    assert "このフィールドは必須です" not in page


def test_a_group_of_boxes_has_a_name_and_its_error(portal: Flask) -> None:
    make_staff("reception", email="uketsuke@example.jp")
    page = text_of(send(sign_in(portal, "uketsuke@example.jp"), "/reception/", kind="no", received_on="昨日"))
    group = re.search(r'<ul [^>]*id="kind"[^>]*>', page)[0]
    assert 'role="radiogroup"' in group and 'aria-labelledby="kind-label"' in group
    assert 'aria-invalid="true"' in group and "kind-error" in group
    assert "Choose “Kind of application” from what is offered." in page
    assert "昨日" in page and "is no date that we can read" in page


def test_what_nobody_typed_is_said_above_the_form(portal: Flask) -> None:
    make_staff("approver", email="kessai@example.jp")
    client = sign_in(portal, "kessai@example.jp")
    answer = send(client, "/revocation-batches/new/", digest="short", asked_by="authority")
    assert answer.status_code == 422
    assert "A part of this page did not arrive." in text_of(answer)
