"""The pages for the post office: rows that fail lose nothing, a list as PDF and CSV, lines that cannot be read stay."""

import csv
import subprocess
from io import BytesIO, StringIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.core import clock
from app.core.db import db
from mailings.rules.bands import number_of
from models.enums import MailPieceStatus, Posting
from models.posting import ItemNumberBand, PostingList
from tests.factories.desk import staff_actor
from tests.factories.mail import enclosed, item_number, piece_row
from tests.factories.staff import form_token, make_staff, sign_in

FIRST = 1520012300


@pytest.fixture
def client(portal: Flask) -> FlaskClient:
    make_staff("mailroom", email="mailroom@example.jp", name="小川 亮")
    return sign_in(portal, "mailroom@example.jp")


def send(client: FlaskClient, path: str, **data: object):
    return client.post(f"{path}?lang=en", data={"csrf_token": form_token(client, path), **data})


def take_band_in(client: FlaskClient, count: int = 5):
    data = {"first": number_of(FIRST).formatted, "last": number_of(FIRST + count - 1).formatted}
    day = clock.today().isoformat()
    return send(client, "/item-bands/take/", posting="restricted", received_on=day, note="12", **data)


def row(piece, number: str = "", grams: str = "86", **more: str) -> dict[str, str]:
    values = {"number": number, "again": number, "grams": grams, "shape": "定形外(規格内)", "kind": "basic", **more}
    return {f"{name}-{piece}": value for name, value in values.items()}


def test_a_band_is_taken_in_and_offered(client: FlaskClient) -> None:
    bad = send(
        client, "/item-bands/take/", posting="restricted", received_on="R8.11.1", first="152-00-12300-9", last="1"
    )
    assert bad.status_code == 422
    assert "152-00-12300-9" in bad.get_data(as_text=True) and "it should be" in bad.get_data(as_text=True)
    assert take_band_in(client).status_code == 302
    assert take_band_in(client).status_code == 422
    assert db.session.scalars(select(ItemNumberBand.posting)).all() == [Posting.RESTRICTED]
    enclosed()
    assert number_of(FIRST).formatted in client.get("/posting/").get_data(as_text=True)
    assert "numbers left: Restricted delivery" in client.get("/mailroom/?lang=en").get_data(as_text=True)


def test_right_rows_are_posted_and_wrong_ones_keep_what_was_typed(client: FlaskClient) -> None:
    take_band_in(client)
    good, once, heavy, special, left = enclosed("一", "二", "三", "四", "五")
    data = {
        **row(good),
        **row(once, item_number(2), again=""),
        **row(heavy, grams="5000"),
        **row(special, kind="special"),
        **row(left, grams=""),
    }
    day = clock.today().isoformat()
    answer = send(client, "/posting/", posted_on=day, payment="account", **data)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422 and "Rows that were not saved: 3." in page
    for text in ("A typed number is typed twice", "this is 5000 g", "The special type is not possible", item_number(2)):
        assert text in page
    assert "152-00-12300" in page  # under which number the good one went
    states = [piece_row(piece).status for piece in (good, once, heavy, special, left)]
    assert states == [MailPieceStatus.POSTED, *[MailPieceStatus.ENCLOSED] * 4]


