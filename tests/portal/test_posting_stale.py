"""The posting page with two clerks, stale pages and wrong weights: nothing is left out in silence, a number is the one on the label."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from admin.views import posting as posting_view
from app.core import clock
from mailings.rules.bands import number_of
from mailings.services.post_letter import post_letter
from mailings.services.take_band import take_band
from models.enums import MailPieceStatus, Posting
from tests.factories.accounts import make_application
from tests.factories.mail import enclosed, item_number, piece_row
from tests.factories.mailroom_pages import other_clerk, post, row, send, text_of
from tests.factories.staff import make_staff, sign_in

FIRST = 1520012300


@pytest.fixture
def client(portal: Flask) -> FlaskClient:
    make_staff("mailroom", email="mailroom@example.jp", name="小川 亮")
    return sign_in(portal, "mailroom@example.jp")


def band(posting: Posting = Posting.RESTRICTED, first: int = FIRST) -> None:
    numbers = number_of(first).formatted, number_of(first + 9).formatted
    take_band(posting, *numbers, received_on=clock.today(), note="", actor=other_clerk(), now=clock.now())


def offers(client: FlaskClient) -> dict[str, str]:
    page = client.get("/posting/").get_data(as_text=True)
    return dict(re.findall(r'name="offered-([0-9a-f-]{36})" value="([^"]*)"', page))


def shown(client: FlaskClient, answer) -> str:
    """The page itself, or the one to which it leads."""
    return text_of(client.get(answer.headers["Location"])) if answer.status_code == 302 else text_of(answer)


def test_a_row_that_somebody_else_posted_meanwhile_is_named(client: FlaskClient) -> None:
    mine, theirs = enclosed("一", "二")
    number = piece_row(theirs).number
    post_letter(theirs, item_number=item_number(1), posted_on=clock.today(), actor=other_clerk(), now=clock.now())
    page = shown(client, post(client, row(mine, item_number(2)), row(theirs, item_number(3))))
    assert f"{number} was posted before, under the number 131-12-38301-2" in page
    assert (piece_row(mine).status, piece_row(theirs).item_number) == (MailPieceStatus.POSTED, item_number(1))


def test_the_same_page_sent_twice_says_what_became_of_it(client: FlaskClient) -> None:
    (piece,) = enclosed()
    number = piece_row(piece).number
    for _time in range(2):
        answer = post(client, row(piece, item_number(1)))
    page = shown(client, answer)
    assert f"{number} was posted before" in page and "Type the weight of at least one envelope" not in page


def test_rows_are_saved_also_when_older_envelopes_pushed_them_off_the_page(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    _older, good, heavy = enclosed("一", "二", "三")
    monkeypatch.setattr(posting_view, "MOST", 1)
    page = text_of(post(client, row(good, item_number(1)), row(heavy, item_number(2), grams="5000")))
    assert piece_row(good).status is MailPieceStatus.POSTED
    assert "this is 5000 g" in page and f'name="grams-{heavy}" value="5000"' in page


def test_an_offered_number_is_the_number_that_is_taken(client: FlaskClient) -> None:
    band()
    first, second = enclosed("一", "二")
    offered = offers(client)
    assert [offered[str(piece)] for piece in (first, second)] == [number_of(FIRST + n).formatted for n in (0, 1)]
    assert post(client, row(second, offered=offered[str(second)])).status_code == 302
    assert piece_row(second).item_number == number_of(FIRST + 1).digits
    assert offers(client) == {str(first): offered[str(first)]}  # its label may be on the envelope already
    assert post(client, row(first, offered=offered[str(first)])).status_code == 302
    assert piece_row(first).item_number == number_of(FIRST).digits


def test_two_clerks_with_the_same_offer(client: FlaskClient) -> None:
    band()
    mine, theirs = enclosed("一", "二")
    offered = number_of(FIRST).formatted
    post_letter(theirs, item_number=None, posted_on=clock.today(), actor=other_clerk(), now=clock.now())
    page = text_of(post(client, row(mine, offered=offered)))
    assert f"The number {offered}, which was offered here, went to another envelope" in page
    assert number_of(FIRST + 1).formatted in page
    assert piece_row(mine).status is MailPieceStatus.ENCLOSED


def test_nobody_smuggles_a_number_in_as_an_offer(client: FlaskClient) -> None:
    band()
    band(Posting.RECORDED, FIRST + 100)
    (piece,) = enclosed()
    for smuggled in (number_of(FIRST + 100).formatted, item_number(1), "1", "x"):
        assert post(client, row(piece, offered=smuggled)).status_code == 422
    path = f"/mailroom/{piece}/post/"
    values = {"grams": "86", "shape": "定形外(規格内)", "restricted_kind": "basic", "payment": "account"}
    day = clock.today().isoformat()
    assert send(client, path, offered=item_number(1), posted_on=day, **values).status_code == 422
    assert f'name="offered" type="hidden" value="{number_of(FIRST).formatted}"' in text_of(client.get(path))
    assert send(client, path, offered=number_of(FIRST).formatted, posted_on=day, **values).status_code == 302
    assert piece_row(piece).item_number == number_of(FIRST).digits


def test_free_numbers_are_offered_behind_many_that_are_used(client: FlaskClient) -> None:
    band()
    first, *others = enclosed("一", "二", "三", "四", "五")
    for place, piece in enumerate(others, start=1):
        assert post(client, row(piece, offered=number_of(FIRST + place).formatted)).status_code == 302
    post_letter(first, item_number=None, posted_on=clock.today(), actor=other_clerk(), now=clock.now())
    (later,) = enclosed("六", application=make_application("六"))
    assert offers(client) == {str(later): number_of(FIRST + 5).formatted}


def test_a_wrong_weight_is_shown_at_the_weight(client: FlaskClient) -> None:
    (piece,) = enclosed()
    page = text_of(post(client, row(piece, item_number(1), grams="86.5")))
    assert "Type the weight in whole grams." in page
    (field,) = re.findall(r'<input [^>]*aria-invalid="true"[^>]*>', page)
    assert f'name="grams-{piece}"' in field
