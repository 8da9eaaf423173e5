"""Every fault that can be put to a company has its sentence, for every remedy that is offered."""

import itertools

import pytest

from mailings.letters.wording import (
    ASKS,
    CHECKS,
    FAULTS,
    FIELDS,
    FORMS,
    PAPERS,
    REFUSALS,
    UNWORDED,
    what_is_wrong,
    what_to_do,
)
from models.enums import PaperKind, RefusalReason
from registration.rules.checklist import VERSIONS
from registration.rules.comparisons import MATRIX
from registration.rules.notices import ASKABLE, remedies
from registration.rules.notices import FORMS as RULE_FORMS

SPECS = [spec for version in VERSIONS.values() for spec in version.values()]


def test_every_paper_has_its_name() -> None:
    assert set(PAPERS) == set(PaperKind)
    assert FORMS == RULE_FORMS


@pytest.mark.parametrize("check", sorted({check for spec in SPECS for check in spec.checks}))
def test_every_check_of_the_checklist_is_worded(check: str) -> None:
    assert what_is_wrong("not-ok", check) == CHECKS[check] != UNWORDED


@pytest.mark.parametrize("field", sorted({field.code for spec in SPECS for field in spec.fields}))
def test_every_field_of_the_checklist_is_named(field: str) -> None:
    assert FIELDS[field] in what_is_wrong("field-missing", field)


def test_a_line_of_the_list_is_named_like_the_others() -> None:
    assert FIELDS["listed_name"] in what_is_wrong("differs", "listed_name_2")


@pytest.mark.parametrize("field", sorted({comparison.field for comparison in MATRIX}))
def test_every_comparison_is_worded(field: str) -> None:
    assert FIELDS[field] in what_is_wrong("differs", field)


def test_every_fault_that_may_be_asked_is_worded() -> None:
    assert ASKABLE - {"not-ok"} == set(FAULTS)
    assert "令和8年7月1日" in what_is_wrong("stale", "2026-07-01", day="令和8年7月1日")


@pytest.mark.parametrize(("kind", "code"), list(itertools.product(PaperKind, sorted(ASKABLE))))
def test_every_remedy_that_is_offered_is_worded(kind: PaperKind, code: str) -> None:
    for remedy, back in itertools.product(remedies(kind, code), (False, True)):
        text = what_to_do(kind, code, "filled-in", remedy, goes_back=back)
        assert text.endswith("。")
        assert ("お返しします" in text) or not back


def test_nobody_is_told_to_correct_a_certificate() -> None:
    assert all(is_form for (remedy, is_form) in ASKS if remedy == "correct")


def test_a_number_is_left_out_of_the_new_one() -> None:
    text = what_to_do(
        PaperKind.RESIDENCE_CERTIFICATE,
        "not-ok",
        "no-individual-number",
        remedies(PaperKind.RESIDENCE_CERTIFICATE, "not-ok")[0],
        goes_back=True,
    )
    assert "個人番号の記載を省略した" in text and "同封してお返しします" in text


def test_every_reason_to_refuse_is_worded() -> None:
    assert set(REFUSALS) == set(RefusalReason)
    assert all(text.endswith("。") for reason, text in REFUSALS.items() if reason is not RefusalReason.OTHER)


def test_what_is_newer_than_the_list_is_still_true() -> None:
    assert what_is_wrong("not-ok", "a-check-of-tomorrow") == UNWORDED