def test_a_list_as_pdf_and_as_csv_and_its_receipt(client: FlaskClient) -> None:
    take_band_in(client)
    (piece,) = enclosed("=cmd 太郎")
    day = clock.today().isoformat()
    assert send(client, "/posting/", posted_on=day, payment="stamp", **row(piece)).status_code == 302
    answer = send(client, "/posting-lists/make/", day=day, post_office="芝郵便局")
    assert answer.status_code == 302
    listed = db.session.scalars(select(PostingList)).one()
    number, path = listed.number, f"/posting-lists/{listed.id}/"
    db.session.rollback()
    assert number in client.get(path).get_data(as_text=True)
    pdf = client.get(f"{path}list.pdf").data
    text = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True
    ).stdout.decode()
    assert number in text and "870" in text and number_of(FIRST).formatted in text
    table = client.get(f"{path}list.csv")
    assert table.data.startswith(b"\xef\xbb\xbf") and "no-store" in table.headers["Cache-Control"]
    titles, line = csv.reader(StringIO(table.data.decode("utf-8-sig")))
    cells = dict(zip(titles, line, strict=True))
    assert cells["お届け先のお名前"] == "'=cmd 太郎"
    assert (cells["料金(円)"], cells["摘要"]) == ("870", "本人限定")
    bad = send(client, f"{path}receipt/", stamped_on=day, file=(BytesIO(b"<script>"), "scan.pdf"))
    assert bad.status_code == 422 and "no PDF, PNG or JPEG" in bad.get_data(as_text=True)
    assert send(client, f"{path}receipt/", stamped_on=day).status_code == 302


def test_lines_that_cannot_be_read_stay_and_the_rest_is_taken_in(client: FlaskClient) -> None:
    take_band_in(client)
    (piece,) = enclosed()
    day = clock.today()
    send(client, "/posting/", posted_on=day.isoformat(), payment="stamp", **row(piece))
    lines = f"{number_of(FIRST).digits}\t{day:%Y/%m/%d}\t保管\t日立郵便局\n{item_number(7)}\t{day:%Y/%m/%d}\t謎"
    answer = send(client, "/outcomes/", lines=lines)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422 and "Line 2" in page and "謎</textarea>" in page.replace("\r", "")
    assert piece_row(piece).status is MailPieceStatus.NOTIFIED
    stray = f"追跡番号,日付,状態\n{item_number(7)},{day:%Y/%m/%d},お届け済み\n".encode("cp932")
    for _ in range(2):
        assert send(client, "/outcomes/", file=(BytesIO(stray), "result.csv")).status_code == 302
    page = client.get("/outcomes/?lang=en").get_data(as_text=True)
    assert page.count("No letter of ours has this number.") == 1
    shown = client.get(f"/mail-pieces/{piece}/?lang=en").get_data(as_text=True)
    assert "searchKind=S004" in shown and "Kept at the post office" in shown


def test_what_came_back_goes_its_way_over_the_pages(client: FlaskClient) -> None:
    (piece,) = enclosed()
    day = clock.today().isoformat()
    agent = {"agent_name": "代人 次郎", "agent_address": "東京都港区", "agent_papers_on": day}
    assert send(client, f"/mail-pieces/{piece}/agent/", **agent).status_code == 302
    token = form_token(client, "/")
    assert client.post(f"/mail-pieces/{piece}/agent/remove/", data={"csrf_token": token}).status_code == 302
    send(client, "/posting/", posted_on=day, payment="stamp", **row(piece, item_number(3)))
    assert send(client, f"/mail-pieces/{piece}/arrival/", notified_on=day).status_code == 302
    assert send(client, f"/mailroom/{piece}/return/", reason="retention").status_code == 302
    assert "Inspect the envelope…" in client.get("/mail-pieces/?lang=en").get_data(as_text=True)
    where = f"/mail-pieces/{piece}/inspect/"
    assert send(client, where, inspection="sealed", witness="小川 亮").status_code == 422
    assert send(client, where, inspection="sealed", witness="森 由美").status_code == 302
    assert send(client, f"/mail-pieces/{piece}/again/", reason="retention").status_code == 302
    assert "Replaced by" in client.get(f"/mail-pieces/{piece}/?lang=en").get_data(as_text=True)


@pytest.mark.parametrize("role", ["reception", "billing", "auditor"])
def test_others_do_not_post(portal: Flask, role: str) -> None:
    (piece,) = enclosed()
    staff_actor("mailroom")
    make_staff(role, email=f"{role}@example.jp")
    other = sign_in(portal, f"{role}@example.jp")
    for path in (
        "/posting/",
        "/posting-lists/make/",
        "/outcomes/",
        "/item-bands/take/",
        f"/mail-pieces/{piece}/agent/",
    ):
        assert other.get(path).status_code == 403
