"""承認通知書: the approval notice with the 申請PIN. Values in, pages out; nothing is kept.

All places are millimetres from the sheet's top left corner. The address lies where a window envelope shows it at any shift
of the sheet; the PIN lies where no shift can bring it into the window (tests/unit/mailings/test_geometry.py).
"""

from dataclasses import dataclass, field
from datetime import date
from io import BytesIO

from reportlab.lib.units import mm

from app.core.wareki import format_wareki
from app.documents.canvas import open_canvas
from app.documents.chain import DoesNotFitError
from app.documents.page import GREY, LIGHT, NAVY, Page
from mailings.letters.places import (
    ADDRESS_LEFT,
    ADDRESS_TOP,
    ADDRESS_WIDTH,
    FOLDS,
    LEFT,
    PIN_FIELD_LEFT,
    PIN_HEIGHT,
    PIN_TOP,
    RIGHT,
)
from mailings.letters.texts import BUILT_IN, Texts
from models.enums import LetterKind

TABLE_TOP, STEPS_BOTTOM, NOTE_WIDTH = 112.5, 230.0, 142.0
BACKGROUND = "approval-notice"


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends the letter."""

    name: str
    address: str
    phone: str
    site: str


@dataclass(frozen=True, slots=True)
class ApprovalNotice:
    """One letter. The PIN never shows in a log, a traceback or an audit entry."""

    number: str
    day: date
    postal_code: str
    address: str
    building: str
    company: str
    name: str
    name_kana: str
    application_number: str
    pin: str = field(repr=False)
    certificate_name: str = ""  # where the certificate cannot write the name as the 住民票 does

    def texts(self) -> tuple[str, ...]:
        """Everything that must be printable, for the glyph gate."""
        return (self.address, self.building, self.company, self.name, self.name_kana, self.certificate_name)


class NoticePrinter:
    """Draws notices onto one canvas: what is the same on each is drawn once."""

    def __init__(self, target: BytesIO, sender: Sender, texts: Texts = BUILT_IN[LetterKind.APPROVAL_NOTICE]) -> None:
        """Begin a document. Raises DoesNotFitError if a text of the wording has more lines than its place."""
        self.canvas = open_canvas(target, title="承認通知書", author=sender.name)
        self.sender, self.texts = sender, texts
        self._background()

    def add(self, notice: ApprovalNotice) -> None:
        """Draw one letter on a page of its own.

        Raises:
            MissingGlyphError: a character that no font has.
            DoesNotFitError: a text that does not fit its place.
        """
        self.canvas.doForm(BACKGROUND)
        page = Page(self.canvas)
        _address(page, notice)
        page.text(RIGHT, 20, format_wareki(notice.day), size=10.5, align="right")
        page.text(RIGHT, 26, f"通知番号  {notice.number}", size=9, font="fixed", align="right")
        _rows(page, notice)
        _pin(page, notice.pin)
        page.qr(166, 236, f"L1:{notice.number}", side=22)
        page.text(177, 262, notice.number, size=7, font="fixed", color=GREY, align="centre")
        self.canvas.showPage()

    def close(self) -> None:
        """Finish the document."""
        self.canvas.save()

    def _background(self) -> None:
        self.canvas.beginForm(BACKGROUND, 0, 0, 210 * mm, 297 * mm)
        page = Page(self.canvas)
        _letterhead(page, self.sender)
        _body(page, self.texts)
        _table(page)
        _pin_field(page)
        _steps(page, self.texts)
        _footer(page, self.sender, self.texts)
        for fold in FOLDS:
            page.line(4, fold, 9, fold, thickness=0.3, color=GREY)
        self.canvas.endForm()


def require_printable(notice: ApprovalNotice) -> None:
    """Whether everything that is the holder's own can be printed in its place; nothing is made, and the PIN is not looked at.

    Raises:
        MissingGlyphError, DoesNotFitError: as `NoticePrinter.add`.
    """
    page = Page(open_canvas(BytesIO(), title="", author=""))
    _address(page, notice)
    _rows(page, notice)


def _rows(page: Page, notice: ApprovalNotice) -> None:
    rows = (notice.application_number, _both_names(notice), notice.name_kana, notice.company)
    for number, value in enumerate(rows):
        page.fit(60, 118.4 + number * 8, value, size=11, width=128, font="fixed" if not number else "mincho")


def _both_names(notice: ApprovalNotice) -> str:
    if not notice.certificate_name:
        return notice.name
    return f"{notice.name}（証明書の表記：{notice.certificate_name}）"


def render(notices: list[ApprovalNotice], sender: Sender, texts: Texts = BUILT_IN[LetterKind.APPROVAL_NOTICE]) -> bytes:
    """The letters as one PDF, one page each."""
    target = BytesIO()
    printer = NoticePrinter(target, sender, texts)
    for notice in notices:
        printer.add(notice)
    printer.close()
    return target.getvalue()


def _address(page: Page, notice: ApprovalNotice) -> None:
    lines = [f"〒{notice.postal_code}" if notice.postal_code else "", notice.address, notice.building, notice.company]
    top = ADDRESS_TOP
    for text in filter(None, lines):
        page.fit(ADDRESS_LEFT, top, text, size=9.5, width=ADDRESS_WIDTH)
        top += 4.4
    page.fit(ADDRESS_LEFT, top + 1.6, f"{notice.name}　様", size=12.5, width=ADDRESS_WIDTH)


def _letterhead(page: Page, sender: Sender) -> None:
    page.text(118, 44, sender.name, size=11, font="bold", color=NAVY)
    page.text(118, 49.5, sender.address, size=8, font="gothic", color=GREY)
    page.text(118, 54, f"TEL {sender.phone}", size=8, font="gothic", color=GREY)
    page.rect(LEFT, 74, RIGHT - LEFT, 1, fill=NAVY)
    page.text(105, 84, "電子証明書発行申請　承認通知書", size=16, font="bold", color=NAVY, align="centre")
    page.line(LEFT, 88.5, RIGHT, 88.5, color=NAVY)


def _body(page: Page, texts: Texts) -> None:
    after = page.paragraph(LEFT, 96, texts["body"], width=RIGHT - LEFT, size=10.5)
    if after > TABLE_TOP + 2.5:
        raise DoesNotFitError(texts["body"])


def _table(page: Page) -> None:
    page.rect(LEFT, 112.5, 36, 32, fill=LIGHT)
    for number, title in enumerate(("申請番号", "申請者氏名", "フリガナ", "所属")):
        page.text(24, 118.2 + number * 8, title, size=9, font="gothic", color=NAVY)
        if number:
            page.line(LEFT, 112.5 + number * 8, RIGHT, 112.5 + number * 8, thickness=0.3, color=GREY)
    page.frame(LEFT, 112.5, RIGHT - LEFT, 32, color=NAVY, thickness=0.9)


def _pin_field(page: Page) -> None:
    page.rect(LEFT, PIN_TOP, 40, PIN_HEIGHT, fill=NAVY, radius=2)
    page.text(40, PIN_TOP + 14, "申請PIN", size=15, font="bold", color="#ffffff", align="centre")
    page.text(40, PIN_TOP + 21, "Application PIN", size=9, font="gothic", color="#ffffff", align="centre")
    page.text(40, PIN_TOP + 28, "開封・記録は本人のみ", size=7.5, font="gothic", color="#ffffff", align="centre")
    page.frame(LEFT, PIN_TOP, RIGHT - LEFT, PIN_HEIGHT, color=NAVY, thickness=1.2, radius=2)
    _camouflage(page)
    page.text(
        126, PIN_TOP + 31.5, "ハイフンは入力してもしなくても構いません。5回続けて誤ると無効になります。", size=7.5, font="gothic",
        color=GREY, align="centre",
    )  # fmt: skip


def camouflage() -> list[str]:
    """A pattern of letters under the PIN, so that it cannot be read against the light (the same on every sheet)."""
    letters = "7KQ4M2XD9TRHW5ZBN8CJ3VGFYAPELS6U"
    return [
        "".join(letters[(row * 11 + column * 7 + column * row) % len(letters)] for column in range(86))
        for row in range(9)
    ]


def _camouflage(page: Page) -> None:
    for row, line in enumerate(camouflage()):
        page.text(PIN_FIELD_LEFT + 2, PIN_TOP + 5.5 + row * 2.5, line, size=8, font="fixed", color="#d5dae3")


def _pin(page: Page, pin: str) -> None:
    page.secret(126, PIN_TOP + 18.5, pin, size=23, font="fixed")


def _steps(page: Page, texts: Texts) -> None:
    page.text(LEFT, 202, "お手続きの流れ", size=11, font="bold", color=NAVY)
    steps = (
        ("1", "準備", texts["step_1"]),
        ("2", "WEB申請", texts["step_2"]),
        ("3", "証明書の取得", texts["step_3"]),
    )
    for number, (digit, title, text) in enumerate(steps):
        left = LEFT + number * 58
        page.rect(left, 205, 54, 25, fill=LIGHT, radius=1.5)
        page.frame(left, 205, 54, 25, color=NAVY, thickness=0.3, radius=1.5)
        page.rect(left + 4, 207.2, 5.2, 5.2, fill=NAVY, radius=2.6)
        page.text(left + 6.6, 210.9, digit, size=9, font="bold", color="#ffffff", align="centre")
        page.text(left + 11, 211.2, title, size=10, font="bold", color=NAVY)
        after = page.paragraph(left + 4, 217.5, text, width=46, size=8.2, font="gothic")
        if after > STEPS_BOTTOM + 3:
            raise DoesNotFitError(text)


def _footer(page: Page, sender: Sender, texts: Texts) -> None:
    notes = (
        texts["note_1"],
        texts["note_2"],
        texts["note_3"],
        f"※ WEB申請・ダウンロード：{sender.site}",
    )
    for number, text in enumerate(notes):
        page.fit(LEFT, 240 + number * 5.2, text, size=8.4, font="gothic", color=GREY, width=NOTE_WIDTH)
    page.line(LEFT, 268, RIGHT, 268, thickness=0.4, color=NAVY)
    page.text(
        LEFT, 273, f"お問い合わせ　電子契約サービス ヘルプデスク　{sender.phone}　受付 9:00〜12:00、13:00〜18:00（土日祝・年末年始を除く）",
        size=7.8, font="gothic", color=GREY,
    )  # fmt: skip
