"""The pages of a decision: who sees which button, what is sent, and what a refusal says."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.core import clock
from app.core.db import db
from models.approval_profiles import ApprovalProfile
from models.decisions import Decision
from models.emergencies import EmergencyApproval
from models.enums import ApplicationStatus, DecisionKind, JudgementKind, ProfileStatus
from models.judgements import Judgement
from registration.services.approve import approve_application
from registration.services.finish_review import finish_review
from registration.services.record_change import record_change
from tests.factories.decisions import TWO_STEPS, activate_profile, change_case, fresh_case, reviewed_case
from tests.factories.desk import staff_actor
from tests.factories.staff import make_staff, sign_in

pytestmark = pytest.mark.hsm
ALL = ["every-paper-seen", "seals-compared", "names-compared"]


@pytest.fixture(autouse=True)
def _storage(portal: Flask, signer_process: None) -> None:
    """Scans are stored encrypted."""


@pytest.fixture
def officer():
    return staff_actor("officer", email="shinsa@example.jp", name="佐藤 直樹")


def person(portal: Flask, *roles: str, email: str, name: str) -> FlaskClient:
    make_staff(*roles, email=email, name=name)
    return sign_in(portal, email)


@pytest.fixture
def approver(portal: Flask) -> FlaskClient:
    return person(portal, "approver", email="shonin@example.jp", name="田中 裕子")


def send(client: FlaskClient, path: str, **data: object):
    page = client.get(path).get_data(as_text=True)
    hidden = dict(re.findall(r'<input[^>]*name="(csrf_token|digest|step)"[^>]*value="([^"]*)"', page))
    return client.post(path, data={**hidden, **data})


def text(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)))


def test_the_page_shows_what_was_checked_by_whom_and_every_scan(portal, officer, approver) -> None:
    case_id, _digest = reviewed_case(officer)
    db.session.add(
        Judgement(
            application_id=case_id,
            kind=JudgementKind.COMPARISON,
            code="company-name",
            facts={"form_1": "株式会社高﨑建設", "registry": "株式会社髙﨑建設"},
            accepted=True,
            reason="異体字の違いのみ",
            judged_by=officer.id,
            judged_by_name=officer.name,
            judged_at=clock.now(),
        )
    )
    db.session.commit()
    answer = approver.get(f"/approval/{case_id}/?lang=ja")
    page, words = answer.get_data(as_text=True), text(answer)
    case = fresh_case(case_id)
    pages = [page_.id for paper in case.papers for scan in paper.scans for page_ in scan.pages]
    assert len(pages) == len(case.papers) == 5
    assert all(f"/review/page/{each}" in page or str(each) in page for each in pages)
    checks = sum(len(paper.checks) for paper in case.papers)
    assert words.count("佐藤 直樹") >= checks
    for part in ("異体字の違いのみ", "株式会社髙﨑建設", "担当できる人： 田中 裕子", "佐藤 直樹 審査", "承認の期限"):
        assert part in words, part
    assert "approve/" in page


def test_approving_sends_every_tick(portal, officer, approver) -> None:
    case_id, digest = reviewed_case(officer)
    path = f"/approval/{case_id}/approve/"
    answer = send(approver, path, confirmations=ALL[:2], reason="よし")
    assert answer.status_code == 422
    assert "確認事項が1件チェックされていません" in text(answer)
    assert len(re.findall(r"<input [^>]*\bchecked\b", answer.get_data(as_text=True))) == 2  # ticks stay
    assert "よし" in answer.get_data(as_text=True)  # what was typed stays
    assert send(approver, path).status_code == 422  # a screen that sends none is refused
    assert fresh_case(case_id).status is ApplicationStatus.REVIEWED
    assert send(approver, path, confirmations=ALL).status_code == 302
    row = db.session.scalars(select(Decision).where(Decision.kind == DecisionKind.APPROVED)).one()
    assert (row.confirmations, row.digest, row.step) == (ALL, digest, "approve")
    done = approver.get(f"/approval/{case_id}/")
    assert "approve/" not in done.get_data(as_text=True)
    assert "印影を印鑑証明書と照合しました" in text(done)


def test_whoever_reviewed_sees_no_button_and_is_refused(portal, officer) -> None:
    case_id, _digest = reviewed_case(officer)
    client = sign_in(portal, "shinsa@example.jp")
    page = client.get(f"/approval/{case_id}/").get_data(as_text=True)
    assert "approve/" not in page
    assert "send-back/" not in page
    answer = send(client, f"/approval/{case_id}/approve/", confirmations=ALL)
    assert answer.status_code == 422
    assert fresh_case(case_id).status is ApplicationStatus.REVIEWED


def test_two_steps_and_who_is_next(portal, officer, approver) -> None:
    case_id, _digest = reviewed_case(officer, profile_version=activate_profile(TWO_STEPS))
    second = person(portal, "officer", email="niji@example.jp", name="二宮 次郎")
    late = person(portal, "officer", email="san@example.jp", name="三田 三郎")
    assert "approve/" not in approver.get(f"/approval/{case_id}/").get_data(as_text=True)
    path = f"/approval/{case_id}/approve/"
    stale = late.get(path).get_data(as_text=True)
    assert send(second, path, confirmations=["names-compared"]).status_code == 302
    hidden = dict(re.findall(r'<input[^>]*name="(csrf_token|digest|step)"[^>]*value="([^"]*)"', stale))
    answer = late.post(path, data={**hidden, "confirmations": ["names-compared"]})
    assert answer.status_code == 422
    assert "二宮 次郎さんがこの段階を承認しました" in text(answer)
    assert "あなたの段階は承認済みです" in text(second.get(f"/approval/{case_id}/"))
    words = text(approver.get(f"/approval/{case_id}/"))
    assert "担当できる人：" in words
    assert "二宮 次郎 決定" in words
    assert send(approver, path, confirmations=["every-paper-seen", "seals-compared"]).status_code == 302
    assert fresh_case(case_id).status is ApplicationStatus.APPROVED


def test_sending_back_from_the_page(portal, officer, approver) -> None:
    case_id, _digest = reviewed_case(officer)
    path = f"/approval/{case_id}/send-back/"
    assert send(approver, path).status_code == 422
    assert send(approver, path, reason="住所を確認してください").status_code == 302
    assert "住所を確認してください" in text(approver.get(f"/approval/{case_id}/"))


def test_roles_without_a_part_in_it(portal, officer) -> None:
    case_id, _digest = reviewed_case(officer)
    for role in ("reception", "auditor"):
        client = person(portal, role, email=f"{role}@example.jp", name=role)
        assert client.get(f"/approval/{case_id}/").status_code == 200
        for path in (f"/approval/{case_id}/approve/", f"/approval/{case_id}/send-back/"):
            assert client.get(path).status_code == 403
    outsider = person(portal, "billing", email="billing@example.jp", name="請求")
    assert outsider.get(f"/approval/{case_id}/").status_code == 403


def test_a_profile_is_proposed_and_put_in_force_by_two_people(portal, approver) -> None:
    admin = person(portal, "administrator", email="kanri@example.jp", name="管理 一郎")
    form = {
        "steps-0-code": "second-check",
        "steps-0-role": "officer",
        "steps-0-confirmations": ["names-compared"],
        "steps-1-code": "approve",
        "steps-1-role": "officer",
        "steps-1-confirmations": ["every-paper-seen"],
        "steps-2-code": "",
        "steps-2-role": "approver",
        "steps-3-code": "",
        "steps-3-role": "approver",
        "review_valid_days": "14",
        "application_valid_days": "60",
        "needs_accreditation": "y",
        "reason": "本人確認を厚くする",
    }
    answer = send(admin, "/profiles/propose/", **form)
    assert answer.status_code == 422
    assert "最後の段階が決定なので" in text(answer)
    assert "本人確認を厚くする" in answer.get_data(as_text=True)
    answer = send(admin, "/profiles/propose/", **form | {"steps-1-role": "approver"})
    assert answer.status_code == 302
    row = db.session.scalars(select(ApprovalProfile)).one()
    assert admin.get(f"/profiles/{row.id}/decide/").status_code == 403
    shown = text(approver.get(f"/profiles/{row.id}/"))
    for part in ("二次確認", "相違", "変更認定", "管理 一郎"):
        assert part in shown
    decide = f"/profiles/{row.id}/decide/"
    answer = send(approver, decide, verdict="activate")
    assert "変更認定（電子署名法9条）が先に必要です" in text(answer)
    answer = send(approver, decide, verdict="activate", accreditation_reference="認定第3号 令和8年11月1日")
    assert answer.status_code == 302
    db.session.rollback()
    assert db.session.get_one(ApprovalProfile, row.id, populate_existing=True).status is ProfileStatus.ACTIVE
    assert send(approver, decide, verdict="reject", reason="x").status_code == 409
    assert "適用中：版2" in text(approver.get("/profiles/"))


def test_an_emergency_from_page_to_page(portal, officer, approver) -> None:
    case_id, _digest = reviewed_case(officer)
    reviewer = sign_in(portal, "shinsa@example.jp")
    second = person(portal, "officer", email="niji@example.jp", name="二宮 次郎")
    assert "緊急手続へ" in text(reviewer.get(f"/approval/{case_id}/"))
    assert send(reviewer, f"/emergency/declare/{case_id}/", reason="承認者が全員不在").status_code == 302
    row = db.session.scalars(select(EmergencyApproval)).one()
    path = f"/emergency/{row.id}/"
    assert "countersign/" not in reviewer.get(path).get_data(as_text=True)
    assert "countersign/" in second.get(path).get_data(as_text=True)
    assert send(second, f"{path}countersign/", confirmations=ALL[1:]).status_code == 422
    assert send(second, f"{path}countersign/", confirmations=ALL).status_code == 302
    assert fresh_case(case_id).status is ApplicationStatus.APPROVED
    assert "事後確認待ち" in text(approver.get(path))
    assert "事後確認の期限" in text(approver.get("/emergency/"))
    assert "事後確認を待っている緊急承認：1件" in text(approver.get("/"))
    assert send(approver, f"{path}follow-up/", finding="問題なし").status_code == 302
    assert "問題なし" in text(approver.get(path))
    assert "緊急承認：" not in text(approver.get("/"))


def test_a_declaration_is_taken_back(portal, officer) -> None:
    case_id, _digest = reviewed_case(officer)
    reviewer = sign_in(portal, "shinsa@example.jp")
    send(reviewer, f"/emergency/declare/{case_id}/", reason="承認者が全員不在")
    row = db.session.scalars(select(EmergencyApproval)).one()
    assert send(reviewer, f"/emergency/{row.id}/withdraw/").status_code == 302
    assert send(reviewer, f"/emergency/{row.id}/withdraw/").status_code == 422


def test_old_and_new_side_by_side(portal, officer, approver) -> None:
    case_id, digest = reviewed_case(officer)
    boss = staff_actor("approver", email="boss@example.jp", name="上司 一郎")
    approve_application(case_id, digest=digest, actor=boss, now=clock.now())
    change = change_case(officer, fresh_case(case_id).company_id, "company_name", "contacts")
    client = sign_in(portal, "shinsa@example.jp")
    path = f"/changes/{change}/"
    page = client.get(path)
    assert "株式会社髙﨑建設" in text(page)
    assert 'name="billing_email"' in page.get_data(as_text=True)
    assert 'name="address"' not in page.get_data(as_text=True)
    values = dict(re.findall(r'name="(\w+)"[^>]*value="([^"]*)"', page.get_data(as_text=True)))
    answer = send(client, path, **values | {"name": "株式会社高﨑建設", "contact_email": "nobody"})
    assert answer.status_code == 422
    assert 'value="株式会社高﨑建設"' in answer.get_data(as_text=True)
    answer = send(client, path, **values | {"name": "株式会社高﨑建設", "billing_email": "kaikei@example.jp"})
    assert answer.status_code == 302
    shown = client.get(path).get_data(as_text=True)
    assert "<mark>髙</mark>" in shown
    assert "<mark>高</mark>" in shown
    assert "有効な電子証明書を失効し" in shown
    finish_review(change, actor=officer, now=clock.now())
    assert "<mark>高</mark>" in approver.get(f"/approval/{change}/").get_data(as_text=True)
    assert client.get(f"/changes/{case_id}/").status_code == 404  # no change application
    record_change(change, {"name": "株式会社新"}, actor=officer, now=clock.now())
    db.session.rollback()
