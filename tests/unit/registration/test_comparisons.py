"""What papers say of each other: the matrix, the classes, and what a judgement can and cannot mend."""

from uuid import UUID, uuid4

import pytest

from models.enums import PaperKind as P
from registration.rules.checklist import VERSIONS, fields_of
from registration.rules.comparisons import MATRIX, Answer, Compared, How, PaperValues, Verdict, compared, match_of
from registration.rules.faults import comparison_faults

FORM_5, RESIDENCE, FORM_3 = uuid4(), uuid4(), uuid4()


def one(left: str, right: str, answers: dict | None = None) -> Compared:
    papers = [
        PaperValues(FORM_5, P.FORM_5, 1, {"name": left}),
        PaperValues(RESIDENCE, P.RESIDENCE_CERTIFICATE, 1, {"name": right}),
    ]
    (found,) = compared(papers, answers or {})
    return found


def judged(left: str, right: str, *, accepted: bool) -> dict:
    return {(FORM_5, "compare:name"): Answer(accepted, {"left": left, "right": right})}


def test_every_cell_of_the_matrix_is_a_field_that_both_papers_have() -> None:
    for cell in MATRIX:
        for kind, code in ((cell.left, cell.field), (cell.right, cell.right_field)):
            fields = {spec.code for spec in VERSIONS[2][kind].fields}
            assert code in fields, (kind, code)


def test_the_matrix_of_the_research() -> None:
    company = {cell.left for cell in MATRIX if cell.field == "company_name"}
    assert company == {P.FORM_1, P.FORM_2, P.FORM_3, P.FORM_5, P.COMPANY_SEAL_CERTIFICATE}
    office = {cell.left for cell in MATRIX if cell.field == "head_office"}
    assert office == {P.FORM_1, P.FORM_2, P.FORM_5, P.COMPANY_SEAL_CERTIFICATE}
    person = {(cell.field, cell.left) for cell in MATRIX if cell.right is P.RESIDENCE_CERTIFICATE}
    assert {("listed_name", P.FORM_3), ("name", P.FORM_5), ("birth_date", P.PERSONAL_SEAL_CERTIFICATE)} <= person


@pytest.mark.parametrize(
    ("left", "right", "verdict"),
    [
        ("𠮷田 太郎", "𠮷田 太郎", Verdict.AGREES),
        ("𠮷田 太郎", "𠮷田　太郎", Verdict.AGREES),
        ("𠮷田 太郎", "吉田 太郎", Verdict.OPEN),
        ("佐々木 望", "佐佐木 望", Verdict.OPEN),
        ("竹内 崇", "竹内 祟", Verdict.DIFFERS),
    ],
)
def test_only_same_and_spacing_are_automatic(left: str, right: str, verdict: Verdict) -> None:
    assert one(left, right).verdict is verdict


def test_a_judgement_counts_for_these_two_values_alone() -> None:
    answers = judged("𠮷田 太郎", "吉田 太郎", accepted=True)
    assert one("𠮷田 太郎", "吉田 太郎", answers).verdict is Verdict.ACCEPTED
    assert one("𠮷田 太郎", "吉田 太朗", answers).verdict is Verdict.DIFFERS
    assert one("𠮷田太郎", "吉田 太郎", answers).verdict is Verdict.OPEN
    denied = judged("𠮷田 太郎", "吉田 太郎", accepted=False)
    assert one("𠮷田 太郎", "吉田 太郎", denied).verdict is Verdict.DENIED


def test_no_judgement_mends_a_mismatch() -> None:
    assert one("竹内 崇", "竹内 祟", judged("竹内 崇", "竹内 祟", accepted=True)).verdict is Verdict.DIFFERS


def test_each_line_of_form_3_is_held_against_its_own_residence_certificate() -> None:
    papers = [
        PaperValues(FORM_3, P.FORM_3, None, {"listed_name_1": "山田 一", "listed_name_2": "山田 二"}),
        PaperValues(uuid4(), P.RESIDENCE_CERTIFICATE, 1, {"name": "山田 一"}),
        PaperValues(uuid4(), P.RESIDENCE_CERTIFICATE, 2, {"name": "田中 二"}),
    ]
    found = {each.field: each.verdict for each in compared(papers, {})}
    assert found == {"listed_name_1": Verdict.AGREES, "listed_name_2": Verdict.DIFFERS}


def test_applicants_are_not_mixed_up() -> None:
    papers = [
        PaperValues(uuid4(), P.FORM_5, 1, {"birth_date": "1985-04-01"}),
        PaperValues(uuid4(), P.FORM_5, 2, {"birth_date": "1990-01-01"}),
        PaperValues(uuid4(), P.RESIDENCE_CERTIFICATE, 2, {"birth_date": "1990-01-01"}),
        PaperValues(uuid4(), P.RESIDENCE_CERTIFICATE, 1, {"birth_date": "1985-04-01"}),
    ]
    assert [each.match for each in compared(papers, {})] == ["exact", "exact"]


def test_numbers_are_compared_by_what_they_mean() -> None:
    assert match_of(How.NUMBER, "7000012050002", "000012050002") == "exact"
    assert match_of(How.NUMBER, "T7000012050002", "0000-12-050002") == "exact"
    assert match_of(How.NUMBER, "2120901007402", "000012050002") == "mismatch"
    assert match_of(How.NUMBER, "no number", "none either") == "mismatch"


@pytest.mark.parametrize(
    ("a", "b", "verdict"),
    [
        ("東京都港区新橋二丁目6番2号", "東京都港区新橋2-6-2", Verdict.AGREES),
        ("東京都府中市宮町1-1", "府中市宮町1-1", Verdict.OPEN),  # 府中市 is in two prefectures
        ("東京都港区新橋2-6-2", "東京都港区新橋2-6-2 新橋アイマークビル7F", Verdict.OPEN),
        ("東京都港区新橋2-6-2", "東京都港区新橋2-6-3", Verdict.DIFFERS),
    ],
)
def test_addresses(a: str, b: str, verdict: Verdict) -> None:
    papers = [
        PaperValues(FORM_5, P.FORM_5, 1, {"address": a}),
        PaperValues(RESIDENCE, P.RESIDENCE_CERTIFICATE, 1, {"address": b}),
    ]
    assert [each.verdict for each in compared(papers, {})] == [verdict]


def test_faults_name_the_paper_and_the_field() -> None:
    faults = comparison_faults([one("竹内 崇", "竹内 祟"), one("𠮷田", "吉田"), one("a", "a")], {1: "竹内 祟"})
    assert [(each.code, each.kind, each.applicant, each.detail) for each in faults] == [
        ("differs", P.FORM_5, "竹内 祟", "name"),
        ("differs-open", P.FORM_5, "竹内 祟", "name"),
    ]


def test_a_field_for_each_applicant_of_form_3() -> None:
    codes = [spec.code for spec in fields_of(P.FORM_3, 2, (2, 1))]
    assert codes[-2:] == ["listed_name_1", "listed_name_2"]
    assert fields_of(P.FORM_3, 1, (1, 2)) == []


def test_nothing_is_compared_that_is_not_recorded() -> None:
    unknown: dict[tuple[UUID | None, str], Answer] = {}
    assert compared([PaperValues(FORM_5, P.FORM_5, 1, {"name": "山田"})], unknown) == []
