"""Letters that people of the portal ask for: a company's IDs on paper, an invoice by post, the notice beside a letter sent again."""

from datetime import date
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.core import clock
from app.core.db import db
from mailings.posting_queries import CORRECTED
from mailings.rules.resending import ResendReason
from mailings.services.make_posting_list import make_posting_list
from mailings.services.post_letter import post_letter
from mailings.services.record_outcome import record_loss
from mailings.services.send_letter_again import send_letter_again
from models import ContactPerson, Invoice, MailPiece
from models.enums import LetterKind, MailPieceStatus, TokenStatus
from models.mail_pieces import MailPieceEvent
from models.tokens import Token
from tests.factories.desk import staff_actor
from tests.factories.mail import enclosed, item_number, piece_row
from tests.factories.staff import form_token, make_staff, sign_in
from tests.factories.tokens import token_in
from tests.integration.billing.conftest import Opened, open_account

pytestmark = pytest.mark.hsm


@pytest.fixture
def opened(portal: Flask) -> Opened:
    return open_account()


def client_of(portal: Flask, role: str) -> FlaskClient:
    make_staff(role, email=f"{role}@page.example", name="小川 亮")
    return sign_in(portal, f"{role}@page.example")


def send(client: FlaskClient, path: str, **data: object):
    return client.post(f"{path}?lang=en", data={"csrf_token": form_token(client, path), **data})


def kinds() -> list[LetterKind]:
    db.session.rollback()
    return list(db.session.scalars(select(MailPiece.kind).order_by(MailPiece.sequence)))


def an_invoice(opened: Opened) -> UUID:
    """As billing leaves it; its PDF is opened only when the letter is printed."""
    to = {
        "company_name": "株式会社髙﨑建設",
        "login_id": "C10000010",
        "contact_name": "葛󠄀城 葵",
        "address": "茨城県日立市",
    }
    row = Invoice(
        id=uuid4(),
        number="INV-2026-00001",
        year=2026,
        sequence=1,
        company_account_id=opened.account_id,
        period_from=date(2026, 11, 1),
        period_to=date(2026, 11, 30),
        issued_on=date(2026, 11, 30),
        due_on=date(2026, 12, 31),
        recipient=to,
        net=30000,
        tax=3000,
        total=33000,
        totals_by_rate=[],
        pdf_sha256="0" * 64,
    )
    db.session.add(row)
    db.session.commit()
    return row.id


def test_an_officer_sends_the_ids_by_post(portal: Flask, opened: Opened) -> None:
    client = client_of(portal, "officer")
    page = client.get(f"/company-accounts/details/?id={opened.account_id}&lang=en").get_data(as_text=True)
    where = f"/account-letters/ids/{opened.account_id}/"
    assert where in page and "U10000012" in page
    assert "C10000010" in client.get(f"{where}?lang=en").get_data(as_text=True)
    for _time in range(2):
        assert send(client, where).status_code == 302
    assert kinds() == [LetterKind.ID_NOTICE]
    assert client.get(f"/account-letters/ids/{uuid4()}/").status_code == 404
    assert client.get("/account-letters/").status_code == 302


def test_a_company_without_address_is_told_about_on_the_page(portal: Flask, opened: Opened) -> None:
    from models import Company  # noqa: PLC0415

    db.session.execute(update(Company).values(address=""))
    db.session.execute(update(ContactPerson).values(address=""))
    db.session.commit()
    answer = send(client_of(portal, "officer"), f"/account-letters/ids/{opened.account_id}/")
    assert answer.status_code == 422 and "No address is on record" in answer.get_data(as_text=True)
    assert kinds() == []


def test_billing_sends_an_invoice_by_post_and_the_mailroom_sees_it(portal: Flask, opened: Opened) -> None:
    client, invoice = client_of(portal, "billing"), an_invoice(opened)
    where = f"/account-letters/invoice/{invoice}/"
    assert where in client.get("/invoices/?lang=en").get_data(as_text=True)
    assert "¥33,000" in client.get(where).get_data(as_text=True)
    assert send(client, where).status_code == 302
    assert kinds() == [LetterKind.INVOICE_COVER]
    mailroom = client_of(portal, "mailroom")
    for page in ("/mailroom/?lang=ja", "/mailroom/company-letters/print/?lang=ja", "/labels/?lang=ja"):
        text = mailroom.get(page).get_data(as_text=True)
        assert "L-2026-0" in text and "葛󠄀城 葵" in text, page


@pytest.mark.parametrize("role", ["reception", "mailroom", "auditor", "approver"])
def test_nobody_else_asks_for_them(portal: Flask, opened: Opened, role: str) -> None:
    client, invoice = client_of(portal, role), an_invoice(opened)
    for path in (f"/account-letters/ids/{opened.account_id}/", f"/account-letters/invoice/{invoice}/"):
        assert client.get(path).status_code == 403


@pytest.fixture
def again(portal: Flask, signer_process: None) -> tuple[UUID, str]:
    """A letter that is sent again: printed, with a token set aside, and not enclosed yet."""
    clerk, (first,) = staff_actor("mailroom", name="佐々木 望"), enclosed()
    post_letter(first, item_number=item_number(1), posted_on=clock.today(), actor=clerk, now=clock.now())
    record_loss(first, circumstances="郵便事故", actor=clerk, now=clock.now())
    new = send_letter_again(first, reason=ResendReason.LOST_IN_POST, actor=clerk, now=clock.now())
    token = token_in(TokenStatus.RESERVED, serial="SN-NEW", applicant_id=piece_row(new).applicant_id)
    db.session.get_one(Token, token).mail_piece_id = new
    row = db.session.get_one(MailPiece, new)
    row.status, row.printed_at, number = MailPieceStatus.PRINTED, clock.now(), row.number
    db.session.commit()
    return new, number


