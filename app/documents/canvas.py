"""Opening a canvas the way all our documents are made."""

import zlib
from io import BytesIO
from typing import Any

from reportlab import rl_config
from reportlab.lib.pagesizes import A4
from reportlab.lib.rl_accel import fp_str
from reportlab.pdfbase.pdfdoc import PDFDocument, PDFObject, PDFResourceDictionary
from reportlab.pdfgen.canvas import Canvas

from app.documents import chain

rl_config.useA85 = 0  # streams as bytes, a fifth smaller
COMPRESSION = 4  # of the drawing of a page: two thirds of the time of level 6, for 28 octets more


class _Written(PDFObject):  # type: ignore[misc]  # ReportLab has no types
    """An object that is bytes already."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def format(self, document: PDFDocument) -> bytes:  # noqa: ARG002  ReportLab's signature
        return self.data


class SheetCanvas(Canvas):  # type: ignore[misc]  # ReportLab has no types
    """Pages are written when they end. Those that use the same forms name the same resources, written once.

    ReportLab keeps every page as a drawing until the document is saved, and formats its dictionaries entry by entry: for a
    thousand letters that is half of the work.
    """

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401  ReportLab's signature
        self._shared: dict[tuple[str, ...], bytes] = {}
        super().__init__(*args, **options)

    def showPage(self) -> None:  # noqa: N802  ReportLab's name
        """End the page."""
        if self._annotationrefs or self._colorsUsed or self._shadingUsed or self._extgstate.getState():
            super().showPage()
            return
        document = self._doc
        # As ReportLab ends it: Ghostscript dislikes an operator right before the end of the stream.
        drawing = "\n".join(
            [*self._psCommandsBeforePage, self._preamble, *self._code, *self._psCommandsAfterPage, " \n"]
        )
        octets = zlib.compress(drawing.encode("latin-1"), COMPRESSION)
        contents = _Written(b"<< /Filter /FlateDecode /Length %d >>\nstream\n%b\nendstream\n" % (len(octets), octets))
        page = b"<< /Type /Page /Parent %b /MediaBox [ 0 0 %b ] /Resources %b /Contents %b >>\n" % (
            self._reference(document.Pages),
            fp_str(*self._pagesize).encode(),
            self._resources(tuple(sorted(set(self._formsinuse)))),
            self._reference(contents),
        )
        document.addPage(_Written(page))
        self._startPage()

    def _reference(self, entry: PDFObject) -> bytes:
        reference: bytes = self._doc.Reference(entry).format(self._doc)
        return reference

    def _resources(self, forms: tuple[str, ...]) -> bytes:
        if forms not in self._shared:
            resources = PDFResourceDictionary()
            resources.basicFonts()
            resources.allProcs()
            if forms:
                resources.XObject = self._doc.xobjDict(forms)
            self._shared[forms] = self._reference(resources)
        return self._shared[forms]


def open_canvas(target: BytesIO, *, title: str, author: str) -> Canvas:
    """An A4 canvas. The same drawing gives the same bytes, and no font is named that is not embedded."""
    chain.width("mincho", "あ", 10)  # makes the face known
    canvas = SheetCanvas(target, pagesize=A4, invariant=True, pageCompression=1, initialFontName="Mincho", lang="ja-JP")
    canvas.setTitle(title)
    canvas.setAuthor(author)
    canvas.setCreator("CECTRUST")
    return canvas
