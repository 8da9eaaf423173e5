"""CSV files for a spreadsheet program: UTF-8 with a byte order mark, and no cell that a program would take for a formula."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

STARTS_FORMULA = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
    "\n",
)  # OWASP, CSV injection; full-width signs count in Japanese Excel
WIDE_STARTS = ("＝", "＋", "－", "＠")


def csv_bytes(rows: Iterable[Sequence[object]]) -> bytes:
    """Rows as a CSV file with CRLF (RFC 4180). Numbers stay numbers; a text that would begin a formula gets ' before it."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows([guarded(cell) for cell in row] for row in rows)
    return ("\ufeff" + out.getvalue()).encode("utf-8")


def guarded(cell: object) -> object:
    """A cell that no program computes."""
    if isinstance(cell, str) and cell.lstrip(" \u3000").startswith(STARTS_FORMULA + WIDE_STARTS):
        return f"'{cell}"
    return "" if cell is None else cell
