"""The file that is handed over on a disclosure: the pages as pixels, each with the number of the request across it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO

from PIL import Image
from reportlab.lib.colors import Color
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader

from app.core.wareki import format_wareki
from app.documents import chain
from app.documents.canvas import open_canvas
from app.documents.page import GREY, Page
from models.enums import PaperKind
from registration.labels import KINDS

LEFT, TOP, WIDTH, HEIGHT = 15.0, 24.0, 180.0, 255.0
WATERMARK = Color(0.45, 0.1, 0.1, alpha=0.16)


@dataclass(frozen=True, slots=True)
class DisclosedPage:
    """One page of one sheet."""

    kind: PaperKind
    sheet_number: str
    page: int
    pages: int
    image: bytes  # WebP


def render(request_number: str, pages: Sequence[DisclosedPage], *, handed_over_on: date, authority: str) -> bytes:
    """The pages on A4, in their order.

    Args:
        request_number: stands on every page, and across it.
        pages: at least one.
        handed_over_on: day of the hand-over.
        authority: who discloses.
    """
    target = BytesIO()
    canvas = open_canvas(target, title=f"開示書類 {request_number}", author=authority)
    for number, each in enumerate(pages, start=1):
        page = Page(canvas)
        page.text(LEFT, 12, f"開示請求 {request_number}", size=10, font="bold")
        page.text(
            LEFT, 18, f"{KINDS[each.kind]}（{each.sheet_number}　{each.page}/{each.pages}）", size=9, font="gothic"
        )
        page.text(LEFT + WIDTH, 12, f"交付 {format_wareki(handed_over_on)}", size=9, font="gothic", align="right")
        page.text(LEFT + WIDTH, 18, f"{number} / {len(pages)}", size=9, font="fixed", align="right")
        _picture(page, each.image)
        _watermark(page, f"開示 {request_number}")
        page.text(
            LEFT, 288, f"電子署名及び認証業務に関する法律施行規則第6条第14号による開示　{authority}", size=7.5, font="gothic",
            color=GREY,
        )  # fmt: skip
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def _picture(page: Page, data: bytes) -> None:
    with Image.open(BytesIO(data), formats=("WEBP",)) as opened:
        picture = opened.convert("RGB")
    scale = min(WIDTH / picture.width, HEIGHT / picture.height)
    width, height = picture.width * scale, picture.height * scale
    x, y = LEFT + (WIDTH - width) / 2, TOP
    page.canvas.drawImage(
        ImageReader(picture), x * mm, (page.height - y - height) * mm, width=width * mm, height=height * mm
    )
    page.frame(x, y, width, height, color=GREY, thickness=0.3)


def _watermark(page: Page, text: str) -> None:
    for x, y in _places():
        page.canvas.saveState()
        page.canvas.translate(x * mm, (page.height - y) * mm)
        page.canvas.rotate(32)
        page.canvas.setFillColor(WATERMARK)
        chain.draw(page.canvas, "bold", text, x=-chain.width("bold", text, 26) / 2, y=0, size=26)
        page.canvas.restoreState()


def _places() -> Iterator[tuple[float, float]]:
    return ((x, y) for y in (70.0, 145.0, 220.0) for x in (62.0, 148.0))
