"""Revocation at the portal: one page that says who asks, why, with which papers, and what a revocation does."""

import re
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.core.settings import Settings
from issuance import jobs
from issuance.jobs.revocation import revoke_batch
from issuance.services.revoke_certificate import revoke_certificate
from models.certificates import Certificate, Revocation
from models.enums import RevocationAsker, RevocationChannel, RevocationRequestStatus
from models.revocations import RevocationBatch, RevocationRequest
from tests.factories.clients import FreshClient
from tests.factories.desk import staff_actor
from tests.factories.revocations import certificates_of, company_with, many_certificates, request_for, status_of
from tests.factories.staff import make_staff, sign_in
from wsgi import create_portal

pytestmark = pytest.mark.hsm
HOLDER = RevocationAsker.HOLDER


@pytest.fixture
def portal(app: Flask, authority: None, settings: Settings) -> Iterator[Flask]:
    application = create_portal(settings)
    application.config["TESTING"] = True
    application.test_client_class = FreshClient
    yield application
    with application.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def certificate(portal: Flask) -> UUID:
    return certificates_of(company_with("吉田 太郎"))[0]


def person(portal: Flask, role: str, name: str) -> FlaskClient:
    make_staff(role, email=f"{role}@desk.example.jp", name=name)
    return sign_in(portal, f"{role}@desk.example.jp")


@pytest.fixture
def officer(portal: Flask) -> FlaskClient:
    return person(portal, "officer", "佐藤 直樹")


@pytest.fixture
def approver(portal: Flask) -> FlaskClient:
    return person(portal, "approver", "田中 裕子")


def text(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)))


def send(client: FlaskClient, path: str, **data: object):
    page = client.get(path).get_data(as_text=True)
    hidden = dict(re.findall(r'<input[^>]*name="(csrf_token|digest)"[^>]*value="([^"]*)"', page))
    return client.post(path, data={**hidden, **data})


def receive(client: FlaskClient, certificate: UUID, way: str, circumstance: str, **data: object):
    path = f"/revocations/receive/{certificate}/?way={way}&circumstance={circumstance}"
    given = {"asker_name": "株式会社髙﨑建設", "received_on": clock.today().isoformat()} | data
    return send(client, path, **given)


def only_request() -> RevocationRequest:
    db.session.rollback()
    return db.session.scalars(select(RevocationRequest)).one()


def test_from_the_companys_letter_to_the_crl(portal, certificate, officer, approver) -> None:
    first = officer.get(f"/revocations/receive/{certificate}/?lang=ja")
    assert "名義人本人（電話。紛失・盗難・危殆化）" in text(first)
    answer = receive(officer, certificate, "company:paper", "left-company", papers=["company-notice"])
    assert answer.status_code == 302
    asked = only_request()
    path = f"/revocations/{asked.id}/"
    words = text(officer.get(f"{path}?lang=ja"))
    for shown in (
        "退職・異動",
        "株式会社髙﨑建設",
        "吉田 太郎",
        "不足あり",
        "所属・記載事項の変更",
        "holder@example.jp",
    ):
        assert shown in words
    assert "失効…" not in words and "書類の到着を記録…" in words
    assert send(officer, f"{path}papers/", papers=["company-seal-certificate"]).status_code == 302
    assert "まず審査担当が確認" in text(approver.get(f"{path}?lang=ja"))
    assert send(officer, f"{path}confirm/").status_code == 302
    words = text(approver.get(f"{path}?lang=ja"))
    assert "佐藤 直樹" in words and "失効…" in words
    done = send(approver, f"{path}revoke/")
    assert done.status_code == 302
    assert status_of(certificate) == "revoked"
    assert "失効登録済（公開処理中）" in text(approver.get(f"{path}?lang=ja"))


