"""Passport spellings against their vectors."""

import csv
import re
from pathlib import Path

import pytest

from registration.rules.romaji import classify_romaji, romanise

with (Path(__file__).parent / "data" / "romaji.csv").open(encoding="utf-8", newline="") as source:
    ROWS = list(csv.DictReader(source))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['kana']}-{row['typed_or_generated']}")
def test_romaji(row):
    boundaries = [int(index) for index in re.findall(r"\d+", row["word_boundary_mora_index"])]
    typed = row["typed_or_generated"]
    assert classify_romaji(row["kana"], typed, boundaries=boundaries) == row["expected_class"]
    assert (romanise(row["kana"], boundaries=boundaries) == typed) == (row["expected_class"] == "standard")
