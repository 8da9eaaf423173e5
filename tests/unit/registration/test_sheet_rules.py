"""Retention over several uses, shelves and numbers as people type them, and what may be done with a sheet."""

from datetime import date

import pytest

from models.enums import ApplicationStatus as A
from models.enums import SheetStatus as S
from registration.rules.masks import Mask, MaskError, parse_masks, require_on_pages
from registration.rules.retention import CaseFacts, is_due, keep_case_until, keep_sheet_until, last_day_closed
from registration.rules.sheets import NEXT, Act, SheetError, may, next_status, parse_sheet_number, parse_shelf

REFUSED = CaseFacts(A.REFUSED, date(2016, 11, 24))
APPROVED = CaseFacts(A.APPROVED, date(2016, 11, 24), expires_on=[date(2018, 3, 1), date(2017, 1, 1)])


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        (CaseFacts(A.IN_REVIEW, None), None),
        (REFUSED, date(2026, 11, 24)),
        (CaseFacts(A.WITHDRAWN, date(2016, 2, 29)), date(2026, 2, 28)),
        (CaseFacts(A.EXPIRED, date(2016, 11, 24)), date(2026, 11, 24)),
        (APPROVED, date(2028, 3, 1)),
        (CaseFacts(A.APPROVED, date(2016, 11, 24), awaits_certificate=True), None),
        (CaseFacts(A.APPROVED, date(2016, 11, 24), has_live_account=True), None),
        (CaseFacts(A.APPROVED, date(2016, 11, 24), contract_ended_on=date(2020, 5, 6)), date(2030, 5, 6)),
    ],
)
def test_a_case_is_kept_until(case: CaseFacts, expected: date | None) -> None:
    assert keep_case_until(case) == expected


def test_a_sheet_stays_as_long_as_the_longest_of_its_cases() -> None:
    assert keep_sheet_until([REFUSED, APPROVED]) == date(2028, 3, 1)
    assert keep_sheet_until([REFUSED, CaseFacts(A.RECEIVED, None)]) is None
    assert keep_sheet_until([]) is None


def test_the_last_day_of_keeping_is_kept() -> None:
    assert not is_due(date(2026, 11, 24), date(2026, 11, 24))
    assert is_due(date(2026, 11, 24), date(2026, 11, 25))
    assert not is_due(None, date(2026, 11, 25))


def test_the_coarse_bound_loses_nothing() -> None:
    """Whatever is due on a day was closed before the bound of that day."""
    for year in range(2024, 2033):
        for today in (date(year, 2, 28), date(year, 3, 1), date(year, 12, 31)):
            closed = date(today.year - 10, 2, 28)
            if is_due(keep_case_until(CaseFacts(A.REFUSED, closed)), today):
                assert closed < last_day_closed(today)
    # Ten years from 1 March 2018 end with February 2028, which has a 29th (Civil Code 143(1)).
    assert keep_case_until(CaseFacts(A.REFUSED, date(2018, 2, 28))) == date(2028, 2, 29)
    assert date(2018, 2, 28) < last_day_closed(date(2028, 3, 1))


@pytest.mark.parametrize(
    ("typed", "shelf"), [("B3-12", "B3-12"), ("b3-12", "B3-12"), ("Ｂ３−１２", "B3-12"), (" AB10 - 7 ", "AB10-7")]
)
def test_shelves(typed: str, shelf: str) -> None:
    assert parse_shelf(typed) == shelf


@pytest.mark.parametrize("typed", ["", "B3", "3-12", "B3-12-1", "B3-1234", "棚3-1"])
def test_no_shelves(typed: str) -> None:
    with pytest.raises(SheetError, match="shelf-format"):
        parse_shelf(typed)


@pytest.mark.parametrize("typed", ["S-2026-000001", "s2026000001", "Ｓ－２０２６－０００００１", " S-2026-000001\n"])
def test_sheet_numbers(typed: str) -> None:
    assert parse_sheet_number(typed) == "S-2026-000001"


def test_destroyed_void_and_returned_are_for_ever() -> None:
    for status in (S.DESTROYED, S.VOID, S.RETURNED):
        assert not any(may(status, act) for act in Act)
    assert {after for (_before, act), after in NEXT.items() if act is Act.DESTROY} == {S.DESTROYED}


def test_a_lent_sheet_is_not_destroyed() -> None:
    with pytest.raises(SheetError, match="sheet-not-now"):
        next_status("S-2026-000001", S.LENT, Act.DESTROY)


def test_masks() -> None:
    assert parse_masks(["1,10,20,300,40"]) == [Mask(1, 10, 20, 300, 40)]
    require_on_pages([Mask(1, 10, 20, 300, 40)], [(600, 800)])


@pytest.mark.parametrize("text", ["", "1,2,3", "a,1,1,10,10", "0,1,1,10,10", "1,-1,1,10,10", "1,1,1,2,10"])
def test_no_masks(text: str) -> None:
    with pytest.raises(MaskError, match="mask-shape"):
        parse_masks([text])


def test_masks_off_the_page() -> None:
    for mask in (Mask(2, 0, 0, 10, 10), Mask(1, 600, 0, 10, 10)):
        with pytest.raises(MaskError, match="mask-off-page"):
            require_on_pages([mask], [(600, 800)])