def test_after_the_crl_the_page_names_its_number(portal, certificate, approver) -> None:
    asked = request_for(certificate, staff_actor("officer"), asked_by=HOLDER, circumstance="damage")
    send(approver, f"/revocations/{asked}/revoke/")
    db.session.rollback()
    revocation = db.session.scalars(select(Revocation)).one()
    jobs.publish_crl(str(revocation.id))
    db.session.refresh(revocation)
    assert revocation.crl_number is not None
    number = int(revocation.crl_number)
    assert f"失効公開済（CRL番号{number}、" in text(approver.get(f"/revocations/{asked}/?lang=ja"))
    assert f"CRL number {number}" in text(approver.get(f"/revocations/{asked}/?lang=en"))


def test_a_call_about_a_lost_token_revokes_and_waits_for_another_person(portal, certificate, officer, approver) -> None:
    answer = receive(officer, certificate, "holder:telephone", "loss", papers=["call-back"])
    assert answer.status_code == 422
    assert "029-" not in text(answer)
    answer = receive(
        officer,
        certificate,
        "holder:telephone",
        "loss",
        papers=["call-back"],
        call_back="029-200-1111へ10:12に折り返し",
    )
    assert answer.status_code == 302
    assert status_of(certificate) == "revoked"
    path = f"/revocations/{only_request().id}/"
    assert "あなたが受けた電話です" in text(officer.get(f"{path}?lang=ja"))
    assert "電話を事後確認する" in text(approver.get(f"{path}?lang=ja"))
    assert "要・事後確認" in text(approver.get("/revocations/?tab=afterwards&lang=ja"))
    assert send(approver, f"{path}afterwards/").status_code == 302
    assert only_request().confirmed_by_name == "田中 裕子"


def test_what_was_typed_stays_and_the_error_stands_at_its_field(portal, certificate, officer) -> None:
    tomorrow = (clock.today() + timedelta(days=1)).isoformat()
    answer = receive(
        officer,
        certificate,
        "third-party:paper",
        "untrue-facts",
        since=tomorrow,
        since_time="25:00",
        explanation="旧姓",
    )
    assert answer.status_code == 422
    assert "旧姓" in answer.text and tomorrow in answer.text
    answer = receive(officer, certificate, "third-party:paper", "untrue-facts", since=tomorrow, explanation="旧姓")
    assert answer.status_code == 422
    assert "since-error" in answer.text
    answer = receive(officer, certificate, "holder:telephone", "end-of-use")
    assert "急を要するもの" in text(answer) or "only for what cannot wait" in text(answer)
    assert status_of(certificate) == "active"


def test_a_refusal_says_why_and_a_withdrawal_who(portal, certificate, officer, approver) -> None:
    asked = request_for(certificate, staff_actor("ca_operator"))
    assert send(approver, f"/revocations/{asked}/refuse/", reason="").status_code == 422
    assert send(approver, f"/revocations/{asked}/refuse/", reason="名義人が在籍している").status_code == 302
    assert "名義人が在籍している" in text(officer.get(f"/revocations/{asked}/"))
    again = request_for(certificate, staff_actor("ca_operator", email="other@example.jp"))
    assert send(officer, f"/revocations/{again}/withdraw/", reason="電話で取下げ").status_code == 302
    assert status_of(certificate) == "active"
    assert send(officer, f"/revocations/{again}/withdraw/", reason="もう一度").status_code == 409


def test_a_certificate_that_is_revoked_already_is_explained(portal, certificate, officer) -> None:
    operator = staff_actor("ca_operator", name="認証 三郎")
    revoke_certificate(
        certificate, reason="keyCompromise", asked_by="holder", asked_at=clock.now(), actor=operator, now=clock.now()
    )
    answer = officer.get(f"/revocations/receive/{certificate}/?lang=ja")
    assert answer.status_code == 410
    assert "失効済みの証明書です" in text(answer) and "認証 三郎" in text(answer)
    assert officer.get(f"/revocations/receive/{operator.id}/").status_code == 404


def test_a_second_request_leads_to_the_first(portal, certificate, officer) -> None:
    request_for(certificate, staff_actor("ca_operator"))
    answer = officer.get(f"/revocations/receive/{certificate}/?lang=ja")
    assert answer.status_code == 409
    assert only_request().number in text(answer)


