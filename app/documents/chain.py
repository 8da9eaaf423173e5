"""Fonts in order of preference. What none of them prints is refused before anything is printed, by name."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from reportlab.lib.rl_accel import escapePDF, fp_str
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from app.core.errors import DomainError
from app.documents.clusters import clusters, code_points
from app.documents.font import NameFont

FONT_DIRECTORIES = (Path("/usr/share/fonts/truetype"), Path("/usr/share/fonts"))
FILES = {
    "Mincho": "bizud-mincho/BIZUDMincho-Regular.ttf",
    "Gothic": "bizud-gothic/BIZUDGothic-Regular.ttf",
    "PGothic": "bizud-gothic/BIZUDPGothic-Regular.ttf",
    "PGothicBold": "bizud-gothic/BIZUDPGothic-Bold.ttf",
    "IPAmj": "ipamj/ipamjm.ttf",
}
# IPAmj Mincho stands behind every face: 54,578 characters and 11,474 variation sequences.
CHAINS = {
    "mincho": ("Mincho", "IPAmj"),
    "fixed": ("Gothic", "IPAmj"),
    "gothic": ("PGothic", "IPAmj"),
    "bold": ("PGothicBold", "IPAmj"),
}
NARROWEST = 0.6  # 長体: never condensed further
SMALLEST = 5.5  # points


class MissingGlyphError(DomainError):
    """A character that no font has. The print is refused; an officer decides what to do."""

    def __init__(self, text: str, sign: str) -> None:
        super().__init__("missing-glyph", text=text, character=sign, code_points=code_points(sign))


class DoesNotFitError(DomainError):
    """A text that does not fit its place even condensed and small."""

    def __init__(self, text: str) -> None:
        super().__init__("does-not-fit", text=text)


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one font, as ReportLab takes it."""

    font: str
    encoded: str

    def width(self, size: float) -> float:
        """Width in points."""
        return float(pdfmetrics.stringWidth(self.encoded, self.font, size))


@cache
def _font(name: str) -> NameFont:
    for directory in FONT_DIRECTORIES:
        path = directory / FILES[name]
        if path.exists():
            font = NameFont(name, path)
            pdfmetrics.registerFont(font)
            return font
    raise FileNotFoundError(f"{FILES[name]}: install fonts-morisawa-bizud-mincho, -gothic and fonts-ipamj-mincho")


def load_faces() -> None:
    """Read the first font of every chain now rather than in each child process. IPAmj follows when it is needed."""
    for names in CHAINS.values():
        _font(names[0])


@lru_cache(65536)
def runs(chain: str, text: str) -> tuple[Run, ...]:
    """The text in the fewest fonts: in one if one has all of it, else sign by sign.

    Raises:
        MissingGlyphError: no font of the chain prints one of its characters as written.
    """
    first = CHAINS[chain][0]
    if _font(first).prints_each(text):
        return (Run(first, text),)
    signs = clusters(text)
    for name in CHAINS[chain]:
        font = _font(name)
        if all(font.prints(sign) for sign in signs):
            return (Run(name, font.encoded(text)),)
    parts: list[tuple[str, str]] = []
    for sign in signs:
        name = next((name for name in CHAINS[chain] if _font(name).prints(sign)), "")
        if not name:
            raise MissingGlyphError(text, sign)
        if parts and parts[-1][0] == name:
            parts[-1] = (name, parts[-1][1] + sign)
        else:
            parts.append((name, sign))
    return tuple(Run(name, _font(name).encoded(part)) for name, part in parts)


def missing(text: str, chain: str = "mincho") -> list[str]:
    """The signs of a text that no font of the chain prints, in order; none if it can be printed."""
    return [sign for sign in clusters(text) if not any(_font(name).prints(sign) for name in CHAINS[chain])]


@lru_cache(65536)
def width(chain: str, text: str, size: float) -> float:
    """Width of a text in points."""
    return sum(run.width(size) for run in runs(chain, text))


def draw(canvas: Canvas, chain: str, text: str, *, x: float, y: float, size: float) -> None:
    """Draw a text from (x, y) in points, in the colour that is set."""
    _show(canvas, runs(chain, text), x, y, size)


def draw_secret(canvas: Canvas, chain: str, text: str, *, centre: float, y: float, size: float) -> None:
    """Draw a text around a centre, past the caches: nothing of it stays in the memory of the process."""
    parts = runs.__wrapped__(chain, text)
    _show(canvas, parts, centre - sum(part.width(size) for part in parts) / 2, y, size)


def _show(canvas: Canvas, parts: Sequence[Run], x: float, y: float, size: float) -> None:
    """The operators themselves (PDF 32000-1, 9.4): ReportLab's text objects take three times as long to come to the same.

    One `Tj` after another goes on where the one before ended, whatever its font is.
    """
    document = canvas._doc  # noqa: SLF001  a font's subset belongs to the document, which nothing public gives
    points = _numbers(size)
    shown = [
        f"{name} {points} Tf ({escapePDF(octets)}) Tj"
        for part in parts
        for name, octets in _font(part.font).pieces(part.encoded, document)
    ]
    canvas._code.append(f"BT {_numbers(x, y)} Td {' '.join(shown)} ET")  # noqa: SLF001  ReportLab has no public way to add operators


@lru_cache(4096)
def _numbers(*values: float) -> str:
    """Numbers as a PDF has them. Sheets of one kind have most places in common."""
    written: str = fp_str(*values)
    return written


def fitting(chain: str, text: str, size: float, room: float) -> tuple[float, float]:
    """Size and horizontal scale at which a text fits: condensed first, then smaller.

    Raises:
        DoesNotFitError: it does not, down to 60 % width and 5.5 points.
    """
    natural = width(chain, text, size)
    if natural <= room:
        return size, 1.0
    scale = room / natural
    if scale >= NARROWEST:
        return size, scale
    smaller = size * scale / NARROWEST
    if smaller < SMALLEST:
        raise DoesNotFitError(text)
    return smaller, NARROWEST
