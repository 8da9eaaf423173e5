"""Forms in Chromium: the cursor stands where something is wrong, and a second click of a double click sends nothing."""

import pytest
from playwright.sync_api import Page
from sqlalchemy import func, select

from app.core import clock
from app.core.db import db
from app.core.settings import Settings
from app.core.transaction import transaction
from mailings.services.prepare_letter import add_piece
from models.applications import Applicant
from models.enums import MailPieceStatus
from models.mail_pieces import MailPiece, MailPieceEvent, PrintRun
from tests.browser.test_scanner import page  # noqa: F401  the mailroom's window
from tests.factories.accounts import make_application
from tests.factories.authority import make_authority
from tests.factories.mail import enclosed, item_number
from tests.factories.windows import stands_in

pytestmark = [pytest.mark.hsm, pytest.mark.browser]


def test_the_cursor_stands_in_the_first_field_that_was_refused(page: Page) -> None:  # noqa: F811  the fixture
    page.goto("/item-bands/take/")
    page.fill("[name=first]", "152-00-12300-1")
    page.fill("[name=note]", "11月分")
    page.click("main form button.primary")
    page.wait_for_selector("[aria-invalid]")
    assert stands_in(page) == "last"
    assert page.inner_text("#last-error") == "「最後の番号」を入力してください。"
    assert page.input_value("[name=note]") == "11月分"
    first, second = enclosed("一", "二")
    page.goto("/posting/")
    page.fill(f"[name=number-{second}]", item_number(2))
    page.fill(f"[name=again-{second}]", item_number(2))
    page.fill(f"[name=grams-{second}]", "x")
    page.click("form .sum button")
    page.wait_for_selector("[role=alert]")
    assert stands_in(page) == f"grams-{second}"
    page.goto(f"/mailroom/{first}/post/")
    page.fill("[name=grams]", "0")
    page.click("main form button.primary")
    page.wait_for_selector("[aria-invalid]")
    assert stands_in(page) == "grams"


def test_a_double_click_posts_once_and_says_so(page: Page) -> None:  # noqa: F811  the fixture
    (piece,) = enclosed()
    page.goto("/posting/")
    page.fill(f"[name=number-{piece}]", f"A{item_number(1)}A")
    page.fill(f"[name=grams-{piece}]", "86")
    page.dblclick("form .sum button")
    page.wait_for_selector(".notice.success")
    assert page.locator(".notice.error").count() == 0
    db.session.rollback()
    posted = select(func.count()).where(MailPieceEvent.status == MailPieceStatus.POSTED)
    assert db.session.scalar(posted) == 1


def test_a_double_click_prints_once_and_the_sheets_are_there(page: Page, settings: Settings) -> None:  # noqa: F811  the fixture
    make_authority(settings)
    case = make_application("𠮷田 太郎", services=("certificate",))
    case.applicants[0].address, case.applicants[0].postal_code = "茨城県日立市助川町一丁目1番1号", "317-0065"
    holder = case.applicants[0].id
    db.session.commit()
    with transaction():
        add_piece(db.session.get_one(Applicant, holder), now=clock.now())
    page.goto("/mailroom/print/")
    page.fill("[name=witness]", "山本 次郎")
    answers = []
    page.context.on("response", lambda answer: answers.append(answer) if answer.request.method == "POST" else None)
    with page.context.expect_page():
        page.dblclick("button.primary")
    page.wait_for_url("**/print-runs/")
    assert [(each.status, each.headers["content-type"]) for each in answers] == [(200, "application/pdf")]
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(PrintRun)) == 1
    assert db.session.scalars(select(MailPiece.status)).all() == [MailPieceStatus.PRINTED]


def test_back_again_the_form_is_ready(page: Page) -> None:  # noqa: F811  the fixture
    page.goto("/item-bands/take/")
    page.click("main form button.primary")
    page.wait_for_selector("[aria-invalid]")
    page.go_back()
    page.fill("[name=first]", "1")
    with page.expect_navigation():
        page.click("main form button.primary")
    assert page.input_value("[name=first]") == "1"
