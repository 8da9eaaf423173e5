"""The queue of refused contents: who sees it, where it is announced, the answer, the end, and who was quicker."""

import re
from collections.abc import Iterator
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.core import clock
from app.core.db import db
from app.core.settings import Settings
from issuance.queries.contents import count_refused, find_refused
from issuance.services.answer_contents import answer_contents
from issuance.services.refuse_contents import refuse_contents
from models.applications import Applicant, Application
from models.audit import AuditEntry
from models.enums import PinKind, PinStatus
from models.pin_secrets import PinSecret
from models.promises import Promise
from tests.factories.clients import FreshClient
from tests.factories.desk import approved_case, staff_actor
from tests.factories.staff import make_staff, sign_in
from wsgi import create_portal

WORDS = "氏名は「髙﨑」です。<script>alert(1)</script>"


pytestmark = pytest.mark.hsm


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
def holder(portal: Flask) -> UUID:
    """An applicant of an approved case who says that the name is wrong."""
    applicant = approved_case().applicants[0].id
    secret = PinSecret(kind=PinKind.APPLICATION, applicant_id=applicant, verifier="v", status=PinStatus.ISSUED)
    db.session.add(secret)
    db.session.commit()
    refuse_contents(secret.id, about="name", words=WORDS, now=clock.now())
    return applicant


def as_role(portal: Flask, role: str) -> FlaskClient:
    make_staff(role, email=f"{role}-2@example.jp", name="佐藤 直樹")
    return sign_in(portal, f"{role}-2@example.jp")


def hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'name="(csrf_token|seen)"[^>]*value="([^"]+)"', page))


def test_it_is_announced_on_the_dashboard_and_on_the_case(portal: Flask, holder: UUID) -> None:
    client = as_role(portal, "officer")
    assert "証明書の記載内容について、回答を待っている利用者：1件" in client.get("/?lang=ja").text
    case = db.session.get_one(Applicant, holder).application_id
    page = client.get(f"/review/{case}/").text
    assert "証明書の記載内容に申出があり、回答が必要です" in page and f"/refused-contents/{holder}/" in page
    queue = client.get("/refused-contents/").text
    assert "髙﨑" in queue and "<script>alert" not in queue
    page = client.get(f"/refused-contents/{holder}/").text
    assert "案件の住民票の写しと様式5を照合してください" in page and "<script>alert" not in page
    assert "発行せずに終了…" not in page  # the approver's
    assert "Compare it with the residence certificate" in client.get(f"/refused-contents/{holder}/?lang=en").text


def test_answered(portal: Flask, holder: UUID) -> None:
    client = as_role(portal, "officer")
    address = f"/refused-contents/{holder}/answer/"
    data = hidden(client.get(f"/refused-contents/{holder}/").text)
    empty = client.post(address, data={**data, "answer": " "})
    assert empty.status_code == 422
    number = client.post(address, data={**data, "answer": "番号 123456789018 を確認"})
    assert number.status_code == 422 and "123456789018" in number.text and "個人番号" in number.text
    done = client.post(address, data={**data, "answer": "標準の字に置き換えています。"}, follow_redirects=True)
    assert "回答しました" in done.text and "回答待ちの申出はありません" in done.text
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "contents:answer")).one()
    assert (entry.actor_name, entry.detail["answer"]) == ("佐藤 直樹", "標準の字に置き換えています。")
    names = set(db.session.scalars(select(Promise.name).where(Promise.subject_id == holder)))
    assert "mailings.jobs.email_contents_answered" in names
    again = client.post(address, data={**data, "answer": "もう一度"}, follow_redirects=True)
    assert "その間にほかの人が変更しました" in again.text


def test_what_the_holder_said_since_is_shown_before_it_is_answered(portal: Flask, holder: UUID) -> None:
    client = as_role(portal, "officer")
    data = hidden(client.get(f"/refused-contents/{holder}/").text)
    pin = db.session.scalars(select(PinSecret.id)).one()
    db.session.rollback()
    refuse_contents(pin, about="company", words="会社名も違います", now=clock.now())
    stale = client.post(f"/refused-contents/{holder}/answer/", data={**data, "answer": "よく見ました"})
    assert stale.status_code == 409 and "会社名も違います" in stale.text and "よく見ました" in stale.text
    assert count_refused() == 1
    fresh = hidden(stale.text)
    done = client.post(f"/refused-contents/{holder}/answer/", data={**fresh, "answer": "よく見ました"})
    assert done.status_code == 302 and count_refused() == 0


def test_the_approver_ends_it(portal: Flask, holder: UUID) -> None:
    client = as_role(portal, "approver")
    address = f"/refused-contents/{holder}/end/"
    data = hidden(client.get(address).text)
    long = client.post(address, data={**data, "reason": "長" * 501})
    assert long.status_code == 422 and "長" * 501 in long.text
    done = client.post(address, data={**data, "reason": "氏名の誤り"}, follow_redirects=True)
    assert "終了しました" in done.text
    assert set(db.session.scalars(select(PinSecret.status))) == {PinStatus.DESTROYED}
    assert client.get(address).status_code == 404


def test_somebody_else_was_quicker_with_the_end(portal: Flask, holder: UUID) -> None:
    client = as_role(portal, "approver")
    data = hidden(client.get(f"/refused-contents/{holder}/end/").text)
    seen = find_refused(holder).seq
    db.session.rollback()
    answer_contents(holder, seen=seen, answer="ok", actor=staff_actor("officer"), now=clock.now())
    late = client.post(f"/refused-contents/{holder}/end/", data={**data, "reason": "x"}, follow_redirects=True)
    assert late.status_code == 200 and "その間にほかの人が変更しました" in late.text


@pytest.mark.parametrize(
    ("role", "reads", "answers", "ends"),
    [
        ("officer", 200, 422, 403),
        ("approver", 200, 422, 422),
        ("ca_operator", 200, 422, 403),
        ("auditor", 200, 403, 403),
        ("mailroom", 403, 403, 403),
        ("administrator", 403, 403, 403),
    ],
)
def test_who_may(portal: Flask, holder: UUID, role: str, reads: int, answers: int, ends: int) -> None:
    client = as_role(portal, role)
    token = {"csrf_token": hidden(client.get("/password").text)["csrf_token"]}
    assert client.get("/refused-contents/").status_code == reads
    assert client.post(f"/refused-contents/{holder}/answer/", data=token).status_code == answers
    assert client.post(f"/refused-contents/{holder}/end/", data=token).status_code == ends


def test_a_case_that_is_not_approved_says_nothing(portal: Flask, holder: UUID) -> None:
    db.session.execute(update(Application).values(status="in_review", approved_at=None, closed_on=None))
    db.session.commit()
    case = db.session.get_one(Applicant, holder).application_id
    assert f"/refused-contents/{holder}/" not in as_role(portal, "officer").get(f"/review/{case}/").text
