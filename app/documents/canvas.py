"""Opening a canvas the way all our documents are made."""

from io import BytesIO
from typing import Any

from reportlab import rl_config
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.pdfdoc import PDFResourceDictionary
from reportlab.pdfgen.canvas import Canvas

from app.documents import chain

rl_config.useA85 = 0  # streams as bytes, a fifth smaller


class SheetCanvas(Canvas):  # type: ignore[misc]  # ReportLab has no types
    """Pages that use the same forms name the same resources: one object for a thousand letters, written once."""

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401
        self._shared: dict[tuple[str, ...], Any] = {}
        super().__init__(*args, **options)

    def showPage(self) -> None:  # noqa: N802  ReportLab's name
        """End the page."""
        super().showPage()
        page = self._doc.Pages.pages[-1]
        if page.ExtGState or page._shadingUsed or page._colorsUsed:  # noqa: SLF001
            return
        forms = tuple(sorted(page.XObjects.dict)) if page.XObjects else ()
        if forms not in self._shared:
            resources = PDFResourceDictionary()
            resources.basicFonts()
            resources.allProcs()
            if page.XObjects:
                resources.XObject = page.XObjects
            self._shared[forms] = self._doc.Reference(resources)
        page.Resources = self._shared[forms]


def open_canvas(target: BytesIO, *, title: str, author: str) -> Canvas:
    """An A4 canvas. The same drawing gives the same bytes, and no font is named that is not embedded."""
    chain.width("mincho", "あ", 10)  # makes the face known
    canvas = SheetCanvas(target, pagesize=A4, invariant=True, pageCompression=1, initialFontName="Mincho", lang="ja-JP")
    canvas.setTitle(title)
    canvas.setAuthor(author)
    canvas.setCreator("CECTRUST")
    return canvas
