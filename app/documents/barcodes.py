"""Bars of one width class on a sheet, in millimetres: Code 128 for our own labels."""

import zint
from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm

from app.documents.page import BLACK, Page


def code_128(page: Page, x: float, y: float, data: str, *, width: float, height: float) -> None:
    """Code 128 (ISO/IEC 15417) between x and x + width; the caller leaves ten modules free on either side.

    Args:
        page: the sheet.
        x: left edge.
        y: top edge.
        data: printable ASCII.
        width: of all bars together; a module should not be narrower than 0.25 mm.
        height: of the bars.
    """
    symbol = zint.Symbol()
    symbol.symbology = zint.Symbology.CODE128
    symbol.encode(data)
    packed = bytes(symbol.encoded_data)
    unit = width / symbol.width
    canvas = page.canvas
    canvas.setFillColor(HexColor(BLACK))
    path = canvas.beginPath()
    start = None
    for column in range(symbol.width + 1):
        is_dark = column < symbol.width and packed[column // 8] >> (column % 8) & 1
        if is_dark and start is None:
            start = column
        elif not is_dark and start is not None:
            path.rect(
                (x + start * unit) * mm, (page.height - y - height) * mm, (column - start) * unit * mm, height * mm
            )
            start = None
    canvas.drawPath(path, stroke=0, fill=1)


def customer_bars(page: Page, x: float, y: float, bars: str, *, unit: float, pitch: float) -> None:
    """Japan Post's customer barcode as vectors. The caller leaves 2 mm free on every side.

    Args:
        page: the sheet.
        x: left edge of the first bar.
        y: upper edge of the long bars.
        bars: as `app.documents.customer_barcode.encode` gives them.
        unit: a tenth of the size in points, 0.8 to 1.15. In millimetres a long bar is 3.6, a timing bar 1.2 and
            a bar's width 0.6 of it.
        pitch: from one bar to the next, in millimetres: 0.95 to 1.3 of the unit (zipmanual p23).
    """
    full, timing, width = 3.6 * unit, 1.2 * unit, 0.6 * unit
    half = (full + timing) / 2
    spans = {"1": (0.0, full), "2": (0.0, half), "3": (full - half, half), "4": (full - half, timing)}
    canvas = page.canvas
    canvas.setFillColor(HexColor(BLACK))
    path = canvas.beginPath()
    for place, kind in enumerate(bars):
        above, height = spans[kind]
        path.rect((x + place * pitch) * mm, (page.height - y - above - height) * mm, width * mm, height * mm)
    canvas.drawPath(path, stroke=0, fill=1)
