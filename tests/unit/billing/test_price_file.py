"""The form of a price file."""

from datetime import date
from pathlib import Path

import pytest

from app.billing.errors import PriceFileError
from app.billing.rules.charges import CODES
from app.billing.rules.price_file import PriceLine, parse_price_file

HEAD = "code,valid_from,amount,tax_percent,description_ja,description_en\n"


def test_the_example_has_every_code() -> None:
    text = (Path("app") / "billing" / "prices.example.csv").read_text("utf-8")
    assert {line.code for line in parse_price_file(text)} == set(CODES)


def test_a_byte_order_mark_is_no_trouble() -> None:
    lines = parse_price_file("\ufeff" + HEAD + "etoken,2026-04-01,6500,10,トークン,Token\n")
    assert lines == [PriceLine("etoken", date(2026, 4, 1), 6500, 10, "トークン", "Token")]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param("code,amount\netoken,1\n", 1, id="other columns"),
        pytest.param(HEAD + "etoken,2026-04-01,6500,10,トークン\n", 2, id="a value missing"),
        pytest.param(HEAD + "etoken,2026-04-01,6500,10,トークン,Token,more\n", 2, id="a value too many"),
        pytest.param(HEAD + "etoken,2026-04-31,6500,10,トークン,Token\n", 2, id="no such day"),
        pytest.param(HEAD + "etoken,2026-04-01,65.5,10,トークン,Token\n", 2, id="part of a yen"),
        pytest.param(HEAD + "etoken,2026-04-01,-1,10,トークン,Token\n", 2, id="negative"),
        pytest.param(HEAD + "etoken,2026-04-01,6500,5,トークン,Token\n", 2, id="no such rate"),
    ],
)
def test_a_bad_line_is_named(text: str, line: int) -> None:
    with pytest.raises(PriceFileError) as caught:
        parse_price_file(text)
    assert caught.value.fields["line"] == line
