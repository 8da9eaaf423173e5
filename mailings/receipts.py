"""The scan of a stamped receipt: what kind of file it is, judged by its content. It is stored and never shown as it came."""

import io

import pikepdf
from PIL import Image

from app.core.errors import DomainError

MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 60_000_000
PDF, PNG, JPEG = b"%PDF-", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"


def media_type_of(data: bytes) -> str:
    """`application/pdf`, `image/png` or `image/jpeg`.

    Raises:
        DomainError: receipt-file: too large, another type, encrypted or damaged.
    """
    if 0 < len(data) <= MAX_BYTES:
        try:
            if data.startswith(PDF):
                with pikepdf.open(io.BytesIO(data)) as pdf:
                    if pdf.pages and not pdf.is_encrypted:
                        return "application/pdf"
            elif data.startswith((PNG, JPEG)):
                with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as image:
                    if image.width * image.height <= MAX_PIXELS:
                        image.load()
                        return "image/png" if image.format == "PNG" else "image/jpeg"
        except (pikepdf.PdfError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
            pass  # a file that cannot be read is refused below
    raise DomainError("receipt-file", field="file", megabytes=MAX_BYTES // 1024**2)
