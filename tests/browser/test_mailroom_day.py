"""A whole day of the mailroom with the keyboard and a scanner alone, in Chromium: no page asks for a mouse, no scan goes astray."""

from urllib.parse import urljoin

import pytest
from playwright.sync_api import Page
from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.core.settings import Settings
from app.core.transaction import transaction
from issuance.services.register_tokens import register_tokens
from issuance.services.reserve_token import reserve_token
from mailings.rules.item_numbers import parse_item_number
from mailings.services.prepare_letter import add_piece
from models.applications import Applicant
from models.enums import MailPieceStatus as S
from models.enums import PrintRunStatus
from models.mail_pieces import MailPiece, PrintRun
from models.posting import PostingList
from tests.browser.test_scanner import page, scan  # noqa: F401  the mailroom's window
from tests.factories.accounts import make_application
from tests.factories.authority import make_authority
from tests.factories.desk import staff_actor
from tests.factories.mail import item_number, piece_row
from tests.factories.windows import stands_in

pytestmark = [pytest.mark.hsm, pytest.mark.browser]
HOLDERS = ("𠮷田 太郎", "髙木 花", "葛󠄀城 葵")


@pytest.fixture
def letters(page: Page, settings: Settings) -> list[MailPiece]:  # noqa: F811  the fixture
    """Three letters that are due, each with its eToken set aside."""
    make_authority(settings)
    application = make_application(*HOLDERS, services=("certificate",))
    for applicant in application.applicants:
        applicant.address, applicant.postal_code = "茨城県日立市助川町一丁目1番1号", "317-0065"
    ids = [applicant.id for applicant in application.applicants]
    db.session.commit()
    actor = staff_actor("mailroom", email="stock@example.jp")
    register_tokens(["SN-1", "SN-2", "SN-3"], model="eToken 5110", batch="D-1", actor=actor, now=clock.now())
    with transaction():
        pieces = [add_piece(db.session.get_one(Applicant, each), now=clock.now()).id for each in ids]
    for piece in pieces:
        reserve_token(piece, now=clock.now())
    return [piece_row(piece) for piece in pieces]


def press(page: Page, name: str, key: str = "Enter") -> None:  # noqa: F811  the fixture
    """Tab on to the link, button or box of this name, as often as it takes, and press the key."""
    for _time in range(90):
        page.keyboard.press("Tab")
        if page.evaluate(NAME).removesuffix(page.evaluate(WAITS)).strip() == name:
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none", name
            page.keyboard.press(key)
            return
    raise AssertionError(f"the Tab key never comes to {name}")


WAITS = "[...document.activeElement.querySelectorAll('.waits, .unseen')].map(e => e.textContent).join('')"
NAME = "(e => (e.getAttribute('aria-label') || e.textContent || '').trim())(document.activeElement)"


def turn(page: Page, name: str) -> None:  # noqa: F811  the fixture
    """The same, and the page that it leads to is there."""
    with page.expect_navigation():
        press(page, name)


def typed(page: Page, text: str) -> None:  # noqa: F811  the fixture
    """A scanner without a prefix, or a person."""
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def test_a_day_without_a_mouse(page: Page, letters: list[MailPiece]) -> None:  # noqa: F811  the fixture
    first, second, third = letters
    print_two(page, third)
    enclose_both(page, first, second)
    post_both(page, first, second)
    hand_in(page)
    hear_from_the_post(page, first, second)
    look_and_send_again(page, second)


def print_two(page: Page, later: MailPiece) -> None:  # noqa: F811  the fixture
    """Choose what is due, print; the run does not close, since nothing is enclosed."""
    turn(page, "発送")
    turn(page, "通知書の印刷…")
    press(page, later.number, "Space")
    page.keyboard.press("Tab")
    assert stands_in(page) == "witness"
    page.keyboard.type("山本 次郎")
    with page.expect_navigation(url="**/print-runs/"):
        with (
            page.expect_popup() as sheets,
            page.context.expect_event("response", lambda got: got.request.method == "POST"),
        ):
            press(page, "3通を印刷")
        sheets.value.close()
    page.keyboard.press("j")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    turn(page, "枚数を確認して締める")
    assert "締められません" in page.inner_text(".notice.error")
    turn(page, "封入")


