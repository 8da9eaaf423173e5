"""Rules of posting: types of 本人限定受取, numbers that were typed, days at the post office, and cells that compute nothing."""

from datetime import date, timedelta

import pytest

from app.core.csv_file import csv_bytes
from mailings.receipts import media_type_of
from mailings.rules.bands import base_of, number_of, read_band
from mailings.rules.posting import (
    PostingRuleError,
    is_warning_due,
    kept_until,
    require_read_twice,
    restricted_kind_for,
    tracking_url,
)
from mailings.rules.resending import is_charged
from models.enums import Posting, RestrictedKind

DAY = date(2026, 11, 20)


def test_the_basic_type_unless_the_other_is_wanted() -> None:
    assert restricted_kind_for(Posting.RESTRICTED, None, has_agent=True) is RestrictedKind.BASIC
    wanted = RestrictedKind.NOTIFYING
    assert restricted_kind_for(Posting.RESTRICTED, wanted, has_agent=False) is wanted
    assert restricted_kind_for(Posting.RECORDED, wanted, has_agent=True) is None
    for kind, agent, code in (
        (wanted, True, "restricted-agent"),
        (RestrictedKind.SPECIAL, False, "restricted-special"),
    ):
        with pytest.raises(PostingRuleError, match=code):
            restricted_kind_for(Posting.RESTRICTED, kind, has_agent=agent)


def test_a_typed_number_stands_there_twice() -> None:
    require_read_twice("a13112383852a", "", is_scanned=False)
    require_read_twice("13112383852", "", is_scanned=True)
    require_read_twice("131-12-38385-2", "１３１１２３８３８５２", is_scanned=False)
    for again, code in (("", "number-not-twice"), ("13112383859", "number-differs")):
        with pytest.raises(PostingRuleError, match=code):
            require_read_twice("13112383852", again, is_scanned=False)


@pytest.mark.parametrize("number", ["131-12-38385-2", "131-12-38386-3"])
def test_the_check_digit_is_the_rest_after_seven(number: str) -> None:
    assert number_of(base_of(number.replace("-", ""))).formatted == number
    assert read_band(number, number).size == 1


def test_how_long_the_post_office_keeps_it() -> None:
    assert kept_until(DAY, Posting.RESTRICTED, 10) == DAY + timedelta(days=10)
    assert kept_until(DAY, Posting.RECORDED, 10) == DAY + timedelta(days=7)


@pytest.mark.parametrize(
    ("days", "warned", "due"),
    [(4, None, False), (5, None, True), (5, 5, False), (6, 5, False), (7, 5, True), (9, None, True), (10, 7, False), (11, None, False)],
)  # fmt: skip
def test_a_warning_is_due_once_for_each_day_and_after_an_outage(days: int, warned: int | None, due: bool) -> None:
    told = None if warned is None else DAY + timedelta(days=warned)
    until = DAY + timedelta(days=10)
    assert is_warning_due(DAY, until, told, (7, 5), DAY + timedelta(days=days)) is due


def test_only_what_the_holder_lost_is_charged() -> None:
    reasons = ["", "retention", "address", "refused", "lost_in_post", "ours", "lost_by_holder"]
    assert [reason for reason in reasons if is_charged(reason)] == ["lost_by_holder"]


def test_the_address_of_the_tracking_page() -> None:
    assert tracking_url("13112383852").endswith("searchKind=S004&locale=ja&reqCodeNo1=13112383852")
    assert "locale=en" in tracking_url("13112383852", "en")


def test_a_cell_begins_no_formula() -> None:
    data = csv_bytes([("=1+1", "＝1", " @SUM(A1)", "-5", -5, None, "𠮷田, 太郎", '"')])
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.decode("utf-8-sig") == '\'=1+1,\'＝1,\' @SUM(A1),\'-5,-5,,"𠮷田, 太郎",""""\r\n'


def test_a_receipt_is_judged_by_its_content() -> None:
    for data in (b"", b"GIF89a", b"%PDF-1.4", b"\xff\xd8\xff"):
        with pytest.raises(Exception, match="receipt-file"):
            media_type_of(data)
