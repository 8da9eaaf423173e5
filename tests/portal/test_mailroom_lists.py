"""The mailroom's lists: nothing falls between two of them, each row says what comes next, an officer sees what cannot be printed."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.core import clock
from app.core.db import db
from app.core.transaction import transaction
from mailings.rules.resending import ResendReason
from mailings.services.post_letter import post_letter
from mailings.services.prepare_letter import add_piece
from mailings.services.record_outcome import record_loss, record_notice
from mailings.services.send_letter_again import send_letter_again
from models.applications import Applicant
from tests.factories.accounts import make_application
from tests.factories.desk import staff_actor
from tests.factories.mail import enclosed, item_number
from tests.factories.staff import make_staff, sign_in


@pytest.fixture
def client(portal: Flask) -> FlaskClient:
    make_staff("mailroom", email="mailroom@example.jp", name="小川 亮")
    return sign_in(portal, "mailroom@example.jp")


def page(client: FlaskClient, path: str) -> str:
    return client.get(f"{path}{'&' if '?' in path else '?'}lang=en").get_data(as_text=True)


def test_what_lies_at_the_post_office_is_on_its_way(client: FlaskClient) -> None:
    clerk, (first, second) = (
        staff_actor("mailroom", email="second@example.jp", name="佐々木 望"),
        enclosed("𠮷田 太郎", "髙木 花"),
    )
    for piece, place in ((first, 1), (second, 2)):
        day = clock.today() - timedelta(days=2)
        post_letter(piece, item_number=item_number(place), posted_on=day, actor=clerk, now=clock.now())
    record_notice(second, notified_on=clock.today(), keep_days=10, actor=clerk, now=clock.now())
    shown = page(client, "/mailroom/?tab=posted")
    assert "131-12-38301-2" in shown and "131-12-38302-3" in shown and "Arrival notified" in shown
    assert shown.count("Delivered…") == 2


def test_what_is_lost_is_sent_again_once(client: FlaskClient) -> None:
    clerk, (piece,) = staff_actor("mailroom", email="second@example.jp", name="佐々木 望"), enclosed()
    post_letter(piece, item_number=item_number(1), posted_on=clock.today(), actor=clerk, now=clock.now())
    record_loss(piece, circumstances="郵便事故", actor=clerk, now=clock.now())
    assert f"/mail-pieces/{piece}/again/" in page(client, "/mailroom/?tab=lost")
    assert "郵便事故" in page(client, f"/mail-pieces/{piece}/")
    send_letter_again(piece, reason=ResendReason.LOST_IN_POST, actor=clerk, now=clock.now())
    shown = page(client, "/mailroom/?tab=lost")
    assert f"/mail-pieces/{piece}/again/" not in shown and "Another letter is on its way." in shown


def test_what_cannot_be_printed_goes_to_an_officer(portal: Flask, client: FlaskClient) -> None:
    application = make_application("花\U00030ede", "髙木 花", services=("certificate",))
    ids = [applicant.id for applicant in application.applicants]
    assert "cannot be printed" not in page(client, "/mailroom/")
    db.session.commit()
    with transaction():
        bad, good = [add_piece(db.session.get_one(Applicant, each), now=clock.now()) for each in ids]
        piece, numbers, case = bad.id, (bad.number, good.number), bad.application_id
    assert "Letters that cannot be printed: 1." in page(client, "/mailroom/")
    shown = page(client, "/mailroom/?tab=blocked")
    assert numbers[0] in shown and numbers[1] not in shown and "U+30EDE" in shown
    to_print = page(client, "/mailroom/print/")
    assert numbers[0] not in to_print and numbers[1] in to_print
    make_staff("officer", email="officer@example.jp", name="森 由美")
    officer = sign_in(portal, "officer@example.jp")
    assert "/mailroom/?tab=blocked" in page(officer, "/")
    assert f"/review/{case}/" in page(officer, f"/mail-pieces/{piece}/")


def test_an_empty_list_says_where_the_work_goes_on(client: FlaskClient) -> None:
    for path, there in (
        ("/mailroom/enclose/", "/mailroom/print/"),
        ("/posting/", "/mailroom/enclose/"),
        ("/posting-lists/", "/posting/"),
        ("/print-runs/", "/mailroom/print/"),
        ("/item-bands/", "/item-bands/take/"),
        ("/stationery/", "/stationery/new/"),
    ):
        empty = page(client, path).split('class="empty"', 1)[1].split("</p>", 1)[0]
        assert f'href="{there}"' in empty, path


def test_an_empty_list_leads_nobody_where_he_may_not_go(portal: Flask) -> None:
    make_staff("officer", email="shinsa@example.jp", name="審査 花子")
    officer = sign_in(portal, "shinsa@example.jp")
    for tab, leads_to in (("printed", "/mailroom/print/"), ("enclosed", "/mailroom/enclose/"), ("posted", "/posting/")):
        assert f'href="{leads_to}"' not in page(officer, f"/mailroom/?tab={tab}")
