"""Address labels on sheets of 12 or 24, with Japan Post's customer barcode where the postal code allows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from app.documents.barcodes import customer_bars
from app.documents.canvas import open_canvas
from app.documents.page import Page
from mailings.letters.layout import Addressee

BARS = 67


@dataclass(frozen=True, slots=True)
class LabelSheet:
    """A sheet of labels, in millimetres; the rest of A4 is margin, evenly."""

    columns: int
    rows: int
    width: float
    height: float
    size: float  # points of the address
    unit: float  # of the barcode: a tenth of its size in points
    pitch: float

    @property
    def count(self) -> int:
        """Labels on a sheet."""
        return self.columns * self.rows

    def corner(self, place: int) -> tuple[float, float]:
        """The top left corner of a label, counted from 0 line by line."""
        row, column = divmod(place, self.columns)
        left, top = (210 - self.columns * self.width) / 2, (297 - self.rows * self.height) / 2
        return left + column * self.width, top + row * self.height


# On the narrow label the bars stand nearer than usual: 66 mm less 2 mm on either side do not hold 67 at a pitch of 0.96.
SHEETS = {12: LabelSheet(2, 6, 86.4, 42.3, 9.0, 1.0, 1.2), 24: LabelSheet(3, 8, 66.0, 33.9, 8.0, 0.8, 0.896)}
PAD, QUIET = 3.2, 2.0


@dataclass(frozen=True, slots=True)
class Label:
    """One label; no bars if the address has none."""

    addressee: Addressee
    bars: str = ""


def render(labels: Sequence[Label], per_sheet: int, start: int = 1) -> bytes:
    """The labels as a PDF.

    Args:
        labels: in the order of the envelopes.
        per_sheet: 12 or 24.
        start: the first label of the first sheet that is still there, from 1.

    Raises:
        MissingGlyphError, DoesNotFitError: an address cannot be printed.
    """
    sheet = SHEETS[per_sheet]
    target = BytesIO()
    page = Page(open_canvas(target, title="宛名ラベル", author="CECTRUST"))
    first = start - 1
    for number, label in enumerate(labels, start=first):
        if number > first and number % sheet.count == 0:
            page.canvas.showPage()
        _label(page, sheet, sheet.corner(number % sheet.count), label)
    page.canvas.showPage()
    page.canvas.save()
    return target.getvalue()


def bars_place(sheet: LabelSheet) -> tuple[float, float]:
    """Where the bars begin on a label: in the middle, 2 mm and more above its lower edge."""
    width = (BARS - 1) * sheet.pitch + 0.6 * sheet.unit
    return (sheet.width - width) / 2, sheet.height - QUIET - 1 - 3.6 * sheet.unit


def _label(page: Page, sheet: LabelSheet, corner: tuple[float, float], label: Label) -> None:
    left, top = corner
    lines, last = label.addressee.lines()
    bars_left, bars_top = bars_place(sheet)
    room = bars_top - QUIET - 1  # what the text may use, from the top
    step = min(sheet.size * 0.47, (room - 9) / max(len(lines), 1))
    base = top + 4.6
    for text in lines:
        page.fit(left + PAD, base, text, size=min(sheet.size, step / 0.37), width=sheet.width - 2 * PAD)
        base += step
    page.fit(left + PAD, top + room, last, size=sheet.size * 1.3, width=sheet.width - 2 * PAD)
    if label.bars:
        customer_bars(page, left + bars_left, top + bars_top, label.bars, unit=sheet.unit, pitch=sheet.pitch)
