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
