"""Every name of the list on every kind of letter: what pdftotext reads is what was meant, or the letter is refused by name."""

import csv
import subprocess
from pathlib import Path

import pytest

from app.documents.chain import MissingGlyphError, missing
from app.documents.clusters import clusters, code_points
from mailings.letters.approval_notice import Sender
from mailings.letters.pages import merged
from mailings.letters.samples import NOBODY, Who, render_sample
from mailings.letters.texts import BUILT_IN
from models.enums import LetterKind

SENDER = Sender("株式会社サンプル認証", "〒105-0004 東京都港区新橋2-6-2", "03-0000-0000", "https://www.example.jp")
SLOTS = 4
NAMES = Path(__file__).parents[2] / "vectors" / "data" / "names.csv"
with NAMES.open(encoding="utf-8", newline="") as file:
    ROWS = [(row["id"], row["value"]) for row in csv.DictReader(file)]
PRINTABLE = [value for _id, value in ROWS if not missing(value)]
REFUSED = [(row_id, value) for row_id, value in ROWS if missing(value)]


def people(shift: int) -> list[Who]:
    """Letters in which each name stands once: as person, company, place or building, by kind of letter another."""
    names = PRINTABLE[shift:] + PRINTABLE[:shift]
    names += names[: -len(names) % SLOTS]
    return [
        Who(company, f"{address[:1]}部", name, "ミホン　タロウ", "000-0000", address, building)
        for name, company, address, building in zip(*(names[slot::SLOTS] for slot in range(SLOTS)), strict=True)
    ]


def plain(text: str) -> str:
    """As it is drawn, without the spaces, which a PDF need not keep: kana and a voicing mark after it become one."""
    return "".join("".join(clusters(text)).split())


def texts_of(kind: LetterKind, persons: list[Who]) -> list[str]:
    """What pdftotext reads in the letter of each person, in one run."""
    letters = [render_sample(kind, BUILT_IN[kind], SENDER, each) for each in persons]
    done = subprocess.run(["pdftotext", "-raw", "-", "-"], input=merged(letters), capture_output=True, check=True)
    pages = done.stdout.decode().split("\f")[:-1]
    count = len(pages) // len(persons)
    assert len(pages) == count * len(persons)
    return [plain("".join(pages[start : start + count])) for start in range(0, len(pages), count)]


@pytest.mark.parametrize("kind", list(LetterKind))
def test_the_text_is_the_text_that_was_meant(kind: LetterKind) -> None:
    """The whole letter, to the last character: that of nobody with the names put in their places."""
    persons = people(shift=list(LetterKind).index(kind))
    model, *read = texts_of(kind, [NOBODY, *persons])
    for person, text in zip(persons, read, strict=True):
        meant = model
        for field in ("company", "department", "name", "address", "building"):
            meant = meant.replace(plain(getattr(NOBODY, field)), f"«{field}»")
        for field in ("company", "department", "name", "address", "building"):
            meant = meant.replace(f"«{field}»", plain(getattr(person, field)))
        assert text == meant, person


@pytest.mark.parametrize("kind", list(LetterKind))
@pytest.mark.parametrize(("row_id", "value"), REFUSED)
def test_the_others_are_refused_by_name(kind: LetterKind, row_id: str, value: str) -> None:
    for person in (Who(name=value), Who(company=value), Who(address=value)):
        with pytest.raises(MissingGlyphError) as caught:
            render_sample(kind, BUILT_IN[kind], SENDER, person)
        assert value in str(caught.value.fields["text"]), row_id
        assert code_points(missing(value)[0]) == caught.value.fields["code_points"]


def test_the_list_has_names_of_both_sorts() -> None:
    assert len(PRINTABLE) == len(ROWS) - len(REFUSED) >= 69  # noqa: PLR2004
    assert len(REFUSED) == 5  # noqa: PLR2004
