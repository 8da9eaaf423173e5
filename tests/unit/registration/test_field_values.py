"""What may stand in a field of a paper, and what is kept of it."""

import pytest

from app.core.errors import DomainError
from models.enums import PaperKind as P
from registration.rules.checklist import FieldSpec, fields_of
from registration.rules.due import Runs, next_due, what_runs_out
from registration.rules.faults import PaperState, case_faults
from registration.rules.field_values import checked_value
from tests.unit.registration.test_circumstances import BORN


def spec(kind: str, code: str = "x") -> FieldSpec:
    return FieldSpec(code, kind, options=("history", "closed"))


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        ("name", "髙﨑 一郎", "髙﨑 一郎"),
        ("kana", "タカサキ イチロウ", "タカサキ イチロウ"),
        ("date", "昭和60年4月1日", "1985-04-01"),
        ("postal_code", "１０５ー０００４", "105-0004"),
        ("choice", "history", "history"),
        ("company_number", "0000-12-050002", "0000-12-050002"),
        ("corporate_number", "７０００012050002", "7000012050002"),
        ("registration_number", "T-7000-0120-5000-2", "T7000012050002"),
        ("email", "a@example.jp", "a@example.jp"),
    ],
)
def test_what_is_kept(kind: str, typed: str, kept: str) -> None:
    assert checked_value(spec(kind), typed) == kept


@pytest.mark.parametrize(
    ("kind", "code", "typed", "error"),
    [
        ("name", "name", "山田（旧氏：佐藤） 花子", "other-name-inside"),
        ("name", "name", "山\u200b田", "name-character"),
        ("kana", "x", "たかさき", "kana-character"),
        ("date", "birth_date", "昭和60年4月", "date-day-missing"),
        ("date", "birth_date", "令和元年4月30日", "date-before-era"),
        ("date", "birth_date", "令和8年2月29日", "date-no-such-day"),
        ("postal_code", "x", "105-00", "postal-code-format"),
        ("choice", "x", "fax", "no-such-choice"),
        ("company_number", "x", "123", "corporate-number-format"),
        ("corporate_number", "x", "7000012050003", "corporate-number-check-digit"),
        ("text", "x", "1234 5678 9018", "my-number"),
    ],
)
def test_what_is_refused_names_its_field(kind: str, code: str, typed: str, error: str) -> None:
    with pytest.raises(DomainError) as caught:
        checked_value(spec(kind, code), typed)
    assert (caught.value.code, caught.value.field) == (error, code)


@pytest.mark.parametrize(
    ("kind", "fault"),
    [("closed", "registry-closed"), ("summary", "registry-summary"), ("printout", "registry-printout")],
)
def test_only_certificates_of_present_matters_are_taken(kind: str, fault: str) -> None:
    fields = {each.code: "x" for each in fields_of(P.REGISTRY_CERTIFICATE, 2, ())} | {"registry_kind": kind}
    state = PaperState(P.REGISTRY_CERTIFICATE, None, BORN, BORN, fields, {}, 1)
    assert fault in {each.code for each in case_faults([state], version=2)}


def test_a_waived_paper_is_not_missing() -> None:
    state = PaperState(P.COMPANY_SEAL_CERTIFICATE, None, None, None, {}, {}, 0)
    assert [each.code for each in case_faults([state], version=2)] == ["missing"]
    waived = PaperState(P.COMPANY_SEAL_CERTIFICATE, None, None, None, {}, {}, 0, is_waived=True)
    assert case_faults([waived], version=2) == []


def test_what_runs_out() -> None:
    promised = next_due(received_on=BORN, is_open=True)
    assert what_runs_out(due_on=promised, received_on=BORN, is_incomplete=False) is Runs.PROMISE
    assert what_runs_out(due_on=promised, received_on=BORN, is_incomplete=True) is Runs.ANSWER
    assert what_runs_out(due_on=BORN, received_on=BORN, is_incomplete=False) is Runs.REVIEW