def test_a_decision_asks_for_the_password_again(portal, certificate, officer, approver) -> None:
    asked = request_for(certificate, staff_actor("ca_operator"), asked_by=HOLDER, circumstance="damage")
    with approver.session_transaction() as session:
        session["fs_paa"] = 0
    for part in ("revoke", "refuse"):
        answer = approver.post(f"/revocations/{asked}/{part}/")
        assert answer.status_code in {302, 400}
        assert "/verify" in approver.get(f"/revocations/{asked}/{part}/").headers["Location"]
    assert status_of(certificate) == "revocation_requested"


def test_who_may_what(portal, certificate, officer, approver) -> None:
    asked = request_for(certificate, staff_actor("ca_operator"))
    auditor = person(portal, "auditor", "監査 一")
    assert auditor.get(f"/revocations/{asked}/").status_code == 200
    assert auditor.get(f"/revocations/receive/{certificate}/").status_code == 403
    assert officer.get(f"/revocations/{asked}/revoke/").status_code == 403
    assert approver.get(f"/revocations/{asked}/withdraw/").status_code == 403
    assert person(portal, "mailroom", "郵便 二").get("/revocations/").status_code == 403


def test_the_register_finds_and_sorts(portal, certificate, officer) -> None:
    asked = request_for(certificate, staff_actor("ca_operator"))
    number = only_request().number
    serial = db.session.get_one(Certificate, certificate).serial
    for path in ("/revocations/", f"/revocations/?tab=all&search={number}", f"/revocations/?tab=all&search={serial}"):
        answer = officer.get(path)
        assert number in answer.text and f"/revocations/{asked}/" in answer.text
    assert number not in officer.get("/revocations/?tab=done").text
    assert number not in officer.get("/revocations/?tab=mine").text
    holder = "A-2026-000001-1"
    for search in (serial, holder, ":".join(re.findall("..", serial)).upper()):
        assert f"/revocations/receive/{certificate}/" in officer.get(f"/revocations/new/?search={search}").text
    assert "見つかりません" in officer.get("/revocations/new/?search=誰も&lang=ja").text


def batch_form(**data: object) -> dict[str, object]:
    return {"asked_by": "authority", "circumstance": "key-compromise", "explanation": "納品2026-03の不具合"} | data


def test_a_list_from_the_dry_run_to_the_end(portal, approver) -> None:
    serials = many_certificates(4)
    operator = person(portal, "ca_operator", "認証 三郎")
    pasted = "\n".join(serials)
    path = "/revocation-batches/new/"
    look = send(operator, path, act="look", serials=pasted + "\n" + "f" * 32)
    assert look.status_code == 200
    assert "would be revoked" in look.text or "失効の対象" in look.text
    digest = re.search(r'name="digest"[^>]*value="([0-9a-f]{64})"', look.text)[1]
    wrong = send(operator, path, act="propose", digest="0" * 64, **batch_form(serials=pasted))
    assert wrong.status_code == 409
    assert (
        send(operator, path, act="propose", digest=digest, **batch_form(serials=pasted, explanation="")).status_code
        == 422
    )
    done = send(operator, path, act="propose", digest=digest, **batch_form(serials=pasted))
    assert done.status_code == 302
    page = done.headers["Location"]
    batch = db.session.scalars(select(RevocationBatch)).one()
    assert "別の人が行います" in text(operator.get(f"{page}?lang=ja"))
    assert "吉田 2" in approver.get(page).text
    assert send(approver, f"{page}confirm/").status_code == 302
    assert "失効しています" in text(approver.get(f"{page}?lang=ja"))
    revoke_batch(str(batch.id))
    assert "4件中4件" in text(approver.get(f"{page}?lang=ja"))
    assert batch.number in operator.get("/revocation-batches/").text