def test_the_notice_is_printed_and_asked_for_at_its_own_field(portal: Flask, again: tuple[UUID, str]) -> None:
    piece, number = again
    client = client_of(portal, "mailroom")
    assert "Print the re-send notice" in client.get(f"/mail-pieces/{piece}/?lang=en").get_data(as_text=True)
    token = form_token(client, "/")
    notice = client.post(f"/mail-pieces/{piece}/resend-notice/", data={"csrf_token": token})
    assert notice.data.startswith(b"%PDF-") and "no-store" in notice.headers["Cache-Control"]
    assert "notice_code" not in client.get("/mailroom/enclose/").get_data(as_text=True)
    pair = {"letter_code": f"L1:{number}", "token_serial": "SN-NEW"}
    answer = send(client, "/mailroom/enclose/", **pair)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422 and "STOP" in page
    assert 'id="notice_code-error"' in page and f"R1:{number}" in page
    assert send(client, "/mailroom/enclose/", **pair, notice_code=f"R1:{number}").status_code == 302
    assert piece_row(piece).status is MailPieceStatus.ENCLOSED
    late = client.post(f"/mail-pieces/{piece}/resend-notice/", data={"csrf_token": token})
    assert late.status_code == 302  # too late: back to the letter's page


def test_a_number_is_corrected_by_two_and_the_list_says_so(portal: Flask) -> None:
    clerk, (piece,) = staff_actor("mailroom", name="佐々木 望"), enclosed()
    post_letter(piece, item_number=item_number(1), posted_on=clock.today(), actor=clerk, now=clock.now())
    made = make_posting_list(clock.today(), post_office="芝郵便局", actor=clerk, now=clock.now())
    client = client_of(portal, "mailroom")
    where = f"/mail-pieces/{piece}/item-number/"
    number, typed = item_number(2), {"witness": "森 由美", "reason": "1 を 7 と読んだ"}
    for wrong, field in (
        ({"item_number": number}, "item_number_again"),
        ({"item_number": number, "item_number_again": item_number(3)}, "item_number_again"),
        ({"item_number": "131", "item_number_again": "131"}, "item_number"),
        ({"item_number": item_number(1), "item_number_again": item_number(1)}, "item_number"),
        ({"item_number": number, "item_number_again": number, "witness": "小川 亮"}, "witness"),
        ({"item_number": number, "item_number_again": number, "reason": ""}, "reason"),
    ):
        answer = send(client, where, **{**typed, **wrong})
        page = answer.get_data(as_text=True)
        assert answer.status_code == 422 and f'id="{field}-error"' in page, field
        assert wrong["item_number"] in page and (
            "1 を 7 と読んだ" in page or field == "reason"
        )  # nothing typed is lost
    assert send(client, where, item_number=number, item_number_again=number, **typed).status_code == 302
    assert piece_row(piece).item_number == number
    shown = client.get(f"/mail-pieces/{piece}/?lang=en").get_data(as_text=True)
    assert "131-12-38301-2 → 131-12-38302-3" in shown and "森 由美" in shown
    listed = client.get(f"/posting-lists/{made}/?lang=en").get_data(as_text=True)
    assert "131-12-38301-2" in listed and "corrected to 131-12-38302-3" in listed
    table = client.get(f"/posting-lists/{made}/list.csv").data.decode("utf-8-sig")
    assert table.splitlines()[1].endswith(",本人限定,131-12-38302-3")
    db.session.rollback()
    event = db.session.scalars(select(MailPieceEvent).where(MailPieceEvent.detail["what"].astext == CORRECTED)).one()
    assert event.witness_name == "森 由美"


def test_two_mixed_up_labels_are_exchanged_on_the_same_page(portal: Flask) -> None:
    clerk, (first, second) = staff_actor("mailroom", name="佐々木 望"), enclosed("𠮷田 太郎", "髙木 花")
    for piece, place in ((first, 1), (second, 2)):
        post_letter(piece, item_number=item_number(place), posted_on=clock.today(), actor=clerk, now=clock.now())
    client = client_of(portal, "mailroom")
    where = f"/mail-pieces/{first}/item-number/"
    assert 'name="exchange"' not in client.get(where).get_data(as_text=True)
    number = item_number(2)
    typed = {"item_number": number, "item_number_again": number, "witness": "森 由美", "reason": "貼り違えた"}
    answer = send(client, where, **typed)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422 and 'id="item_number-error"' in page
    assert 'name="exchange"' in page and piece_row(second).number in page and "髙木 花" in page
    assert piece_row(first).item_number == item_number(1)
    assert send(client, where, **typed, exchange="y").status_code == 302
    assert (piece_row(first).item_number, piece_row(second).item_number) == (item_number(2), item_number(1))
    shown = client.get(f"/mail-pieces/{second}/?lang=en").get_data(as_text=True)
    assert "森 由美" in shown and piece_row(first).number in shown
