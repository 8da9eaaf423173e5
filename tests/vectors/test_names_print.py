"""Every name of the list comes back from a printed sheet exactly, or is refused with the character named."""

import csv
import subprocess
from io import BytesIO
from pathlib import Path

import pytest

from app.documents.canvas import open_canvas
from app.documents.chain import MissingGlyphError, missing, runs
from app.documents.clusters import clusters
from app.documents.page import Page

with (Path(__file__).parent / "data" / "names.csv").open(encoding="utf-8", newline="") as file:
    ROWS = [(row["id"], row["value"]) for row in csv.DictReader(file)]
PRINTABLE = [row for row in ROWS if not missing(row[1])]
REFUSED = [row for row in ROWS if missing(row[1])]


def test_the_printable_names_come_back_exactly() -> None:
    """One sheet for each name; form feeds part them."""
    target = BytesIO()
    canvas = open_canvas(target, title="t", author="a")
    for _id, value in PRINTABLE:
        Page(canvas).fit(5, 40, value, size=9, width=200)
        canvas.showPage()
    canvas.save()
    done = subprocess.run(["pdftotext", "-", "-"], input=target.getvalue(), capture_output=True, check=True)
    sheets = done.stdout.decode("utf-8").split("\f")
    wrong = {
        row_id: (value, sheet)
        for (row_id, value), sheet in zip(PRINTABLE, sheets, strict=False)
        if "".join(sheet.split()) != "".join("".join(clusters(value)).split())
    }
    assert not wrong


def test_only_these_are_refused() -> None:
    """U+9089 U+E0101 is in none of the installed faces; the others are no characters of a name."""
    assert {row_id for row_id, _value in REFUSED} == {"N21", "N55", "N56", "N57", "N58"}


@pytest.mark.parametrize(("row_id", "value"), REFUSED)
def test_the_others_are_refused_with_the_character_named(row_id: str, value: str) -> None:
    with pytest.raises(MissingGlyphError) as caught:
        runs("mincho", value)
    assert str(caught.value.fields["code_points"]).startswith("U+")
    assert caught.value.fields["character"] in missing(value), row_id