def test_a_list_that_changed_shows_the_difference(portal, approver) -> None:
    serials = many_certificates(2)
    operator = person(portal, "ca_operator", "認証 三郎")
    pasted = "\n".join(serials)
    look = send(operator, "/revocation-batches/new/", act="look", serials=pasted)
    digest = re.search(r'name="digest"[^>]*value="([0-9a-f]{64})"', look.text)[1]
    page = send(
        operator, "/revocation-batches/new/", act="propose", digest=digest, **batch_form(serials=pasted)
    ).headers["Location"]
    gone = db.session.scalars(select(Certificate).where(Certificate.serial == serials[1])).one().id
    db.session.rollback()
    actor = staff_actor("officer", email="x@example.jp")
    revoke_certificate(
        gone, reason="superseded", asked_by="company", asked_at=clock.now(), actor=actor, now=clock.now()
    )
    words = text(approver.get(f"{page}?lang=ja"))
    assert "起案時と対象が変わった" in words and serials[1] in words
    assert send(approver, f"{page}confirm/").status_code == 422
    assert send(approver, f"{page}reject/").status_code == 302


@pytest.mark.parametrize("data", [{}, {"serials": "山田"}, {"issued_from": "2026-02-01", "issued_until": "2026-01-01"}])
def test_a_filter_that_cannot_be(portal, approver, data) -> None:
    answer = send(approver, "/revocation-batches/new/", act="look", **data)
    assert answer.status_code == 422


def test_a_request_by_the_holder_needs_no_papers_on_its_page(portal, certificate, approver) -> None:
    asked = request_for(
        certificate,
        staff_actor("officer"),
        asked_by=HOLDER,
        channel=RevocationChannel.SITE_SIGNED,
        circumstance="reissue",
    )
    words = text(approver.get(f"/revocations/{asked}/?lang=ja"))
    assert "書類は不要です" in words and "失効…" in words
    assert only_request().status is RevocationRequestStatus.RECEIVED


def test_who_types_for_longer_than_the_password_lasts_loses_nothing(portal, certificate, approver, monkeypatch) -> None:
    asked = request_for(certificate, staff_actor("officer"), asked_by=HOLDER, circumstance="damage")
    path = f"/revocations/{asked}/refuse/"
    hidden = dict(re.findall(r'name="(csrf_token)"[^>]*value="([^"]*)"', approver.get(path).text))
    later = clock.now() + timedelta(minutes=6)
    with monkeypatch.context() as patch:
        patch.setattr(clock, "now", lambda: later)
        answer = approver.post(f"{path}?lang=en", data={**hidden, "reason": "破損の写真がありません。"})
        assert answer.status_code == 422
        assert "破損の写真がありません。" in answer.text
        assert "what you typed is still here" in answer.text and 'href="/verify?next=/"' in answer.text
    assert status_of(certificate) == "revocation_requested"
    assert approver.post(path, data={**hidden, "reason": "破損の写真がありません。"}).status_code == 302


def test_a_call_about_a_theft_comes_in_beside_a_slower_request(portal, certificate, officer) -> None:
    slow = request_for(certificate, staff_actor("officer"), circumstance="left-company")
    waits = officer.get(f"/revocations/receive/{certificate}/?lang=en")
    assert waits.status_code == 409 and "Enter the call" in text(waits)
    assert officer.get(f"/revocations/receive/{certificate}/?overtake=1").status_code == 200
    paper = f"/revocations/receive/{certificate}/?way=company:paper&circumstance=left-company"
    assert officer.get(paper).status_code == 409
    call_back = "029-000-0000（届出済み）へ 14:05 に折り返し、生年月日を確認"
    answer = receive(
        officer,
        certificate,
        "holder:telephone",
        "theft",
        asker_name="吉田 太郎",
        papers=["call-back"],
        call_back=call_back,
    )
    assert answer.status_code == 302
    assert status_of(certificate) == "revoked"
    db.session.rollback()
    assert db.session.get_one(RevocationRequest, slow).status is RevocationRequestStatus.OVERTAKEN
