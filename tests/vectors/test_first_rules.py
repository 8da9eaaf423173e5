"""Rules against their vectors: dates, business days, freshness, numbers."""

import csv
from datetime import date, datetime
from pathlib import Path

import pytest

from app.core.calendar import helpdesk_is_open, is_business_day, next_business_day, next_open_day
from app.core.wareki import DateError, format_wareki, parse_date
from mailings.rules.item_numbers import ItemNumberError, parse_item_number
from registration.rules.corporate_numbers import (
    CorporateNumberError,
    check_corporate_number,
    check_registration_number,
    from_company_number,
)
from registration.rules.freshness import last_acceptable_day
from registration.rules.my_number import contains_my_number

DATA = Path(__file__).parent / "data"
Row = dict[str, str]


def rows(name: str) -> list[Row]:
    with (DATA / name).open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


@pytest.mark.parametrize("row", rows("wareki.csv"), ids=lambda row: row["input"])
def test_wareki(row: Row) -> None:
    if row["status"] == "error":
        with pytest.raises(DateError):
            parse_date(row["input"])
        return
    parsed = parse_date(row["input"])
    assert parsed.date == date.fromisoformat(row["iso"])
    assert (parsed.warning is not None) == (row["status"] == "warning")
    assert format_wareki(parsed.date) == row["canonical_wareki"]


@pytest.mark.parametrize("row", rows("business_days.csv"), ids=lambda row: row["date"])
def test_business_days(row: Row) -> None:
    day = date.fromisoformat(row["date"])
    assert is_business_day(day) == (row["status"] == "open")
    assert next_open_day(day) == date.fromisoformat(row["this_or_next_open_day"])
    assert next_business_day(day) == date.fromisoformat(row["next_business_day_after"])


@pytest.mark.parametrize("row", rows("helpdesk_hours.csv"), ids=lambda row: row["local_time_jst"])
def test_help_desk_hours(row: Row) -> None:
    assert helpdesk_is_open(datetime.fromisoformat(row["local_time_jst"])) == (row["expected"] == "open")


@pytest.mark.parametrize("row", rows("freshness.csv"), ids=lambda row: row["issued_date"])
def test_freshness(row: Row) -> None:
    issued = date.fromisoformat(row["issued_date"])
    assert last_acceptable_day(issued) == date.fromisoformat(row["last_acceptable_receipt_art142"])
    assert last_acceptable_day(issued, extend_over_closed_days=False) == date.fromisoformat(row["last_day_art143"])


@pytest.mark.parametrize("row", rows("corporate_numbers.csv"), ids=lambda row: f"{row['kind']}-{row['input']}")
def test_corporate_numbers(row: Row) -> None:
    check = {"13": check_corporate_number, "T": check_registration_number, "12": from_company_number}[row["kind"]]
    if row["result"] == "invalid":
        with pytest.raises(CorporateNumberError):
            check(row["input"])
        return
    result = check(row["input"])
    if row["kind"] == "12":
        assert row["reason"].endswith(result)


@pytest.mark.parametrize("row", rows("tracking_numbers.csv"), ids=lambda row: row["input"])
def test_item_numbers(row: Row) -> None:
    if row["result"] == "invalid":
        with pytest.raises(ItemNumberError):
            parse_item_number(row["input"])
        return
    number = parse_item_number(row["input"])
    assert (number.digits, number.formatted, number.kind) == (
        row["normalised"],
        row["formatted"],
        row["kind_by_leading_digit"],
    )


@pytest.mark.parametrize("row", rows("mynumber_detect.csv"), ids=lambda row: row["text"])
def test_my_number(row: Row) -> None:
    assert contains_my_number(row["text"]) == (row["expected"] == "detect")
