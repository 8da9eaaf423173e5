"""What a change application may change, and what follows."""

import pytest

from models.enums import ApplicationKind, ChangeItem
from registration.rules.changes import (
    FIELDS,
    FOLLOWS,
    IN_ORDER,
    fields_of,
    follows,
    items_without_change,
    may_carry_over,
    split_difference,
)


def test_every_item_has_fields_or_consequences() -> None:
    assert set(FIELDS) == set(FOLLOWS) == set(ChangeItem)
    assert all(FIELDS[item] or FOLLOWS[item] for item in ChangeItem)
    assert {code for codes in FOLLOWS.values() for code in codes} == set(IN_ORDER)


def test_fields_follow_the_items() -> None:
    assert [field.code for field in fields_of(["address", "representative"])] == [
        "postal_code",
        "address",
        "representative_title",
        "representative_name",
    ]
    assert fields_of(["cancellation"]) == ()


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        (["company_name", "address"], ["revoke-certificates", "readdress-invoices"]),
        (["representative"], []),
        (["contacts"], ["readdress-invoices"]),
        (["cancellation"], ["revoke-certificates", "cancel-account"]),
        (["further_certificates", "further_user_ids"], ["open-user-ids", "prepare-letters"]),
    ],
)
def test_what_follows_each_once_and_in_order(items, expected) -> None:
    assert follows(items) == expected


def test_an_item_of_which_nothing_is_recorded() -> None:
    assert items_without_change(["company_name", "address", "cancellation"], {"name"}) == [ChangeItem.ADDRESS]


@pytest.mark.parametrize(
    ("kind", "approved", "expected"),
    [
        (ApplicationKind.NEW, False, True),
        (ApplicationKind.NEW, True, False),
        (ApplicationKind.CHANGE, False, False),
        (ApplicationKind.CHANGE, True, False),
        (ApplicationKind.RENEWAL, True, False),
    ],
)
def test_papers_fill_in_the_record_of_a_new_company_only(kind, approved, expected) -> None:
    assert may_carry_over(kind, company_has_approved_case=approved) is expected


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("株式会社髙﨑建設", "株式会社高﨑建設", "株式会社[髙]﨑建設|株式会社[高]﨑建設"),
        ("一丁目1番", "一丁目11番", "一丁目1番|一丁目1[1]番"),
        ("", "新", "|[新]"),
        ("同", "同", "同|同"),
    ],
)
def test_what_differs_is_marked(old, new, shown) -> None:
    def text(segments) -> str:
        return "".join(f"[{each.text}]" if each.differs else each.text for each in segments)

    left, right = split_difference(old, new)
    assert f"{text(left)}|{text(right)}" == shown


def test_forms_of_one_sign_show_their_code_points() -> None:
    left, right = split_difference("髙島 葛\U000e0100城", "高島　葛城")
    assert [(each.text, each.points) for each in left if each.differs] == [
        ("髙", "U+9AD9"),
        (" ", ""),
        ("葛\U000e0100", "U+845B U+E0100"),
    ]
    assert [(each.text, each.points) for each in right if each.differs] == [
        ("高", "U+9AD8"),
        ("\u3000", ""),
        ("葛", "U+845B"),
    ]
