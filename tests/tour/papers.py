"""Synthetic papers for the tour: drawn, then turned a little, tinted and speckled, as a scanner would deliver them."""

import random
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

DPI = 150
WIDTH, HEIGHT = round(8.27 * DPI), round(11.69 * DPI)
MINCHO = "/usr/share/fonts/truetype/ipamj/ipamjm.ttf"  # has the rare characters of names
GOTHIC = "/usr/share/fonts/truetype/bizud-gothic/BIZUDGothic-Regular.ttf"
INK, RED = (38, 38, 46), (196, 48, 40)


@dataclass(frozen=True, slots=True)
class SyntheticPaper:
    """What stands on a paper: title, labelled rows, who issued it when, and the text of its red seal."""

    title: str
    rows: tuple[tuple[str, str], ...]
    issued: str = ""
    issuer: str = ""
    seal: str = ""
    tint: tuple[int, int, int] = (255, 255, 255)
    guilloche: bool = False
    note: str = ""


def scan_of(paper: SyntheticPaper, *, seed: int) -> Image.Image:
    """The paper as scanned: skewed, grainy, not quite white. The same seed gives the same picture."""
    sheet = Image.new("RGB", (WIDTH, HEIGHT), paper.tint)
    pen = ImageDraw.Draw(sheet)
    if paper.guilloche:
        _guilloche(pen, paper.tint)
    _title(pen, paper)
    bottom = _table(pen, paper.rows)
    _foot(sheet, pen, paper, bottom)
    return _as_scanned(sheet, random.Random(seed))


def scan_pdf(papers: list[SyntheticPaper], *, seed: int) -> bytes:
    """The papers as one scanned PDF, a page each."""
    pages = [scan_of(paper, seed=seed + number) for number, paper in enumerate(papers)]
    target = BytesIO()
    pages[0].save(target, "PDF", resolution=DPI, save_all=True, append_images=pages[1:], quality=72)
    return target.getvalue()


def scan_jpeg(paper: SyntheticPaper, *, seed: int) -> bytes:
    """The paper as a scanned JPEG."""
    target = BytesIO()
    scan_of(paper, seed=seed).save(target, "JPEG", quality=78, dpi=(DPI, DPI))
    return target.getvalue()


def scan_png(paper: SyntheticPaper, *, seed: int) -> bytes:
    """The paper as a scanned PNG."""
    target = BytesIO()
    scan_of(paper, seed=seed).convert("P", palette=Image.Palette.ADAPTIVE, colors=64).save(
        target, "PNG", dpi=(DPI, DPI), optimize=True
    )
    return target.getvalue()


def _font(size: float, path: str = MINCHO) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, round(size * DPI / 72))


def _title(pen: ImageDraw.ImageDraw, paper: SyntheticPaper) -> None:
    font = _font(20)
    spaced = " ".join(paper.title) if len(paper.title) < 9 else paper.title
    width = pen.textlength(spaced, font)
    pen.text(((WIDTH - width) / 2, 0.9 * DPI), spaced, font=font, fill=INK)
    if paper.note:
        pen.text((0.8 * DPI, 0.45 * DPI), paper.note, font=_font(8.5, GOTHIC), fill=(110, 110, 120))


def _table(pen: ImageDraw.ImageDraw, rows: tuple[tuple[str, str], ...]) -> float:
    left, right, y = 0.8 * DPI, WIDTH - 0.8 * DPI, 1.75 * DPI
    split = left + 1.75 * DPI
    label_font, value_font = _font(10, GOTHIC), _font(12.5)
    for label, value in rows:
        lines = value.split("\n")
        height = 0.24 * DPI + len(lines) * 0.25 * DPI
        pen.rectangle((left, y, right, y + height), outline=(120, 120, 128), width=1)
        pen.line((split, y, split, y + height), fill=(120, 120, 128), width=1)
        pen.text((left + 0.12 * DPI, y + 0.15 * DPI), label, font=label_font, fill=(70, 70, 80))
        for number, line in enumerate(lines):
            pen.text((split + 0.15 * DPI, y + 0.11 * DPI + number * 0.25 * DPI), line, font=value_font, fill=INK)
        y += height
    return y


def _foot(sheet: Image.Image, pen: ImageDraw.ImageDraw, paper: SyntheticPaper, top: float) -> None:
    y = top + 0.55 * DPI
    font = _font(12.5)
    for line in filter(None, (paper.issued, *paper.issuer.split("\n"))):
        pen.text((1.5 * DPI, y), line, font=font, fill=INK)
        y += 0.32 * DPI
    if paper.seal:
        _stamp(sheet, paper.seal, (round(WIDTH - 2.35 * DPI), round(y - 0.85 * DPI)))


def _stamp(sheet: Image.Image, text: str, corner: tuple[int, int]) -> None:
    side = round(0.85 * DPI)
    stamp = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    pen = ImageDraw.Draw(stamp)
    colour = (*RED, 205)
    round_seal = len(text) <= 4
    (pen.ellipse if round_seal else pen.rectangle)((3, 3, side - 4, side - 4), outline=colour, width=5)
    per_column = 2 if round_seal else 3
    columns = [text[i : i + per_column] for i in range(0, len(text), per_column)]
    cell = side * (0.62 if round_seal else 0.84) / max(len(columns), per_column)
    font = ImageFont.truetype(MINCHO, round(cell))
    left = (side + cell * len(columns)) / 2 - cell
    for number, column in enumerate(columns):
        top = (side - cell * len(column)) / 2 - cell * 0.1
        for row, character in enumerate(column):
            pen.text((left - number * cell, top + row * cell), character, font=font, fill=colour)
    turned = stamp.rotate(-4, resample=Image.Resampling.BICUBIC)
    sheet.paste(turned, corner, turned)


def _guilloche(pen: ImageDraw.ImageDraw, tint: tuple[int, int, int]) -> None:
    shade = tuple(max(0, channel - 16) for channel in tint)
    step = round(0.17 * DPI)
    for offset in range(-HEIGHT, WIDTH, step):
        pen.line((offset, 0, offset + HEIGHT, HEIGHT), fill=shade, width=1)
        pen.line((offset + HEIGHT, 0, offset, HEIGHT), fill=shade, width=1)
    for margin in (0.35, 0.42):
        edge = margin * DPI
        pen.rectangle((edge, edge, WIDTH - edge, HEIGHT - edge), outline=shade, width=3)


def _as_scanned(sheet: Image.Image, chance: random.Random) -> Image.Image:
    turned = sheet.rotate(
        chance.uniform(-0.6, 0.6), resample=Image.Resampling.BICUBIC, fillcolor=(236, 236, 232), expand=False
    )
    noise = Image.effect_noise(turned.size, 14).convert("L")
    grain = Image.merge("RGB", [noise.point(lambda v: max(0, min(255, (v - 128) // 4 + 8)))] * 3)
    grey = ImageChops.subtract(turned, grain)
    return grey.filter(ImageFilter.GaussianBlur(0.45))
