"""Postage and the customer barcode against their vectors."""

import csv
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.documents.customer_barcode import CODES, BarcodeError, address_number, encode
from mailings.rules.postage import PostageError, postage

DATA = Path(__file__).parent / "data"
FEES = json.loads((DATA / "postage_fees.json").read_text("utf-8"))
CODE_OF = {"error: too heavy": "postage-too-heavy", "error: needs 一般書留": "postage-needs-registered"}
CODE_OF["error: exclusive"] = "postage-exclusive"
with (DATA / "customer_barcode.csv").open(encoding="utf-8", newline="") as source:
    BARCODES = list(csv.DictReader(source))
ON = date(2026, 11, 26)


@pytest.mark.parametrize("row", FEES["vectors"], ids=lambda row: f"{row['class']}-{row['grams']}-{row['options']}")
def test_postage(row: dict[str, Any]) -> None:
    if isinstance(row["expected"], int):
        assert postage(row["class"], row["grams"], row["options"], ON) == row["expected"]
        return
    with pytest.raises(PostageError) as caught:
        postage(row["class"], row["grams"], row["options"], ON)
    assert caught.value.code == CODE_OF[row["expected"]]


def test_every_step_of_the_table() -> None:
    table = FEES["tables"][0]
    for shape, steps in table["base"].items():
        for step in steps:
            assert postage(shape, step["max_g"], (), ON) == step["yen"]
        with pytest.raises(PostageError, match="postage-too-heavy"):
            postage(shape, steps[-1]["max_g"] + 1, (), ON)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("定形", 0, (), ON), "postage-weight"),
        (("封筒", 10, (), ON), "postage-shape"),
        (("定形", 10, ("航空便",), ON), "postage-option"),
        (("定形", 10, (), date(2024, 9, 30)), "postage-no-table"),
    ],
)
def test_what_has_no_fee(arguments: Any, code: str) -> None:
    with pytest.raises(PostageError) as caught:
        postage(*arguments)
    assert caught.value.code == code


@pytest.mark.parametrize("row", BARCODES, ids=lambda row: f"{row['postal_code']} {row['address_b']}")
def test_customer_barcode(row: dict[str, str]) -> None:
    assert address_number(row["address_b"]) == row["address_number"]
    assert encode(row["postal_code"], row["address_number"]) == row["bars_1long_2semiup_3semidown_4timing"]


@given(st.from_regex(r"[0-9]{7}", fullmatch=True), st.text(alphabet="0123456789-ABZ丁目番号　十三F&", max_size=30))
def test_any_address_makes_a_whole_barcode(postal_code: str, address: str) -> None:
    bars = encode(postal_code, address_number(address))
    assert len(bars) == 67
    values = list(CODES.values())
    codes = [values.index(bars[place : place + 3]) for place in range(2, 65, 3)]
    assert sum(codes) % 19 == 0


@pytest.mark.parametrize(
    ("postal_code", "number"), [("123456", "1"), ("12345678", "1"), ("1234567", "a"), ("1234567", "丁")]
)
def test_what_has_no_barcode(postal_code: str, number: str) -> None:
    with pytest.raises(BarcodeError):
        encode(postal_code, number)
