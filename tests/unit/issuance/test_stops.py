"""What it takes for an issue that stopped to go on."""

import pytest

from issuance.rules.stops import Remedy, may_go_on, remedy_of

R = Remedy
SUBJECT_NAME, SUBJECT_COMPANY = "subject.2.5.4.3", "subject.2.5.4.10"
CASES = [
    ("profile-too-long", [], "company_name", False, R.COMPANY),
    ("profile-not-romaji", [], "company_romaji", False, R.COMPANY),
    ("profile-missing", [], "name_romaji", False, R.APPLICANT),
    ("profile-no-term", [], "", False, R.AUTHORITY),
    ("profile-no-term", [], "", True, R.RENEWAL),
    ("profile-no-anchor", [], "", True, R.RENEWAL),
    ("renewed-revoked", [], "", True, R.RENEWAL),
    ("lint", ["ERROR own.outside-the-ca"], "", False, R.AUTHORITY),
    ("lint", ["ERROR own.outside-the-ca"], "", True, R.AUTHORITY),
    ("lint", [f"ERROR own.subject-not-romaji {SUBJECT_NAME}"], "", False, R.APPLICANT),
    ("lint", ["ERROR own.character-not-shown alternative.2.5.4.3"], "", False, R.APPLICANT),
    ("lint", [f"ERROR own.name-too-long {SUBJECT_COMPANY}"], "", False, R.COMPANY),
    (
        "lint",
        [f"ERROR own.name-too-long {SUBJECT_COMPANY}", f"ERROR own.e-mail {SUBJECT_NAME}"],
        "",
        False,
        R.APPLICANT,
    ),
    ("lint", ["ERROR own.longer-than-five-years"], "", True, R.RENEWAL),
    ("lint", ["ERROR own.longer-than-profile"], "", False, R.PROFILE),
    ("lint", ["ERROR own.policy"], "", False, R.PROFILE),
    ("lint", ["ERROR own.key-kind", "ERROR own.policy"], "", False, R.PROFILE),
    ("lint", [f"ERROR own.e-mail {SUBJECT_NAME}", "ERROR own.policy"], "", False, R.PROFILE),
]


@pytest.mark.parametrize(("code", "findings", "field", "is_renewal", "remedy"), CASES)
def test_remedy(code: str, findings: list[str], field: str, is_renewal: bool, remedy: Remedy) -> None:
    assert remedy_of(code, findings, field=field, is_renewal=is_renewal) is remedy


def test_only_a_renewal_that_is_over_cannot_go_on() -> None:
    assert [remedy for remedy in Remedy if not may_go_on(remedy)] == [Remedy.RENEWAL]
