"""書留・特定記録郵便物等差出票: what is handed in at the post office, two copies, one of which comes back stamped.

The columns are those of Japan Post's own form, 30 items on a page. A fee that is not known is left for the counter.

申出損害要償額 stays empty on purpose: it is for the sender who declares a value above the one that the fee includes (一般書留
100,000 yen, 簡易書留 50,000 yen) and pays for it. Letters, eTokens and papers of ours have no value to declare beyond that, and
特定記録 has no compensation at all; so `mailings.rules.postage` knows no such fee.
"""

from dataclasses import dataclass
from datetime import date
from io import BytesIO

import zint
from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from app.core.wareki import format_wareki
from app.documents.canvas import open_canvas
from app.documents.page import BLACK, GREY, LIGHT, Align, Page
from mailings.letters.approval_notice import Sender
from mailings.rules.item_numbers import parse_item_number
from models.enums import Posting, RestrictedKind

LEFT, WIDTH, TOP = 14.0, 182.0, 64.0
HEAD_HEIGHT, ROW_HEIGHT, ROWS = 7.0, 6.9, 30
COLUMNS = (
    ("番号", 9.0),
    ("お届け先のお名前", 60.0),
    ("お問い合わせ番号", 66.0),
    ("申出損害要償額", 16.0),
    ("料金等", 14.0),
    ("摘要", 17.0),
)
BAR_WIDTH, BAR_HEIGHT = 40.0, 4.9
CORRECTED = "番号は差し出したときのままです。後から訂正したものは、その下に訂正後の番号を記載しています。"


@dataclass(frozen=True, slots=True)
class PostingRow:
    """One item: whom it goes to, its number of 11 digits, and its fee in yen, if it is known."""

    name: str
    address: str
    item_number: str
    posting: Posting = Posting.RESTRICTED
    yen: int | None = None
    restricted_kind: RestrictedKind | None = None
    corrected_to: str = ""  # the number that the label really bears, where another one was handed in

    @property
    def group(self) -> "Group":
        """What it is listed with."""
        kind = (self.restricted_kind or RestrictedKind.BASIC) if self.posting is Posting.RESTRICTED else None
        return self.posting, kind


Group = tuple[Posting, RestrictedKind | None]
# How each kind of item is called in the head of the list and beside the item.
KINDS: dict[Group, tuple[str, str]] = {
    (Posting.RESTRICTED, RestrictedKind.BASIC): ("一般書留・本人限定受取（基本型）", "本人限定"),
    (Posting.RESTRICTED, RestrictedKind.NOTIFYING): ("一般書留・本人限定受取（特定事項伝達型）", "本人限定"),
    (Posting.SIMPLE_REGISTERED, None): ("簡易書留", "簡易書留"),
    (Posting.RECORDED, None): ("特定記録", "特定記録"),
}


def render(rows: list[PostingRow], sender: Sender, posted_on: date, number: str = "") -> bytes:
    """The list as a PDF, 30 items a page; each kind of item begins a list of its own.

    Args:
        rows: the items.
        sender: ご依頼主.
        posted_on: day in Japan.
        number: of the list in our books, if it has one.

    Raises:
        ItemNumberError: a number is none.
        MissingGlyphError, DoesNotFitError: a text cannot be printed.
    """
    target = BytesIO()
    canvas = open_canvas(target, title="書留・特定記録郵便物等差出票", author=sender.name)
    groups = [[row for row in rows if row.group == kind] for kind in KINDS]
    for group in [group for group in groups if group] or [[]]:
        _group(canvas, group, sender, posted_on, number)
    canvas.save()
    return target.getvalue()


