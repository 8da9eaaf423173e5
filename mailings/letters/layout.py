"""How every letter without a PIN is drawn: address in the window, subject, facts, a table, sections, as many pages as needed.

Places are millimetres from the sheet's top left corner. The address lies where a window envelope shows it at any shift of
the sheet, and nothing else does (tests/unit/mailings/test_case_letters.py measures it in the finished PDF).
"""

from dataclasses import dataclass, field
from datetime import date
from io import BytesIO

from reportlab.pdfgen.canvas import Canvas

from app.core.wareki import format_wareki
from app.documents import chain
from app.documents.canvas import open_canvas
from app.documents.kinsoku import wrap_evenly
from app.documents.page import GREY, LIGHT, NAVY, Page
from mailings.letters.approval_notice import Sender
from mailings.letters.places import ADDRESS_LEFT, ADDRESS_TOP, ADDRESS_WIDTH, FOLDS, LEFT, RIGHT

WIDTH = RIGHT - LEFT
TOP_OF_NEXT, BOTTOM = 24.0, 266.0
POINT = 25.4 / 72
LEADING = 1.55
COLUMNS = (("", 8.0), ("書類", 45.0), ("確認した内容", 58.0), ("お願い", 59.0))
CELL, PAD = 9.0, 2.0  # points; millimetres
DESK_HOURS = "受付 9:00〜12:00、13:00〜18:00（土日祝・12/29〜1/3を除く）"


