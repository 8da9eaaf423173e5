"""The queue of issues that stopped before the signature: who sees it, what it says, once more, and the end."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.core import clock
from app.core.db import db
from app.core.errors import DomainError
from issuance.errors import LintError, ProfileError
from issuance.services.reserve_serials import reserve_serials
from issuance.services.stop_enrolments import stop_enrolments
from models.applications import Applicant
from models.audit import AuditEntry
from models.certificates import CaCertificate
from models.enrolments import Enrolment
from models.enums import CaKeyPurpose, EnrolmentStatus, PinStatus
from models.pin_secrets import PinSecret
from models.promises import Promise
from tests.factories.applicants import waiting_applicant
from tests.factories.certificates import requested_enrolment
from tests.factories.staff import make_staff, sign_in

FINDINGS = ["ERROR own.character-not-shown alternative.2.5.4.3", "ERROR own.name-too-long subject.2.5.4.9"]


@pytest.fixture
def stopped(portal: Flask) -> Iterator[Enrolment]:
    """One, at a name; the signing process is not needed for it."""
    now = clock.now()
    db.session.add(
        CaCertificate(
            purpose=CaKeyPurpose.CA, key_label="ca", der=b"x", sha256="x", serial="01", not_before=now, not_after=now,
            ceremony={},
        )
    )  # fmt: skip
    db.session.commit()
    yield stop(LintError(FINDINGS))


def stop(error: DomainError) -> Enrolment:
    enrolment = requested_enrolment(waiting_applicant(name="髙橋　美咲"))
    reserve_serials([enrolment], now=clock.now())
    stop_enrolments({enrolment: error})
    return db.session.get_one(Enrolment, enrolment, populate_existing=True)


def as_role(portal: Flask, role: str) -> FlaskClient:
    make_staff(role, email=f"{role}@example.jp", name="佐藤 直樹")
    return sign_in(portal, f"{role}@example.jp")


def token_of(page: str) -> str:
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]


def test_an_officer_sees_it_in_the_queue_and_what_to_do(portal: Flask, stopped: Enrolment) -> None:
    client = as_role(portal, "officer")
    home = client.get("/?lang=ja").text
    assert "署名前の検査で保留になり、対応を待っている証明書：1件" in home
    queue = client.get("/stopped-issues/").text
    assert "髙橋　美咲" in queue and "利用者の記載事項" in queue
    page = client.get(f"/stopped-issues/{stopped.id}/").text
    assert "利用者の氏名: 多くのシステムで表示できない文字があります" in page
    assert "subject.2.5.4.9: 証明書に記載できる長さを超えています" in page and "再試行" in page
    assert "発行せずに終了…" not in page  # the approver's
    english = client.get(f"/stopped-issues/{stopped.id}/?lang=en").text
    assert "Name of the holder: a character that most systems cannot show" in english and "Try once more" in english


def test_once_more(portal: Flask, stopped: Enrolment) -> None:
    client = as_role(portal, "officer")
    token = token_of(client.get(f"/stopped-issues/{stopped.id}/").text)
    answer = client.post(f"/stopped-issues/{stopped.id}/resume/", data={"csrf_token": token}, follow_redirects=True)
    assert "再試行します" in answer.text and "保留中の発行はありません" in answer.text
    promised = db.session.scalars(select(Promise.subject_id).where(Promise.name == "issuance.jobs.issue_certificate"))
    assert stopped.id in set(promised)
    again = client.post(f"/stopped-issues/{stopped.id}/resume/", data={"csrf_token": token}, follow_redirects=True)
    assert "その間にほかの人が変更しました" in again.text
    assert client.get(f"/stopped-issues/{stopped.id}/").status_code == 404


def test_the_approver_ends_it_with_a_reason(portal: Flask, stopped: Enrolment) -> None:
    client = as_role(portal, "approver")
    address = f"/stopped-issues/{stopped.id}/end/"
    page = client.get(address).text
    data = {"csrf_token": token_of(page), "seen": re.search(r'name="seen"[^>]*value="(\d+)"', page)[1]}
    empty = client.post(address, data={**data, "reason": "  "})
    assert empty.status_code == 422
    long = client.post(address, data={**data, "reason": "長" * 501})
    assert long.status_code == 422 and "長" * 501 in long.text  # nothing typed is lost
    blind = client.post(address, data={**data, "seen": "", "reason": "見ていない"})
    assert blind.status_code == 409 and "見ていない" in blind.text
    done = client.post(address, data={**data, "reason": "氏名の文字"}, follow_redirects=True)
    assert "終了しました" in done.text
    late = client.post(address, data={**data, "reason": "もう一度"}, follow_redirects=True)
    assert late.status_code == 200 and "その間にほかの人が変更しました" in late.text
    row = db.session.get_one(Enrolment, stopped.id, populate_existing=True)
    assert row.status is EnrolmentStatus.REFUSED
    assert set(db.session.scalars(select(PinSecret.status))) == {PinStatus.DESTROYED}
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "enrolment:end")).one()
    assert (entry.actor_name, entry.detail["reason"]) == ("佐藤 直樹", "氏名の文字")


@pytest.mark.parametrize(
    ("role", "reads", "resumes", "ends"),
    [
        ("officer", 200, 302, 403),
        ("approver", 200, 302, 200),
        ("ca_operator", 200, 302, 403),
        ("auditor", 200, 403, 403),
        ("mailroom", 403, 403, 403),
        ("administrator", 403, 403, 403),
    ],
)
def test_who_may(portal: Flask, stopped: Enrolment, role: str, reads: int, resumes: int, ends: int) -> None:
    client = as_role(portal, role)
    token = token_of(client.get("/password").text)
    assert client.get("/stopped-issues/").status_code == reads
    assert client.get(f"/stopped-issues/{stopped.id}/end/").status_code == ends
    assert client.post(f"/stopped-issues/{stopped.id}/resume/", data={"csrf_token": token}).status_code == resumes


def test_a_renewal_that_is_over_can_only_be_ended(portal: Flask, stopped: Enrolment) -> None:
    other = stop(ProfileError("profile-no-anchor"))
    page = as_role(portal, "approver").get(f"/stopped-issues/{other.id}/").text
    assert "オンラインでは更新できません" in page
    assert "発行せずに終了…" in page and f"/stopped-issues/{other.id}/resume/" not in page


def test_a_hostile_name_stays_text(portal: Flask, stopped: Enrolment) -> None:
    db.session.execute(update(Applicant).values(name_romaji="<script>alert(1)</script>"))
    db.session.commit()
    assert "<script>alert" not in as_role(portal, "officer").get(f"/stopped-issues/{stopped.id}/").text