def _group(canvas: Canvas, rows: list[PostingRow], sender: Sender, posted_on: date, list_number: str) -> None:
    kind, remark = KINDS[rows[0].group] if rows else next(iter(KINDS.values()))
    pages = max(1, -(-len(rows) // ROWS))
    for number in range(pages):
        page = Page(canvas)
        part = rows[number * ROWS : (number + 1) * ROWS]
        _head(page, sender, posted_on, kind)
        if list_number:
            page.text(LEFT, 14, list_number, size=8, font="fixed", color=GREY)
        page.text(LEFT + WIDTH, 14, f"{number + 1} / {pages}", size=8, font="gothic", color=GREY, align="right")
        _table(page)
        for place, row in enumerate(part):
            _row(page, place, number * ROWS + place + 1, row, remark)
        bottom = TOP + HEAD_HEIGHT + ROWS * ROW_HEIGHT
        page.text(LEFT, bottom + 6, f"この頁　{_total(part)}", size=9, font="gothic")
        page.text(LEFT + WIDTH, bottom + 6, f"合計　{_total(rows)}", size=10.5, font="bold", align="right")
        if any(row.corrected_to for row in part):
            page.text(LEFT, bottom + 11, CORRECTED, size=7, font="gothic", color=GREY)
        canvas.showPage()


def _total(rows: list[PostingRow]) -> str:
    """How many items, and what they cost together; without the sum if a fee is not known."""
    fees = [row.yen for row in rows if row.yen is not None]
    return f"{len(rows)} 通" + (f"　{sum(fees):,} 円" if rows and len(fees) == len(rows) else "")


def _head(page: Page, sender: Sender, posted_on: date, kind: str) -> None:
    page.text(105, 19, "書留・特定記録郵便物等差出票", size=15, font="bold", align="centre")
    page.text(LEFT, 29, "差出年月日", size=8, font="gothic", color=GREY)
    page.text(LEFT + 20, 29, format_wareki(posted_on), size=10.5)
    page.text(LEFT, 35.5, "種別", size=8, font="gothic", color=GREY)
    page.text(LEFT + 20, 35.5, kind, size=10.5)
    page.rect(LEFT, 39.5, 16, 21, fill=LIGHT)
    page.frame(LEFT, 39.5, 118, 21, thickness=0.8)
    page.text(LEFT + 8, 51, "ご依頼主", size=8, font="gothic", align="centre")
    page.fit(LEFT + 19, 47, sender.address, size=9.5, width=96)
    page.fit(LEFT + 19, 55.5, sender.name, size=11, width=60)
    page.text(LEFT + 115, 55.5, f"TEL {sender.phone}", size=8.5, font="gothic", align="right")
    page.frame(LEFT + 122, 39.5, 60, 21, thickness=0.8)
    page.text(LEFT + 124, 43.4, "引受局日附印", size=6.5, font="gothic", color=GREY)


def _table(page: Page) -> None:
    height = HEAD_HEIGHT + ROWS * ROW_HEIGHT
    page.rect(LEFT, TOP, WIDTH, HEAD_HEIGHT, fill=LIGHT)
    left = LEFT
    for title, width in COLUMNS:
        page.fit(left + 1, TOP + 4.7, title, size=7.2, font="gothic", width=width - 2, align="centre")
        left += width
        if left < LEFT + WIDTH:
            page.line(left, TOP, left, TOP + height, thickness=0.25, color=GREY)
    for place in range(1, ROWS):
        y = TOP + HEAD_HEIGHT + place * ROW_HEIGHT
        page.line(LEFT, y, LEFT + WIDTH, y, thickness=0.25, color=GREY)
    page.line(LEFT, TOP + HEAD_HEIGHT, LEFT + WIDTH, TOP + HEAD_HEIGHT, thickness=0.6)
    page.frame(LEFT, TOP, WIDTH, height, thickness=0.9)


def _row(page: Page, place: int, number: int, row: PostingRow, remark: str) -> None:
    y = TOP + HEAD_HEIGHT + place * ROW_HEIGHT
    item = parse_item_number(row.item_number)
    middle: Align = "centre"
    page.text(LEFT + 4.5, y + 4.6, str(number), size=8, font="fixed", align=middle)
    page.fit(LEFT + 10.5, y + 3.6, f"{row.name}　様", size=8.6, width=57)
    page.fit(LEFT + 10.5, y + 6.2, row.address, size=5, width=57, color=GREY)
    _bars(page, LEFT + 71.5, y + 1.0, f"A{item.digits}A")
    raised = 1.1 if row.corrected_to else 0
    page.text(LEFT + 134, y + 4.5 - raised, item.formatted, size=7.6, font="fixed", align="right")
    if row.corrected_to:
        page.text(
            LEFT + 134, y + 6.2, f"訂正後 {parse_item_number(row.corrected_to).formatted}", size=5.6, align="right"
        )
    if row.yen is not None:
        page.text(LEFT + 164, y + 4.6, f"{row.yen:,}", size=8, font="fixed", align="right")
    page.fit(LEFT + 166, y + 4.6, remark, size=7.6, font="gothic", width=15)


def _bars(page: Page, x: float, y: float, data: str) -> None:
    """NW-7, as on the label of the item; start and stop sign A."""
    symbol = zint.Symbol()
    symbol.symbology = zint.Symbology.CODABAR
    symbol.encode(data)
    packed = bytes(symbol.encoded_data)
    unit = BAR_WIDTH / symbol.width
    canvas = page.canvas
    canvas.setFillColor(HexColor(BLACK))
    path = canvas.beginPath()
    for column in range(symbol.width):
        if packed[column // 8] >> (column % 8) & 1:
            path.rect((x + column * unit) * mm, (page.height - y - BAR_HEIGHT) * mm, unit * mm, BAR_HEIGHT * mm)
    canvas.drawPath(path, stroke=0, fill=1)
