"""The child process that draws a scan's pages: bytes in on standard input, WebP images out on standard output."""

import io
import sys

from PIL import Image, ImageOps

from registration.page_images import PDF, PageImage, pack

DPI = 150
LONGEST_SIDE = 2600
QUALITY = 80


def draw(data: bytes) -> list[PageImage]:
    """The pages, upright, in colour, at reading size."""
    if not data.startswith(PDF):
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as image:
            return [_encode(ImageOps.exif_transpose(image))]
    import pypdfium2  # noqa: PLC0415  not needed for pictures

    document = pypdfium2.PdfDocument(data)
    try:
        return [_encode(page.render(scale=DPI / 72).to_pil()) for page in document]
    finally:
        document.close()


def _encode(image: Image.Image) -> PageImage:
    picture = image.convert("RGB")
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=QUALITY, method=2)
    return PageImage(out.getvalue(), picture.width, picture.height)


if __name__ == "__main__":
    sys.stdout.buffer.write(pack(draw(sys.stdin.buffer.read())))
