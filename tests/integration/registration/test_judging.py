"""Judging a case, on PostgreSQL: comparisons, circumstances and duplicates, each judgement bound to its facts."""

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, text

from app.core import clock
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import DomainError
from models.applications import Applicant
from models.enums import ApplicationStatus as S
from models.enums import CheckResult, PaperKind, Service
from models.judgements import Judgement
from registration import queries
from registration.errors import (
    ChangedSinceReviewError,
    FourEyesError,
    IncompleteReviewError,
    JudgementError,
)
from registration.review_queries import looks_of
from registration.services.approve import approve_application
from registration.services.finish_review import finish_review
from registration.services.judge import Answered, judge
from registration.services.record_check import record_check
from registration.services.record_paper import PaperRecord, record_paper
from tests.factories.desk import FIELDS, receive, staff_actor, work_through

pytestmark = pytest.mark.hsm
OFFICER_STATES = (S.RECEIVED, S.IN_REVIEW)


@pytest.fixture(autouse=True)
def _storage(signer_process: None) -> None:
    """Scans are stored encrypted."""


@pytest.fixture
def people(app: Flask) -> tuple[Actor, Actor, Actor]:
    return staff_actor("reception"), staff_actor("officer", name="佐藤 直樹"), staff_actor("approver")


@pytest.fixture
def second(app: Flask) -> Actor:
    return staff_actor("officer", email="second@example.jp", name="田中 裕子")


def paper_of(case: UUID, kind: PaperKind) -> UUID:
    found = next(paper.id for paper in queries.get_case(case).papers if paper.kind is kind)
    db.session.rollback()
    return found


def rewrite(case: UUID, kind: PaperKind, actor: Actor, **fields: str) -> UUID:
    """Record a paper again with other values."""
    paper = paper_of(case, kind)
    day = (clock.today() - timedelta(days=10)).isoformat() if kind is PaperKind.RESIDENCE_CERTIFICATE else ""
    record_paper(paper, PaperRecord(issued_on_text=day, fields=FIELDS | fields), actor=actor, now=clock.now())
    return paper


def fault_codes(case: UUID) -> list[str]:
    found = [fault.code for fault in queries.faults_of(queries.get_case(case), extend_over_closed_days=True)]
    db.session.rollback()
    return found


def answered(
    paper: UUID, left: str, right: str, *, accepted: bool = True, reason: str = "登記の写しで確認"
) -> Answered:
    return Answered("compare:name", accepted, reason, {"left": left, "right": right}, paper)


def test_a_variant_needs_a_judgement_and_passes_with_one(people) -> None:
    case = receive(people[0])
    work_through(case, people[1])
    paper = rewrite(case, PaperKind.FORM_5, people[1], name="吉田 太郎")
    assert fault_codes(case) == ["differs-open"]
    with pytest.raises(IncompleteReviewError):
        finish_review(case, actor=people[1], now=clock.now())
    judge(case, answered(paper, "吉田 太郎", "𠮷田 太郎"), actor=people[1], now=clock.now())
    digest = finish_review(case, actor=people[1], now=clock.now())
    approve_application(case, digest=digest, actor=people[2], now=clock.now())
    assert queries.get_case(case).status is S.APPROVED


def test_changed_values_void_a_judgement_and_the_review(people) -> None:
    case = receive(people[0])
    work_through(case, people[1])
    paper = rewrite(case, PaperKind.FORM_5, people[1], name="吉田 太郎")
    judge(case, answered(paper, "吉田 太郎", "𠮷田 太郎"), actor=people[1], now=clock.now())
    digest = finish_review(case, actor=people[1], now=clock.now())
    rewrite(case, PaperKind.FORM_5, people[1], name="吉田太郎")
    assert fault_codes(case) == ["differs-open"]
    with pytest.raises(DomainError):
        approve_application(case, digest=digest, actor=people[2], now=clock.now())


def test_a_judgement_is_part_of_what_is_approved(people) -> None:
    case = receive(people[0])
    work_through(case, people[1])
    paper = rewrite(case, PaperKind.FORM_5, people[1], name="吉田 太郎")
    judge(case, answered(paper, "吉田 太郎", "𠮷田 太郎"), actor=people[1], now=clock.now())
    digest = finish_review(case, actor=people[1], now=clock.now())
    db.session.execute(text("UPDATE judgement SET reason = 'another reason'"))
    db.session.commit()
    with pytest.raises(ChangedSinceReviewError):
        approve_application(case, digest=digest, actor=people[2], now=clock.now())


def test_denied_and_mismatched_stay_faults(people) -> None:
    case = receive(people[0])
    work_through(case, people[1])
    paper = rewrite(case, PaperKind.FORM_5, people[1], name="吉田 太郎")
    judge(case, answered(paper, "吉田 太郎", "𠮷田 太郎", accepted=False), actor=people[1], now=clock.now())
    assert fault_codes(case) == ["differs-denied"]
    rewrite(case, PaperKind.FORM_5, people[1], name="山田 太郎")
    assert fault_codes(case) == ["differs"]
    with pytest.raises(JudgementError, match="judgement-not-asked"):
        judge(case, answered(paper, "山田 太郎", "𠮷田 太郎"), actor=people[1], now=clock.now())


