"""Questions to the officer, and whether somebody applies twice."""

from datetime import date

import pytest

from models.enums import JudgementKind, PaperKind
from registration.rules.circumstances import Names, chosen_name, circumstances, counts
from registration.rules.comparisons import Answer
from registration.rules.duplicates import Person, duplicate_notices, duplicate_questions
from registration.rules.faults import question_faults

BORN = date(1985, 4, 1)


def person(name: str = "吉田太郎", birth: date | None = BORN, **more: object) -> Person:
    return Person("A-1-1", 1, name, name, birth, **more)  # type: ignore[arg-type]


def test_a_second_name_asks_which_one_goes_into_the_certificate() -> None:
    assert circumstances([Names(1, "山田 花子", "", "")], seal_certificate_is_missing=False) == []
    (question,) = circumstances([Names(1, "山田 花子", "佐藤", "")], seal_certificate_is_missing=False)
    assert question.choices == ("registered", "former_surname")
    answer = Answer(accepted=True, facts={**question.facts, "choice": "former_surname"})
    assert counts(question, answer)
    assert question_faults([question], {(None, question.code): answer}) == []
    (other,) = circumstances([Names(1, "山田 花子", "加藤", "")], seal_certificate_is_missing=False)
    assert not counts(other, answer)
    assert [each.code for each in question_faults([other], {(None, other.code): answer})] == ["circumstance-open"]


@pytest.mark.parametrize(
    ("choice", "expected"),
    [("registered", "山田 花子"), ("former_surname", "佐藤 花子"), ("common_name", "ハナ・スミス"), ("", "山田 花子")],
)
def test_the_chosen_name(choice: str, expected: str) -> None:
    names = {"name": "山田 花子", "former_surname": "佐藤", "common_name": "ハナ・スミス"}
    assert chosen_name(choice, **names) == expected


def test_of_a_name_without_a_space_nothing_is_guessed() -> None:
    assert chosen_name("former_surname", name="山田花子", former_surname="佐藤 花子", common_name="") == "佐藤 花子"


def test_a_company_without_a_seal_need_not_be_asked_about() -> None:
    (question,) = circumstances([], seal_certificate_is_missing=True)
    assert question.paper is PaperKind.COMPANY_SEAL_CERTIFICATE
    assert question_faults([question], {}) == []


def test_a_live_certificate_of_the_same_person_is_a_question() -> None:
    (question,) = duplicate_questions([person()], [person(live_serials=("ab",))])
    assert (question.kind, question.facts) == (JudgementKind.DUPLICATE, {"serials": ["ab"]})
    assert [each.code for each in question_faults([question], {})] == ["duplicate-open"]
    denied = {(None, question.code): Answer(accepted=False, facts=question.facts)}
    assert [each.code for each in question_faults([question], denied)] == ["duplicate-denied"]
    another = {(None, question.code): Answer(accepted=True, facts={"serials": ["cd"]})}
    assert [each.code for each in question_faults([question], another)] == ["duplicate-open"]


def test_another_birth_date_is_another_person() -> None:
    assert not duplicate_questions([person()], [person(birth=date(1990, 1, 1), live_serials=("ab",))])
    assert duplicate_questions([person(birth=None)], [person(live_serials=("ab",))])


def test_what_else_looks_like_twice() -> None:
    here = [person(), Person("A-1-2", 2, "吉田太郎", "吉田太郎", BORN)]
    other = person(case_number="A-2026-000009", case_is_open=True, token_serials=("T1",))
    found = [(each.code, each.detail) for each in duplicate_notices(here, [other], envelope=["A-2026-000008"])]
    assert found == [
        ("same-envelope", "A-2026-000008"),
        ("same-company-open", "A-2026-000009"),
        ("same-person-open", "A-2026-000009"),
        ("has-token", "T1"),
        ("same-person-here", ""),
        ("same-person-open", "A-2026-000009"),
        ("has-token", "T1"),
    ]
