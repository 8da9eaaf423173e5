"""Certificates that end soon as the portal shows them, and reception filled from the case before."""

from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from app.core import clock
from app.core.db import db
from models.applications import Application
from models.audit import AuditEntry
from models.certificates import CertificateNotice
from models.companies import Company
from models.enums import ApplicationKind, CertificateNoticeKind, EnrolmentStatus, NoticeChannel
from tests.factories.endings import applicant_of, certificate_of, ending, open_passage
from tests.factories.staff import form_token, make_staff, sign_in


@pytest.fixture
def desk(portal: Flask):
    make_staff("officer", email="officer@example.jp", name="佐藤 直樹")
    return sign_in(portal, "officer@example.jp")


def notice(certificate: UUID, channel: NoticeChannel) -> None:
    row = CertificateNotice(
        id=uuid4(), certificate_id=certificate, kind=CertificateNoticeKind.RENEWAL, step=30, channel=channel
    )
    db.session.add(row)
    db.session.commit()


def test_the_register_shows_who_is_told_and_what_is_possible(desk) -> None:
    told, old, opened, renewed = ending(20), ending(25, anchor_days=1780), ending(28), ending(29)
    ending(91), ending(-1)
    notice(told, NoticeChannel.EMAIL)
    notice(told, NoticeChannel.LETTER)
    open_passage(opened, EnrolmentStatus.OPENED)
    certificate_of(applicant_of(renewed).id, 700)
    page = desk.get("/renewals/?lang=ja").text
    rows = [row.split("</tr>")[0] for row in page.split("<tr data-href")[1:]]
    assert len(rows) == 4
    assert "残り20日" in rows[0] or "20" in rows[0]
    assert "メール" in rows[0] and "書面" in rows[0] and "可能" in rows[0] and "未更新" in rows[0]
    assert "書類が必要" in rows[1] and f"renews={old}" in rows[1]
    assert "オンラインで申込み中" in rows[2]
    assert "更新済" in rows[3] and "満了日まで有効" in rows[3] and "renews=" not in rows[3]
    assert desk.get("/renewals/?tab=14").text.count("<tr data-href") == 0
    assert desk.get("/renewals/?lang=en").text.count("<tr data-href") == 4


def test_an_auditor_sees_it_and_receives_nothing(portal: Flask) -> None:
    found = ending(20)
    make_staff("auditor", email="auditor@example.jp")
    make_staff("mailroom", email="mailroom@example.jp")
    page = sign_in(portal, "auditor@example.jp").get("/renewals/")
    assert page.status_code == 200 and str(found) in page.text and "renews=" not in page.text
    assert sign_in(portal, "mailroom@example.jp").get("/renewals/").status_code == 403


def test_reception_is_filled_from_the_case_before(desk) -> None:
    found = ending(20, name="葛󠄀城 明")
    number = applicant_of(found).number
    company = db.session.scalars(select(Company)).one()
    company.corporate_number = "7000012050002"
    db.session.commit()
    address = f"/reception/?renews={found}"
    page = desk.get(f"{address}&lang=ja").text
    for part in ("葛󠄀城 明", "株式会社髙﨑建設", "7000012050002", number, "holder@example.jp", "contact@example.jp"):
        assert part in page, part
    assert (
        "checked"
        in page.split('value="renewal"')[0].rsplit("<input", 1)[1] + page.split('value="renewal"')[1].split(">")[0]
    )
    data = {
        "csrf_token": form_token(desk, address),
        "renews": str(found),
        "received_on": clock.today().isoformat(),
        "kind": "renewal",
        "services": "certificate",
        "company_name": company.name,
        "corporate_number": "7000012050002",
        "applicants-0-name": "葛󠄀城 明",
        "applicants-0-name_kana": "カツラギ アキラ",
        "applicants-0-wants_certificate": "y",
    }
    wrong = desk.post("/reception/", data={**data, "item_number": "1"})
    assert wrong.status_code == 422
    assert str(found) in wrong.text and number in wrong.text  # what it follows stays
    done = desk.post("/reception/", data={**data, "item_number": "356-85-96938-4"})
    assert done.status_code == 302
    db.session.rollback()
    case = db.session.scalars(select(Application).where(Application.kind == ApplicationKind.RENEWAL)).one()
    assert case.company_id == company.id
    assert [person.name for person in case.applicants] == ["葛󠄀城 明"]
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "application:receive")).one()
    assert entry.detail["renews"] == number


@pytest.mark.parametrize("key", ["x", str(UUID(int=7))])
def test_a_certificate_that_is_none_is_not_found(desk, key: str) -> None:
    assert desk.get(f"/reception/?renews={key}").status_code == 404
    token = form_token(desk, "/reception/")
    assert desk.post("/reception/", data={"csrf_token": token, "renews": key}).status_code == 404


def test_reception_without_a_certificate_is_as_before(desk) -> None:
    page = desk.get("/reception/?lang=ja")
    assert page.status_code == 200 and "前回の申請" not in page.text
