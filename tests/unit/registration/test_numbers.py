"""Numbers and periods beyond the vectors."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registration.rules.corporate_numbers import (
    CorporateNumberError,
    check_corporate_number,
    check_registration_number,
    from_company_number,
)
from registration.rules.my_number import contains_my_number
from registration.rules.retention import keep_until


@pytest.mark.parametrize(
    ("start", "last"),
    [
        (date(2026, 2, 28), date(2036, 2, 29)),  # counted from 1 March, so until the end of February (Civil Code 143)
        (date(2028, 2, 29), date(2038, 2, 28)),
        (date(2028, 2, 28), date(2038, 2, 28)),
        (date(2026, 4, 30), date(2036, 4, 30)),
        (date(2026, 12, 31), date(2036, 12, 31)),
        (date(2031, 11, 21), date(2041, 11, 21)),
    ],
)
def test_ten_years_end_with_the_month_they_began_after(start, last):
    assert keep_until(start) == last


@pytest.mark.parametrize(
    "text",
    [
        "個人番号 1234-5678-9018 です",
        "１２３４　５６７８　９０１８",
        "1234‐5678‐9018",
        "1234\n5678\n9018",
        "1234  5678  9018",
        "1 2 3 4 5 6 7 8 9 0 1 8",
        "番号：123456789018。",
    ],
)
def test_a_my_number_is_found_however_it_is_written(text):
    assert contains_my_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "5-1234-5678-9018",  # the groups of a 法人番号
        "T5-1234-5678-9018",
        "1234-5678-9018-0",
        "1234567890180",
        "51234567890 18",
        "03-1234-5678 9018",
        "2026-11-22 1234",
    ],
)
def test_longer_numbers_are_none(text):
    assert not contains_my_number(text)


@pytest.mark.parametrize("text", ["٧٠٠٠٠١٢٠٥٠٠٠٢", "7000012O50002", "7000012050002T", ""])
def test_a_corporate_number_has_plain_digits(text):
    with pytest.raises(CorporateNumberError):
        check_corporate_number(text)


@pytest.mark.parametrize("text", ["t7000012050002", "Ｔ７００００１２０５０００２", " T 7000 0120 5000 2 "])
def test_a_registration_number_however_it_is_typed(text):
    assert check_registration_number(text) == "T7000012050002"


@pytest.mark.parametrize("text", ["7000012050002", "TT7000012050002", "T700001205000"])
def test_what_is_no_registration_number(text):
    with pytest.raises(CorporateNumberError):
        check_registration_number(text)


@given(st.from_regex(r"\A[0-9]{12}\Z"))
def test_the_number_made_from_a_company_number_is_one(company_number):
    assert check_corporate_number(from_company_number(company_number)).endswith(company_number)


@given(st.text())
def test_the_detector_never_fails(text):
    assert contains_my_number(text) in {True, False}
