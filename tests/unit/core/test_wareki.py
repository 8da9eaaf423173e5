"""Dates beyond the vectors: what a tired hand types and what papers print."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.wareki import DateError, ParsedDate, format_wareki, parse_date


@pytest.mark.parametrize(
    "text",
    [
        "令和八年十一月二十二日",
        "令和八年一一月二二日",
        "令和八年拾壱月弐拾弐日",
        "令和八・十一・二十二",
        "二〇二六年十一月二十二日",
        "R 8. 11. 22",
        "ｒ８／１１／２２",
        "R081122",
        "５０８１１２２",
        "㋿８年１１月２２日",
        "２０２６－１１－２２",
        "\t令和08年11月22日\n",
    ],
)
def test_one_day_in_many_hands(text):
    assert parse_date(text) == ParsedDate(date(2026, 11, 22))


@pytest.mark.parametrize(
    "text",
    [
        "令和一二十三年1月1日",
        "令和8年十十月1日",
        "令和8年二三十月1日",
        "R٨.11.22",
        "٢٠٢٦-11-22",
        "令和百年1月1日",
        "令和8年11月22日生",
        "6081122",
        "081122",
    ],
)
def test_what_is_no_date_is_not_guessed(text):
    with pytest.raises(DateError) as caught:
        parse_date(text)
    assert caught.value.code == "date-not-understood"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("平成31年5月1日", date(2019, 5, 1)),
        ("4310501", date(2019, 5, 1)),
        ("大正15年12月25日", date(1926, 12, 25)),
        ("S64.1.8", date(1989, 1, 8)),
    ],
)
def test_an_era_that_was_over_is_taken_with_a_warning(text, day):
    parsed = parse_date(text)
    assert (parsed.date, parsed.warning) == (day, f"after-era:{format_wareki(day)}")


@given(st.dates(date(1873, 1, 1), date(2117, 12, 31)))
def test_what_is_printed_is_read(day):
    assert parse_date(format_wareki(day)) == ParsedDate(day)
    assert parse_date(day.isoformat()) == ParsedDate(day)


@given(st.text() | st.text(st.sampled_from("令和平成昭RHS元年月日一二十〇0123456789.-/ 　")))
def test_any_text_is_a_date_or_refused(text):
    try:
        assert isinstance(parse_date(text).date, date)
    except DateError as error:
        assert error.code.startswith("date-")  # noqa: PT017
