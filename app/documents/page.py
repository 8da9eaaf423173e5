"""Drawing on a sheet, in millimetres from its top left corner."""

from functools import lru_cache
from itertools import count, repeat
from typing import Literal

import zint
from reportlab.lib.colors import Color, HexColor
from reportlab.lib.rl_accel import fp_str
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from app.documents import chain
from app.documents.kinsoku import wrap_evenly

BLACK, WHITE = "#000000", "#ffffff"
NAVY, GREY, LIGHT, RED = "#14284b", "#5f6a7a", "#eef1f6", "#b3261e"
Align = Literal["left", "centre", "right"]
SHARE: dict[Align, float] = {"left": 0.0, "centre": 0.5, "right": 1.0}  # of the room, that is left of the text
A4_HEIGHT = 297.0


def qr_rows(data: str) -> list[str]:
    """The modules of a QR code, row by row, as 0 and 1."""
    packed, width = _qr_octets(data)
    return [_modules(row, width) for row in packed]


def _qr_octets(data: str) -> tuple[list[bytes], int]:
    """The rows of a QR code, the first module in the lowest bit, and how many modules a row has."""
    symbol = zint.Symbol()
    symbol.symbology = zint.Symbology.QRCODE
    symbol.option_1 = 2  # level M
    symbol.encode(data)
    packed, width = bytes(symbol.encoded_data), symbol.width
    stride = len(packed) // 200  # zint keeps 200 rows
    used = (width + 7) // 8
    return [packed[row * stride : row * stride + used] for row in range(width)], width


def _modules(row: bytes, width: int) -> str:
    return f"{int.from_bytes(row, 'little'):0{width}b}"[::-1][:width]


@lru_cache(64)
def _color(text: str) -> Color:
    return HexColor(text)


@lru_cache(64)
def _fill_operator(text: str) -> str:
    return f"{fp_str(*_color(text).rgb())} rg"


@lru_cache(8192)
def _dark(row: bytes, width: int, number: int) -> str:
    """The dark stretches of this row as rectangles. The codes of a run have most rows in common."""
    rectangles, left = [], 0
    for stretch in _modules(row, width).split("0"):
        if stretch:
            rectangles.append(f"{left} {number} {len(stretch)} 1 re")
        left += len(stretch) + 1
    return " ".join(rectangles)


class Page:
    """The sheet at hand of a canvas. Baselines of text are given, not its top."""

    def __init__(self, canvas: Canvas, *, height: float = A4_HEIGHT) -> None:
        self.canvas = canvas
        self.height = height

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = 10,
        font: str = "mincho",
        color: str = BLACK,
        align: Align = "left",
    ) -> None:
        """One line of text. Raises MissingGlyphError."""
        shift = SHARE[align] * chain.width(font, text, size) if align != "left" else 0.0
        self._fill(color)
        chain.draw(self.canvas, font, text, x=x * mm - shift, y=self._up(y), size=size)

    def secret(self, centre: float, y: float, text: str, *, size: float, font: str) -> None:
        """One line that is remembered nowhere. Raises MissingGlyphError."""
        self._fill(BLACK)
        chain.draw_secret(self.canvas, font, text, centre=centre * mm, y=self._up(y), size=size)

    def fit(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float,
        width: float,
        font: str = "mincho",
        color: str = BLACK,
        align: Align = "left",
    ) -> None:
        """One line of text between x and x + width, condensed or made smaller if it must be.

        Raises:
            MissingGlyphError: no font has one of its characters.
            DoesNotFitError: it does not fit.
        """
        size, scale = chain.fitting(font, text, size, width * mm)
        if scale == 1:
            self.text(x + SHARE[align] * width, y, text, size=size, font=font, color=color, align=align)
            return
        slack = width * mm - chain.width(font, text, size) * scale
        self.canvas.saveState()
        self._fill(color)
        self.canvas.translate(x * mm + SHARE[align] * slack, self._up(y))
        self.canvas.scale(scale, 1)
        chain.draw(self.canvas, font, text, x=0, y=0, size=size)
        self.canvas.restoreState()

    def paragraph(
        self,
        x: float,
        y: float,
        text: str,
        *,
        width: float,
        size: float = 10,
        font: str = "mincho",
        color: str = BLACK,
        leading: float = 1.6,
    ) -> float:
        """Lines of text broken by kinsoku. Returns the baseline that the next line would have."""
        for line in wrap_evenly(text, width * mm, lambda part: chain.width(font, part, size)):
            self.text(x, y, line, size=size, font=font, color=color)
            y += size * leading / mm
        return y

    def rect(self, x: float, y: float, width: float, height: float, *, fill: str, radius: float = 0) -> None:
        """A filled rectangle; (x, y) is its top left corner."""
        self._fill(fill)
        place = (x * mm, self._up(y + height), width * mm, height * mm)
        if radius:
            self.canvas.roundRect(*place, radius * mm, stroke=0, fill=1)
        else:
            self.canvas.rect(*place, stroke=0, fill=1)

    def frame(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        color: str = BLACK,
        thickness: float = 0.5,
        radius: float = 0,
    ) -> None:
        """The outline of a rectangle, in points of thickness."""
        self.canvas.setStrokeColor(_color(color))
        self.canvas.setLineWidth(thickness)
        place = (x * mm, self._up(y + height), width * mm, height * mm)
        if radius:
            self.canvas.roundRect(*place, radius * mm)
        else:
            self.canvas.rect(*place)

    def line(self, x1: float, y1: float, x2: float, y2: float, *, thickness: float = 0.5, color: str = BLACK) -> None:
        """A straight line."""
        self.canvas.setStrokeColor(_color(color))
        self.canvas.setLineWidth(thickness)
        self.canvas.line(x1 * mm, self._up(y1), x2 * mm, self._up(y2))

    def qr(self, x: float, y: float, data: str, *, side: float) -> None:
        """A QR code (error correction M) of this side without its quiet zone, which the caller leaves free."""
        rows, width = _qr_octets(data)
        unit = side * mm / width
        self._fill(BLACK)
        # Whole numbers in a space of their own: as path objects the modules take ten times as long.
        place = fp_str(unit, 0, 0, -unit, x * mm, self._up(y))
        modules = " ".join(map(_dark, rows, repeat(width), count()))
        self.canvas._code.append(f"q {place} cm {modules} f Q")

    def _fill(self, color: str) -> None:
        """Set the colour to fill with, unless it is set."""
        wanted = _color(color)
        if self.canvas._fillColorObj is not wanted:
            self.canvas._fillColorObj = wanted
            self.canvas._code.append(_fill_operator(color))  # what `setFillColor` comes to for an opaque colour

    def _up(self, y: float) -> float:
        return (self.height - y) * mm
