"""The 適格請求書 as a PDF, A4: head, lines on as many sheets as they need, totals per rate and payment on the last.

Required items of 消費税法57条の4第1項: issuer and registration number (1号), day (2号), content (3号), amount and rate per
rate (4号), tax per rate (5号), recipient (6号).
"""

from io import BytesIO

from app.billing.documents import layout
from app.billing.documents.values import InvoiceDocument
from app.billing.rules.charges import InvoiceLine
from app.billing.rules.tax import Rounding
from app.documents.canvas import open_canvas
from app.documents.page import Page

ROUNDED = {
    Rounding.FLOOR: "1円未満を切り捨てています。",
    Rounding.HALF_UP: "1円未満を四捨五入しています。",
    Rounding.CEIL: "1円未満を切り上げています。",
}


def render(document: InvoiceDocument) -> bytes:
    """The invoice as a PDF. The same values give the same bytes.

    Raises:
        MissingGlyphError: a name has a character that no font has.
        DoesNotFitError: a text does not fit its place.
    """
    target = BytesIO()
    canvas = open_canvas(target, title=f"請求書 {document.number}", author=document.issuer.name)
    sheets = _sheets(document.lines)
    for number, lines in enumerate(sheets, start=1):
        _sheet(Page(canvas), document, lines, number=number, of=len(sheets))
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def _sheet(page: Page, document: InvoiceDocument, lines: list[InvoiceLine], *, number: int, of: int) -> None:
    if number == 1:
        layout.draw_head(page, document)
        bottom = layout.draw_rows(page, lines, top=layout.TABLE_TOP, rows=layout.FIRST_ROWS)
    else:
        layout.draw_continued_head(page, document)
        bottom = layout.draw_rows(page, lines, top=layout.CONTINUED_TOP, rows=len(lines))
    if number == of:
        layout.draw_totals(page, document, top=bottom + 4)
        layout.draw_bank(page, document, top=bottom + 4)
    layout.draw_foot(page, document, number=number, of=of, note=note_of(document))


def note_of(document: InvoiceDocument) -> str:
    """How the tax was reckoned, and what the mark means where it is used (消費税法57条の4第1項3号)."""
    reduced = any(line.tax_percent == layout.REDUCED for line in document.lines)
    return (
        ("※は軽減税率（8%）対象です。" if reduced else "")
        + "消費税額は税率ごとに合計した対象額に税率を乗じ、"
        + ROUNDED[document.rounding]
        + "ご不明の点は請求担当までお問い合わせください。"
    )


def _sheets(lines: list[InvoiceLine]) -> list[list[InvoiceLine]]:
    first, rest, rows = lines[: layout.FIRST_ROWS], lines[layout.FIRST_ROWS :], layout.CONTINUED_ROWS
    return [first, *(rest[i : i + rows] for i in range(0, len(rest), rows))]
