"""The child process that draws a scan's pages: bytes in on standard input, WebP images out on standard output.

Arguments `page,left,top,width,height` are areas to paint black, in pixels of the page as it comes out.
"""

import io
import sys

from PIL import Image, ImageDraw, ImageOps

from registration.page_images import PDF, PageImage, pack

DPI = 150
LONGEST_SIDE = 2600
QUALITY = 80


Area = tuple[int, int, int, int, int]  # page, left, top, width, height


def draw(data: bytes, areas: list[Area]) -> list[PageImage]:
    """The pages, upright, in colour, at reading size, with nothing left under the areas."""
    if not data.startswith(PDF):
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as image:
            return [_encode(ImageOps.exif_transpose(image), 1, areas)]
    import pypdfium2  # noqa: PLC0415  not needed for pictures

    document = pypdfium2.PdfDocument(data)
    try:
        return [
            _encode(page.render(scale=DPI / 72).to_pil(), number, areas)
            for number, page in enumerate(document, start=1)
        ]
    finally:
        document.close()


def _encode(image: Image.Image, number: int, areas: list[Area]) -> PageImage:
    picture = image.convert("RGB")
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    pen = ImageDraw.Draw(picture)
    for page, left, top, width, height in areas:
        if page == number:
            pen.rectangle((left, top, left + width - 1, top + height - 1), fill=(0, 0, 0))
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=QUALITY, method=2, exif=b"", xmp=b"", icc_profile=None)
    return PageImage(out.getvalue(), picture.width, picture.height)


def _area(text: str) -> Area:
    page, left, top, width, height = (int(part) for part in text.split(","))
    return page, left, top, width, height


if __name__ == "__main__":
    wanted = [_area(text) for text in sys.argv[1:]]
    sys.stdout.buffer.write(pack(draw(sys.stdin.buffer.read(), wanted)))