def enclose_both(page: Page, first: MailPiece, second: MailPiece) -> None:  # noqa: F811  the fixture
    """The cursor stands where the next scan goes, also after a wrong pair; a prefix or none makes no difference."""
    assert stands_in(page) == "letter_code"
    typed(page, f"L1:{first.number}")
    assert stands_in(page) == "token_serial"
    with page.expect_navigation():
        typed(page, "SN-2")
    assert page.is_visible(".loud") and stands_in(page) == "token_serial"
    with page.expect_navigation():
        typed(page, "SN-1")  # over the wrong one
    assert not page.is_visible(".loud") and stands_in(page) == "letter_code"
    scan(page, f"L1:{second.number}")
    assert stands_in(page) == "token_serial"
    with page.expect_navigation():
        scan(page, "SN-2")
    assert stands_in(page) == "letter_code"
    assert [piece_row(each.id).status for each in (first, second)] == [S.ENCLOSED, S.ENCLOSED]
    db.session.rollback()


def post_both(page: Page, first: MailPiece, second: MailPiece) -> None:  # noqa: F811  the fixture
    """Label, scales, label, scales: the cursor goes along, and the last weight posts everything."""
    turn(page, "差出")
    for piece, place in ((first, 1), (second, 2)):
        assert stands_in(page) == f"number-{piece.id}"
        scan(page, f"A{item_number(place)}A")
        assert stands_in(page) == f"grams-{piece.id}"
        if piece is first:
            typed(page, "86")
    assert page.inner_text("[data-sum]") == "1 / 870 円"
    with page.expect_navigation():
        typed(page, "86")
    assert "封入済みの郵便物はありません" in page.inner_text("main")
    assert [piece_row(each.id).item_number for each in (first, second)] == [item_number(1), item_number(2)]
    db.session.rollback()


def hand_in(page: Page) -> None:  # noqa: F811  the fixture
    """The posting list; and now the run closes."""
    turn(page, "差出票")
    turn(page, "差出票を作る…")
    assert stands_in(page) == "day"
    with page.expect_navigation():
        page.keyboard.press("Enter")
    row = db.session.scalars(select(PostingList)).one()
    assert row.piece_count == 2 and page.url.endswith(f"/posting-lists/{row.id}/")
    db.session.rollback()
    with page.expect_popup() as shown:
        press(page, "差出票を印刷")
    shown.value.close()
    turn(page, "印刷ロット")
    page.keyboard.press("j")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    turn(page, "枚数を確認して締める")
    assert db.session.scalars(select(PrintRun.status)).one() is PrintRunStatus.CLOSED
    db.session.rollback()


def hear_from_the_post(page: Page, first: MailPiece, second: MailPiece) -> None:  # noqa: F811  the fixture
    """One arrived, one came back."""
    turn(page, "配達結果")
    assert stands_in(page) == "lines"
    for place, what in ((1, "お届け済み"), (2, "差出人に返送済み")):
        number = parse_item_number(item_number(place)).formatted
        typed(page, f"{number}, {clock.today():%Y/%m/%d}, {what}, 日立郵便局")
    turn(page, "取り込む")
    assert [piece_row(each.id).status for each in (first, second)] == [S.DELIVERED, S.RETURNED]
    db.session.rollback()


def look_and_send_again(page: Page, second: MailPiece) -> None:  # noqa: F811  the fixture
    """Two people look at what came back; another letter is prepared."""
    turn(page, "差出後の郵便物")
    turn(page, "点検…")
    assert stands_in(page) == "inspection"
    page.keyboard.press("Tab")
    with page.expect_navigation():
        typed(page, "森 由美")
    turn(page, "再発送…")
    assert stands_in(page) == "reason"
    turn(page, "再送を準備する")
    new = db.session.scalars(select(MailPiece).where(MailPiece.replaces_id == second.id)).one()
    assert (new.status, new.applicant_id) == (S.PREPARED, second.applicant_id)


def test_the_chosen_tab_is_seen_on_a_telephone(page: Page) -> None:  # noqa: F811  the fixture
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(urljoin(page.url, "/mailroom/?tab=blocked"))
    tab = page.locator(".tabs [aria-current]").bounding_box()
    assert tab is not None and tab["x"] >= 0 and tab["x"] + tab["width"] <= 390
