"""Every kind of letter as it comes out of the printer: in the window of its envelope, the address and nothing else."""

import re
import subprocess
from dataclasses import replace

import pytest

from app.documents.envelopes import NAGA3, Area
from mailings.letters.samples import NOBODY, Who, render_sample
from mailings.letters.texts import BUILT_IN
from models.enums import LetterKind
from tests.unit.mailings.test_references import LONG, SENDER

POINTS_PER_MM = 72 / 25.4
WORD = re.compile(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>')
HOLDERS = {
    LetterKind.APPROVAL_NOTICE,
    LetterKind.RENEWAL_NOTICE,
    LetterKind.REVOCATION_NOTICE,
    LetterKind.RESEND_NOTICE,
}


def words(pdf: bytes) -> list[tuple[str, Area]]:
    """Each word of the first page with its box in millimetres."""
    done = subprocess.run(["pdftotext", "-bbox", "-l", "1", "-", "-"], input=pdf, capture_output=True, check=True)
    return [
        (text, Area(*(float(value) / POINTS_PER_MM for value in box)))
        for *box, text in WORD.findall(done.stdout.decode())
    ]


@pytest.mark.parametrize("kind", list(LetterKind))
@pytest.mark.parametrize(
    "who", [NOBODY, LONG, replace(NOBODY, building="", postal_code="")], ids=["short", "long", "bare"]
)
def test_the_window_shows_the_address_and_nothing_else(kind: LetterKind, who: Who) -> None:
    shown = [
        (text, box)
        for text, box in words(render_sample(kind, BUILT_IN[kind], SENDER, who))
        if NAGA3.swept().touches(box)
    ]
    assert not [text for text, box in shown if not NAGA3.safe().holds(box)]
    postal_code = f"〒{who.postal_code}" if who.postal_code else ""
    department = "" if kind in HOLDERS else who.department
    meant = f"{postal_code}{who.address}{who.building}{who.company}{department}{who.name}様"
    assert "".join("".join(text for text, _box in shown).split()) == "".join(meant.split())
