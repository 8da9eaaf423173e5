"""Whether an uploaded PDF may become a contract: light checks before the seal, each with a code of its own.

Shadow attacks are prepared before the first signature (Mladenov et al., NDSS 2021), so what could show something else
later does not get in.
"""

from dataclasses import dataclass
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

from app.contracts.errors import UnfitPdfError

MOST_PAGES = 500
MOST_OBJECTS = 50_000
MOST_BYTES = 50 * 1024 * 1024
ACTIVE_KEYS = ("/OpenAction", "/AA")
ACTIVE_NAMES = ("/JavaScript", "/EmbeddedFiles")


@dataclass(frozen=True, slots=True)
class Fit:
    """What is known of a PDF that was let in."""

    pages: int
    objects: int


def require_fit(data: bytes) -> Fit:
    """Let a PDF in.

    Args:
        data: the file as uploaded.

    Returns:
        its number of pages and objects.

    Raises:
        UnfitPdfError: `pdf-empty`, `pdf-too-large`, `pdf-not-a-pdf`, `pdf-unreadable`, `pdf-encrypted`,
            `pdf-signed`, `pdf-active-content`, `pdf-form`, `pdf-layers`, `pdf-too-many-pages`, `pdf-too-many-objects`.
    """
    if not data:
        raise UnfitPdfError("pdf-empty")
    if len(data) > MOST_BYTES:
        raise UnfitPdfError("pdf-too-large", most=MOST_BYTES // 2**20)
    if not data.startswith(b"%PDF-"):
        raise UnfitPdfError("pdf-not-a-pdf")
    try:
        return _look_through(PdfFileReader(BytesIO(data), strict=True))
    except UnfitPdfError:
        raise
    except Exception as error:  # noqa: BLE001  whatever a damaged file provokes, the answer is the same
        raise UnfitPdfError("pdf-unreadable", reason=type(error).__name__) from error


def _look_through(reader: PdfFileReader) -> Fit:
    if reader.encrypted:
        raise UnfitPdfError("pdf-encrypted")
    objects = int(reader.trailer["/Size"])
    if objects > MOST_OBJECTS:
        raise UnfitPdfError("pdf-too-many-objects", most=MOST_OBJECTS)
    root = reader.root
    _require_quiet(root)
    if "/OCProperties" in root:
        raise UnfitPdfError("pdf-layers")
    if reader.embedded_signatures:
        raise UnfitPdfError("pdf-signed")
    form = root.get("/AcroForm")
    if form is not None and ("/XFA" in form or len(form.get("/Fields", ()))):
        raise UnfitPdfError("pdf-form")
    pages = int(root["/Pages"]["/Count"])
    if not 0 < pages <= MOST_PAGES:
        raise UnfitPdfError("pdf-too-many-pages", most=MOST_PAGES)
    _require_quiet_pages(root["/Pages"], set())
    return Fit(pages, objects)


def _require_quiet(holder: Any) -> None:
    if any(key in holder for key in ACTIVE_KEYS if not _is_plain_destination(holder, key)):
        raise UnfitPdfError("pdf-active-content")
    names = holder.get("/Names")
    if isinstance(names, generic.DictionaryObject) and any(key in names for key in ACTIVE_NAMES):
        raise UnfitPdfError("pdf-active-content")


def _is_plain_destination(holder: Any, key: str) -> bool:
    """An OpenAction that only says which page to show first is written by many office programs and does no harm."""
    if key != "/OpenAction":
        return False
    action = holder.get(key)
    if isinstance(action, generic.ArrayObject):
        return True
    return isinstance(action, generic.DictionaryObject) and action.get("/S") == "/GoTo"


def _require_quiet_pages(node: Any, seen: set[int]) -> None:
    stack = [node]
    while stack:
        current = stack.pop()
        if id(current) in seen:
            raise UnfitPdfError("pdf-unreadable", reason="loop")
        seen.add(id(current))
        if "/Kids" in current:
            stack.extend(kid.get_object() for kid in current["/Kids"])
            continue
        if "/AA" in current:
            raise UnfitPdfError("pdf-active-content")
        for annotation in current.get("/Annots", ()):
            _require_link(annotation.get_object())


def _require_link(annotation: Any) -> None:
    if annotation.get("/Subtype") != "/Link":
        raise UnfitPdfError("pdf-annotations")
    action = annotation.get("/A")
    if "/AA" in annotation or (action is not None and action.get("/S") not in {"/URI", "/GoTo"}):
        raise UnfitPdfError("pdf-active-content")
