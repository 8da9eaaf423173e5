"""Scans: what we take, and their pages as pixels. Nobody ever opens the sender's bytes.

The type is told by content. Pages are drawn in a child process with limits on memory and time, so that a file made to
break a parser breaks only that child.
"""

import io
import resource
import subprocess
import sys
from collections.abc import Sequence

import pikepdf
from PIL import Image

from registration.errors import ScanRefusedError
from registration.page_images import PDF, PageImage, unpack
from registration.rules.masks import Mask

MAX_BYTES = 30 * 1024 * 1024
MAX_PAGES = 60
MAX_PIXELS = 60_000_000
CHILD_MEMORY = 3 * 1024**3
CHILD_SECONDS = 120
PNG, JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"


def media_type_of(data: bytes) -> str:
    """What kind of scan this is, judged by its content, if it is one that we take.

    Returns:
        `application/pdf`, `image/png` or `image/jpeg`.

    Raises:
        ScanRefusedError: too large, another type, encrypted, damaged, or too many pages or pixels.
    """
    if not data:
        raise ScanRefusedError("scan-empty", field="file")
    if len(data) > MAX_BYTES:
        raise ScanRefusedError("scan-too-large", field="file", megabytes=MAX_BYTES // 1024**2)
    if data.startswith(PDF):
        _check_pdf(data)
        return "application/pdf"
    if data.startswith((PNG, JPEG)):
        return _check_image(data)
    raise ScanRefusedError("scan-type", field="file")


def _check_pdf(data: bytes) -> None:
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            if pdf.is_encrypted:
                raise ScanRefusedError("scan-encrypted", field="file")
            pages = len(pdf.pages)
    except pikepdf.PasswordError:
        raise ScanRefusedError("scan-encrypted", field="file") from None
    except pikepdf.PdfError:
        raise ScanRefusedError("scan-damaged", field="file") from None
    if not 0 < pages <= MAX_PAGES:
        raise ScanRefusedError("scan-pages", field="file", most=MAX_PAGES)


def _check_image(data: bytes) -> str:
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as image:
            if image.width * image.height > MAX_PIXELS:
                raise ScanRefusedError("scan-pixels", field="file")
            kind = image.format
            image.verify()
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as image:
            image.load()
    except ScanRefusedError:
        raise
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise ScanRefusedError("scan-damaged", field="file") from None
    return "image/png" if kind == "PNG" else "image/jpeg"


def page_images(data: bytes, *, masks: Sequence[Mask] = ()) -> list[PageImage]:
    """Every page of a scan as an image, drawn in a child process. The bytes go to it through a pipe, never through a file.

    Args:
        data: the file.
        masks: areas that the child paints black before it encodes the page.

    Raises:
        ScanRefusedError: the child could not draw it within its limits.
    """
    areas = [f"{each.page},{each.left},{each.top},{each.width},{each.height}" for each in masks]
    try:
        done = subprocess.run(
            [sys.executable, "-m", "registration.draw_pages", *areas],
            input=data,
            capture_output=True,
            timeout=CHILD_SECONDS,
            check=True,
            preexec_fn=_limit,  # noqa: PLW1509  only sets limits
        )
    except subprocess.CalledProcessError:
        # Without its cause: an error of the child carries what it wrote, and a tracker of errors would keep it.
        raise ScanRefusedError("scan-damaged", field="file") from None
    except subprocess.TimeoutExpired:
        raise ScanRefusedError("scan-damaged", field="file") from None
    return unpack(done.stdout)


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (CHILD_MEMORY, CHILD_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CHILD_SECONDS, CHILD_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