@pytest.mark.parametrize(
    ("left", "reason", "code"), [("吉田 太郎", " ", "judgement-reason"), ("吉田太郎", "見た", "facts-changed")]
)
def test_a_judgement_needs_a_reason_and_the_facts_of_the_screen(people, left: str, reason: str, code: str) -> None:
    case = receive(people[0])
    work_through(case, people[1])
    paper = rewrite(case, PaperKind.FORM_5, people[1], name="吉田 太郎")
    with pytest.raises(JudgementError, match=code):
        judge(case, answered(paper, left, "𠮷田 太郎", reason=reason), actor=people[1], now=clock.now())
    assert db.session.scalar(select(Judgement)) is None


def test_whoever_judged_cannot_approve(people) -> None:
    case = receive(people[0])
    work_through(case, people[1])
    paper = rewrite(case, PaperKind.FORM_5, people[1], name="吉田 太郎")
    judging = staff_actor("officer", "approver", email="both@example.jp")
    judge(case, answered(paper, "吉田 太郎", "𠮷田 太郎"), actor=judging, now=clock.now())
    digest = finish_review(case, actor=people[1], now=clock.now())
    with pytest.raises(FourEyesError):
        approve_application(case, digest=digest, actor=judging, now=clock.now())


def test_a_former_surname_is_chosen_and_substituted(people) -> None:
    case = receive(people[0])
    work_through(case, people[1])
    applicant = select(Applicant.certificate_name).where(Applicant.application_id == case)
    assert db.session.scalar(applicant) == "吉田 太郎"  # 𠮷 U+20BB7 has no place in a certificate
    rewrite(case, PaperKind.RESIDENCE_CERTIFICATE, people[1], former_surname="髙﨑")
    assert fault_codes(case) == ["circumstance-open"]
    facts = {"name": "𠮷田 太郎", "former_surname": "髙﨑", "common_name": ""}
    asked = Answered("certificate-name:1", True, "様式5で旧氏を希望", facts, choice="former_surname")
    judge(case, asked, actor=people[1], now=clock.now())
    assert db.session.scalar(applicant) == "髙﨑 太郎"
    assert fault_codes(case) == []
    rewrite(case, PaperKind.RESIDENCE_CERTIFICATE, people[1], former_surname="加藤")
    assert db.session.scalar(applicant) == "吉田 太郎"  # the choice was made on another name
    assert fault_codes(case) == ["circumstance-open"]


def test_a_company_without_a_seal(people) -> None:
    case = receive(people[0], services=(Service.CONTRACT,))
    work_through(case, people[1])
    seal = paper_of(case, PaperKind.COMPANY_SEAL_CERTIFICATE)
    record_paper(seal, PaperRecord(is_present=False), actor=people[1], now=clock.now())
    assert fault_codes(case) == ["missing"]
    yes = Answered("no-company-seal", True, "届出印なし。代表者個人の印鑑証明で確認", {})
    with pytest.raises(JudgementError, match="no-seal-alternative"):
        judge(case, yes, actor=people[1], now=clock.now())
    no = Answered("no-company-seal", False, "届け出て送るとの回答", {})
    judge(case, no, actor=people[1], now=clock.now())
    assert fault_codes(case) == ["missing"]
    other_way = Answered("no-company-seal", True, "代表者個人の印鑑証明で確認", {}, alternative="代表者個人の実印")
    judge(case, other_way, actor=people[1], now=clock.now())
    assert fault_codes(case) == []
    finish_review(case, actor=people[1], now=clock.now())


def test_another_open_case_of_the_company_is_named(people) -> None:
    first, later = receive(people[0]), receive(people[0], item_number="35685969395")
    work_through(later, people[1])
    number = queries.get_case(first).number
    assert [(each.code, each.detail) for each in looks_of(queries.get_case(later)).notices] == [
        ("same-company-open", number),
        ("same-person-open", number),
    ]


def test_version_1_of_the_checklist_stays_valid(people) -> None:
    case = receive(people[0])
    db.session.execute(text("UPDATE application SET profile_version = 1"))
    db.session.commit()
    for paper in [(each.id, each.kind) for each in queries.get_case(case).papers]:
        db.session.rollback()
        record_paper(paper[0], PaperRecord(fields=FIELDS), actor=people[1], now=clock.now())
    assert queries.get_case(case).papers[0].fields == {}
    assert "compared" not in queries.reviewed_view(queries.get_case(case))
    record_check(
        paper_of(case, PaperKind.FORM_1),
        "company-matches-registry",
        CheckResult.OK,
        actor=people[1],
        now=clock.now(),
    )
