"""Areas that are blacked out on a page, in pixels of the page as the server draws it. Pure."""

from dataclasses import dataclass

from app.core.errors import DomainError

MOST = 60
SMALLEST = 6  # pixels: less hides no digit
LARGEST = 100_000


class MaskError(DomainError):
    """The areas cannot be blacked out like this. Codes: mask-…"""


@dataclass(frozen=True, slots=True)
class Mask:
    """A rectangle on a page; the first page is 1, the origin is its top left corner."""

    page: int
    left: int
    top: int
    width: int
    height: int


def parse_masks(texts: list[str]) -> list[Mask]:
    """Areas as the screen sends them: `page,left,top,width,height`, whole pixels.

    Raises:
        MaskError: none (`mask-none`), too many (`mask-many`), or not such a text, too small, or off any page (`mask-shape`).
    """
    if not texts:
        raise MaskError("mask-none")
    if len(texts) > MOST:
        raise MaskError("mask-many", most=MOST)
    return [_parse(text) for text in texts]


def _parse(text: str) -> Mask:
    try:
        page, left, top, width, height = (int(part) for part in text.split(","))
    except ValueError:
        raise MaskError("mask-shape") from None
    is_sane = page >= 1 and 0 <= left < LARGEST and 0 <= top < LARGEST
    if not is_sane or not SMALLEST <= width < LARGEST or not SMALLEST <= height < LARGEST:
        raise MaskError("mask-shape")
    return Mask(page, left, top, width, height)


def require_on_pages(masks: list[Mask], sizes: list[tuple[int, int]]) -> None:
    """Guard: every area lies on a page that exists, at least with its corner.

    Raises:
        MaskError: `mask-off-page`.
    """
    for mask in masks:
        if mask.page > len(sizes):
            raise MaskError("mask-off-page", page=mask.page)
        width, height = sizes[mask.page - 1]
        if mask.left >= width or mask.top >= height:
            raise MaskError("mask-off-page", page=mask.page)