@dataclass(frozen=True, slots=True)
class Addressee:
    """Where a letter goes, exactly as written."""

    company: str
    department: str
    name: str  # empty: to the company as such
    postal_code: str
    address: str
    building: str = ""

    def lines(self) -> tuple[list[str], str]:
        """The lines of the address, and the last one with the honorific."""
        head = [f"〒{self.postal_code}" if self.postal_code else "", self.address, self.building]
        if not self.name:
            return [*filter(None, head)], f"{self.department or self.company}　御中"
        return [*filter(None, [*head, self.company, self.department])], f"{self.name}　様"


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: which paper, what is wrong, what to do."""

    paper: str
    person: str
    wrong: str
    ask: str


@dataclass(frozen=True, slots=True)
class Document:
    """Everything that stands on a letter."""

    title: str
    number: str  # of the mail piece; empty in a preview
    day: date
    addressee: Addressee
    opening: str
    facts: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...] = ()
    sections: tuple[tuple[str, str], ...] = ()
    strong: str = field(default="")  # the one fact that must not be overlooked, by its title
    # What the code begins with: L1 the letter of an envelope, R1 the notice beside one that is sent again.
    mark: str = "L1"


def render(document: Document, sender: Sender) -> bytes:
    """The letter as a PDF. The same letter gives the same bytes.

    Raises:
        MissingGlyphError: a character that no font has.
        DoesNotFitError: a line that does not fit its place.
    """
    count = count_pages(document, sender)
    target = BytesIO()
    _Drawing(target, document, sender, of=count).draw()
    return target.getvalue()


def count_pages(document: Document, sender: Sender) -> int:
    """How many pages the letter has. Raises as `render`."""
    return _Drawing(BytesIO(), document, sender, of=0).draw()


class _Drawing:
    """One pass over the pages; the first one only counts them."""

    def __init__(self, target: BytesIO, document: Document, sender: Sender, *, of: int) -> None:
        self.canvas: Canvas = open_canvas(target, title=document.title, author=sender.name)
        self.page = Page(self.canvas)
        self.document, self.sender, self.of = document, sender, of
        self.number, self.y = 1, 0.0

    def draw(self) -> int:
        """Draw every page. Returns how many there are."""
        self._head()
        self._text(self.document.opening, size=10.5)
        self._facts()
        if self.document.rows:
            self._table()
        for title, text in self.document.sections:
            self._section(title, text)
        self._need(4)
        self.page.text(RIGHT, self.y, "敬具", size=10.5, align="right")
        self._finish_page()
        self.canvas.save()
        return self.number

    def _head(self) -> None:
        page, document = self.page, self.document
        lines, last = document.addressee.lines()
        top = ADDRESS_TOP
        for text in lines:
            page.fit(ADDRESS_LEFT, top, text, size=9.5, width=ADDRESS_WIDTH)
            top += 4.4
        page.fit(ADDRESS_LEFT, top + 1.6, last, size=12.5, width=ADDRESS_WIDTH)
        page.text(RIGHT, 20, format_wareki(document.day), size=10.5, align="right")
        if document.number:
            page.text(RIGHT, 26, f"通知番号  {document.number}", size=9, font="fixed", align="right")
            page.qr(172, 34, f"{document.mark}:{document.number}", side=18)
        page.fit(118, 42, self.sender.name, size=11, font="bold", color=NAVY, width=50)
        page.fit(118, 47.5, self.sender.address, size=8, font="gothic", color=GREY, width=50)
        page.text(118, 52, f"TEL {self.sender.phone}", size=8, font="gothic", color=GREY)
        page.rect(LEFT, 66, WIDTH, 1, fill=NAVY)
        page.text(105, 76.5, document.title, size=16, font="bold", color=NAVY, align="centre")
        page.line(LEFT, 81.5, RIGHT, 81.5, color=NAVY)
        for fold in FOLDS:
            page.line(4, fold, 9, fold, thickness=0.3, color=GREY)
        self.y = 90.0

    def _finish_page(self) -> None:
        page = self.page
        page.line(LEFT, 273, RIGHT, 273, thickness=0.4, color=NAVY)
        page.fit(
            LEFT, 278, f"お問い合わせ　電子契約サービス ヘルプデスク　{self.sender.phone}　{DESK_HOURS}",
            size=7.8, font="gothic", color=GREY, width=150,
        )  # fmt: skip
        page.text(RIGHT, 278, f"{self.number} / {self.of}", size=8, font="gothic", color=GREY, align="right")
        self.canvas.showPage()

    def _need(self, height: float) -> bool:
        """Go to the next page if this height does not fit any more. Returns whether it was turned."""
        if self.y + height <= BOTTOM:
            return False
        self._finish_page()
        self.number += 1
        self.y = TOP_OF_NEXT
        title = f"{self.document.title}（続き）　{self.document.number}".strip()
        self.page.text(LEFT, 16, title, size=8.5, font="gothic", color=GREY)
        return True

    def _text(self, text: str, *, size: float, font: str = "mincho", indent: float = 0) -> None:
        step = size * LEADING * POINT
        for line in _lines(text, WIDTH - indent, font, size):
            self._need(step)
            self.page.text(LEFT + indent, self.y, line, size=size, font=font)
            self.y += step
        self.y += 1.6

    def _facts(self) -> None:
        height, top = 7.2, self.y - 2
        rows = self.document.facts
        self._need(height * len(rows))
        self.page.rect(LEFT, top, 36, height * len(rows), fill=LIGHT)
        for place, (title, value) in enumerate(rows):
            base = top + place * height + 4.9
            is_strong = title == self.document.strong
            self.page.text(24, base, title, size=9, font="gothic", color=NAVY)
            font = "bold" if is_strong else "mincho"
            self.page.fit(60, base, value, size=11.5 if is_strong else 10.5, width=126, font=font)
            if place:
                self.page.line(LEFT, top + place * height, RIGHT, top + place * height, thickness=0.3, color=GREY)
        self.page.frame(LEFT, top, WIDTH, height * len(rows), color=NAVY, thickness=0.9)
        self.y = top + height * len(rows) + 8.2

    def _table(self) -> None:
        self._table_head()
        step = CELL * 1.45 * POINT
        for number, row in enumerate(self.document.rows, start=1):
            widths = [width - 2 * PAD for _title, width in COLUMNS]
            person = f"（{row.person}様）" if row.person else ""
            cells = [
                [str(number)],
                _lines(row.paper.replace("　", "\n") + (f"\n{person}" if person else ""), widths[1], "mincho", CELL),
                _lines(row.wrong, widths[2], "mincho", CELL),
                _lines(row.ask, widths[3], "mincho", CELL),
            ]
            height = max(map(len, cells)) * step + 3.4
            if self._need(height):
                self._table_head()
            left = LEFT
            for (_title, width), lines in zip(COLUMNS, cells, strict=True):
                for place, line in enumerate(lines):
                    self.page.text(left + PAD, self.y + 4.4 + place * step, line, size=CELL)
                left += width
            self.y += height
            self.page.line(LEFT, self.y, RIGHT, self.y, thickness=0.3, color=GREY)
        self.y += 7.5

    def _table_head(self) -> None:
        self._need(24)
        self.page.rect(LEFT, self.y - 1, WIDTH, 7, fill=LIGHT)
        left = LEFT
        for title, width in COLUMNS:
            self.page.text(left + PAD, self.y + 3.8, title, size=8.5, font="gothic", color=NAVY)
            left += width
        self.y += 6
        self.page.line(LEFT, self.y, RIGHT, self.y, thickness=0.6, color=NAVY)

    def _section(self, title: str, text: str) -> None:
        lines = len(_lines(text, WIDTH - 4, "mincho", 9.8))
        self._need(6.2 + min(lines, 4) * 9.8 * LEADING * POINT)
        self.page.rect(LEFT, self.y - 3.2, 1.2, 4.2, fill=NAVY)
        self.page.text(LEFT + 4, self.y, title, size=10.5, font="bold", color=NAVY)
        self.y += 6.2
        self._text(text, size=9.8, indent=4)
        self.y += 1.9


def _lines(text: str, width: float, font: str, size: float) -> list[str]:
    return list(wrap_evenly(text, width / POINT, lambda part: chain.width(font, part, size)))
