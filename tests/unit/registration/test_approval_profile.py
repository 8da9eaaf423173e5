"""The approval profile: what is one, which step comes next, when a review has lapsed."""

from datetime import date

import pytest

from registration.rules.approval_profile import (
    BUILT_IN,
    CONFIRMATIONS,
    Lapse,
    ProfileContentError,
    compare_profiles,
    lapse_of,
    missing_confirmations,
    next_step,
    parse_profile,
)

APPROVE = {"code": "approve", "role": "approver", "confirmations": ["every-paper-seen"]}
SECOND = {"code": "second-check", "role": "officer", "confirmations": ["names-compared"]}


def content(*steps: object, **other: object) -> dict[str, object]:
    return {"steps": list(steps), "review_valid_days": 14, "application_valid_days": 60} | other


def test_the_built_in_profile_is_one() -> None:
    assert parse_profile(1, BUILT_IN.as_json()) == BUILT_IN


def test_what_was_stored_is_read_back() -> None:
    profile = parse_profile(2, content(SECOND, APPROVE))
    assert parse_profile(2, profile.as_json()) == profile
    assert [step.code for step in profile.steps] == ["second-check", "approve"]
    assert profile.confirmations == ("every-paper-seen", "names-compared")  # in the order of the catalogue


@pytest.mark.parametrize(
    ("broken", "code", "field"),
    [
        (content(), "profile-no-step", "steps"),
        ({"review_valid_days": 1}, "profile-no-step", "steps"),
        (content() | {"steps": "approve"}, "profile-no-step", "steps"),
        (content(*[SECOND] * 4, APPROVE), "profile-too-many-steps", "steps"),
        (content(APPROVE | {"code": "emergency"}), "profile-step-unknown", "steps"),
        (content(APPROVE | {"role": "reception"}), "profile-role-unknown", "steps"),
        (content(APPROVE | {"confirmations": []}), "profile-no-confirmation", "steps"),
        (content(APPROVE | {"confirmations": ["all-well"]}), "profile-confirmation-unknown", "steps"),
        (content(APPROVE, APPROVE), "profile-step-twice", "steps"),
        (content(APPROVE, SECOND), "profile-last-step", "steps"),
        (content(APPROVE, review_valid_days=0), "profile-days", "review_valid_days"),
        (content(APPROVE, review_valid_days=91), "profile-days", "review_valid_days"),
        (content(APPROVE, review_valid_days=True), "profile-days", "review_valid_days"),
        (content(APPROVE, application_valid_days=None), "profile-days", "application_valid_days"),
    ],
)
def test_what_is_no_profile_is_named(broken, code, field) -> None:
    with pytest.raises(ProfileContentError) as caught:
        parse_profile(2, broken)
    assert (caught.value.code, caught.value.field) == (code, field)


def test_steps_come_in_their_order() -> None:
    profile = parse_profile(2, content(SECOND, APPROVE))
    assert next_step(profile, set()) == profile.steps[0]
    assert next_step(profile, {"second-check"}) == profile.steps[1]
    assert next_step(profile, {"second-check", "approve"}) is None


def test_a_confirmation_that_was_not_given_is_missing() -> None:
    assert missing_confirmations(("names-compared", "every-paper-seen"), {"names-compared"}) == ["every-paper-seen"]
    assert missing_confirmations(CONFIRMATIONS, CONFIRMATIONS) == []


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 11, 24), None),
        (date(2026, 11, 25), Lapse("review", date(2026, 11, 24))),
        (date(2026, 12, 10), Lapse("application", date(2026, 12, 9))),  # a new review would not help
    ],
)
def test_the_last_day_still_counts(today, expected) -> None:
    profile = parse_profile(2, content(APPROVE))
    assert lapse_of(profile, received_on=date(2026, 10, 10), reviewed_on=date(2026, 11, 10), today=today) == expected


def test_two_versions_side_by_side() -> None:
    lines = compare_profiles(BUILT_IN, parse_profile(2, content(SECOND, APPROVE, application_valid_days=180)))
    assert [(line.code, line.differs) for line in lines] == [
        ("1", True),
        ("2", True),
        ("review_valid_days", True),
        ("application_valid_days", False),
    ]
    assert lines[1].old is None
