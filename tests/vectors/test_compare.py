"""Names and addresses side by side against their vectors, in both directions."""

import csv
from pathlib import Path

import pytest

from registration.rules.addresses import AddressMatch, compare_addresses
from registration.rules.names import NameMatch, compare_names

DATA = Path(__file__).parent / "data"


def rows(name):
    with (DATA / name).open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


@pytest.mark.parametrize("row", rows("name_compare.csv"), ids=lambda row: f"{row['a']}-{row['b']}")
def test_names(row):
    assert compare_names(row["a"], row["b"]) == row["expected"]
    assert compare_names(row["b"], row["a"]) == row["expected"]


@pytest.mark.parametrize("row", rows("name_compare.csv"), ids=lambda row: f"{row['a']}-{row['b']}")
def test_the_file_holds_the_characters_that_it_says(row):
    for side in "ab":
        assert " ".join(f"U+{ord(each):04X}" for each in row[side]) == row[f"{side}_codepoints"]


@pytest.mark.parametrize("row", rows("address_compare.csv"), ids=lambda row: f"{row['a']}-{row['b']}")
def test_addresses(row):
    assert compare_addresses(row["a"], row["b"]) == row["expected"]
    assert compare_addresses(row["b"], row["a"]) == row["expected"]


def test_every_value_of_the_files_is_one_of_ours():
    assert {row["expected"] for row in rows("name_compare.csv")} <= set(NameMatch)
    assert {row["expected"] for row in rows("address_compare.csv")} <= set(AddressMatch)
