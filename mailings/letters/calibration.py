"""The calibration sheet: laid into the real envelope, it shows whether the window was measured right. No letter, no PIN."""

from io import BytesIO

from app.documents.canvas import open_canvas
from app.documents.envelopes import Area, Envelope
from app.documents.page import GREY, NAVY, RED, WHITE, Page
from mailings.letters.places import ADDRESS_BLOCK, FOLDS, PIN_FIELD, SHEET

STEP, ARM = 5, 0.8  # millimetres
GREEN, FAINT = "#1b7f4b", "#c3cad6"
SAMPLE = ("〒000-0000", "見本県見本市見本町一丁目2番3号", "見本ビルディング4階", "株式会社見本商事", "見本部")


def render(envelope: Envelope, name: str, skew: float) -> bytes:
    """The sheet as a PDF, to be printed at 100 % and folded like a letter.

    Args:
        envelope: its numbers.
        name: of the stock.
        skew: degrees by which the sheet may lie turned.

    Raises:
        MissingGlyphError, DoesNotFitError: the name cannot be printed.
    """
    target = BytesIO()
    page = Page(open_canvas(target, title="校正シート（見本）", author="CECTRUST"))
    _crosses(page)
    _watermark(page)
    _box(page, envelope.swept(), RED, "見える可能性のある範囲")
    _box(page, envelope.swept(skew), "#e6a19b", f"用紙が{skew:g}度まで傾いた場合")
    _box(page, _in_the_middle(envelope), NAVY, "窓（用紙が中央のとき）")
    _box(page, envelope.safe(), GREEN, "どの位置でも見える範囲")
    _box(page, ADDRESS_BLOCK, GREY, "")
    _box(page, PIN_FIELD, RED, "")
    page.text(105, 176, "PIN欄（見本）— 窓から見えてはいけません", size=13, font="bold", color=RED, align="centre")
    for place, line in enumerate(SAMPLE):
        page.text(ADDRESS_BLOCK.left, 15 + place * 4.4, line, size=9.5)
    page.text(ADDRESS_BLOCK.left, 15 + 5 * 4.4 + 1.6, "見本　太郎　様", size=12.5)
    for fold in FOLDS:
        page.line(0, fold, 12, fold, thickness=0.4, color=NAVY)
        page.line(198, fold, 210, fold, thickness=0.4, color=NAVY)
        page.text(14, fold + 1, "折り目", size=7, font="gothic", color=NAVY)
    _legend(page, envelope, name, skew)
    page.canvas.showPage()
    page.canvas.save()
    return target.getvalue()


def _in_the_middle(envelope: Envelope) -> Area:
    x, y = (envelope.width - envelope.sheet_width) / 2, (envelope.height - envelope.sheet_height) / 2
    window = envelope.window
    return Area(window.left - x, window.top - y, window.right - x, window.bottom - y)


def _crosses(page: Page) -> None:
    for x in range(STEP, int(SHEET.right), STEP):
        for y in range(STEP, int(SHEET.bottom), STEP):
            color = GREY if x % 50 == 0 or y % 50 == 0 else FAINT
            page.line(x - ARM, y, x + ARM, y, thickness=0.2, color=color)
            page.line(x, y - ARM, x, y + ARM, thickness=0.2, color=color)
    for x in range(50, int(SHEET.right), 50):
        page.text(x + 0.6, 294, str(x), size=6, font="gothic", color=GREY)
    for y in range(50, int(SHEET.bottom), 50):
        page.text(204, y - 0.6, str(y), size=6, font="gothic", color=GREY)


def _watermark(page: Page) -> None:
    for y in (140.0, 285.0):
        page.text(105, y, "見　本", size=52, font="bold", color="#e9ecf2", align="centre")


def _box(page: Page, area: Area, color: str, title: str) -> None:
    left, top = max(area.left, 0.3), max(area.top, 0.3)  # what lies beyond the sheet cannot be printed
    right, bottom = min(area.right, SHEET.right - 0.3), min(area.bottom, SHEET.bottom - 0.3)
    page.frame(left, top, right - left, bottom - top, color=color, thickness=0.8)
    if title:
        page.text(right - 0.6, bottom - 0.8, title, size=6, font="gothic", color=color, align="right")


def _legend(page: Page, envelope: Envelope, name: str, skew: float) -> None:
    window = envelope.window
    page.rect(18, 202, 174, 53, fill=WHITE)
    page.text(20, 208, "窓あき封筒　校正シート（見本）", size=13, font="bold", color=NAVY)
    page.fit(20, 215, f"封筒：{name}", size=10, width=170)
    lines = (
        f"封筒 {envelope.width:g}×{envelope.height:g} mm　窓 左{window.left:g} 上{window.top:g} 右{window.right:g} 下{window.bottom:g} mm"
        f"　用紙 {envelope.sheet_width:g}×{envelope.sheet_height:g} mm　あそび {envelope.slack:g} mm",
        "1　倍率100％（拡大縮小なし）で印刷し、十字の間隔が5 mmであることを定規で確かめます。",
        "2　折り目で折って封筒に入れ、四方いっぱいまで動かします。",
        "3　緑の枠の中がいつも全部見えること、赤の枠の外が見えないことを確かめます。",
        f"4　用紙を左右に{skew:g}度ほど傾けても、PIN欄が見えないことを確かめます。",
        "5　合わないときは、封筒を測り直して登録してください。",
    )
    for place, line in enumerate(lines):
        page.fit(20, 222 + place * 6, line, size=9, font="gothic", width=170)
