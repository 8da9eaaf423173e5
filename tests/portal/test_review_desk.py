"""The page of a case, the seals, the queue: what an officer sees, sends, and is told."""

import html
import json
import re
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.core import clock
from app.core.actor import Actor
from app.core.db import db
from models.enums import ApplicationStatus, PaperKind
from registration import queries
from registration.services.claim_case import claim_case
from registration.services.hold_case import hold_case
from registration.services.record_paper import PaperRecord, record_paper
from tests.factories.cases import make_case
from tests.factories.desk import FIELDS, receive, staff_actor
from tests.factories.staff import sign_in


@pytest.fixture
def officer(portal: Flask) -> Actor:
    return staff_actor("officer", email="shinsa@example.jp", name="佐藤 直樹")


@pytest.fixture
def client(portal: Flask, officer: Actor) -> FlaskClient:
    return sign_in(portal, "shinsa@example.jp")


@pytest.fixture
def case(portal: Flask) -> UUID:
    return receive(staff_actor("reception"))


def page_of(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def send(client: FlaskClient, case: UUID, action: str, **data: str):  # noqa: ANN201
    page = page_of(client, f"/review/{case}/")
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None
    return client.post(f"/review/{action}", data={"csrf_token": token[1], **data})


def papers(case: UUID) -> dict[PaperKind, UUID]:
    found = {paper.kind: paper.id for paper in queries.get_case(case).papers}
    db.session.rollback()
    return found


def fill(paper: UUID, actor: Actor, *, fresh: bool = False, **fields: str) -> None:
    day = (clock.today() - timedelta(days=5)).isoformat() if fresh else ""
    record_paper(paper, PaperRecord(issued_on_text=day, fields=FIELDS | fields), actor=actor, now=clock.now())


def test_both_values_with_their_code_points_and_a_judgement(client, officer, case) -> None:
    known = papers(case)
    fill(known[PaperKind.RESIDENCE_CERTIFICATE], officer, fresh=True)
    fill(known[PaperKind.FORM_5], officer, name="吉田 太郎")
    page = page_of(client, f"/review/{case}/?paper={known[PaperKind.FORM_5]}")
    assert "<mark>吉</mark>田 太郎" in page and "<mark>𠮷</mark>田 太郎" in page
    assert "U+5409" in page and "U+20BB7" in page and "異体字" in page
    facts = '{"left": "吉田 太郎", "right": "𠮷田 太郎"}'
    about = {"about": str(known[PaperKind.FORM_5]), "code": "compare:name", "facts": facts}
    about["paper"] = about["about"]  # the one that is open
    refused = send(client, case, f"{case}/judge/", **about, accepted="yes", reason=" ")
    assert refused.status_code == 422 and "理由を入力してください" in refused.get_data(as_text=True)
    stale = send(client, case, f"{case}/judge/", **about | {"facts": "{}"}, accepted="yes", reason="登記で確認")
    assert stale.status_code == 409 and 'value="登記で確認"' in stale.get_data(as_text=True)
    assert send(client, case, f"{case}/judge/", **about, accepted="yes", reason="戸籍で確認").status_code == 302
    page = page_of(client, f"/review/{case}/?paper={known[PaperKind.FORM_5]}")
    assert "戸籍で確認" in page


def test_the_page_says_the_facts_that_the_judgement_must_repeat(client, officer, case) -> None:
    known = papers(case)
    fill(known[PaperKind.RESIDENCE_CERTIFICATE], officer, fresh=True)
    fill(known[PaperKind.FORM_5], officer, name="吉田 太郎")
    page = page_of(client, f"/review/{case}/?paper={known[PaperKind.FORM_5]}")
    written = html.unescape(re.findall(r'name="facts" value="([^"]*)"', page)[0])
    assert json.loads(written) == {"left": "吉田 太郎", "right": "𠮷田 太郎"}


def test_what_another_paper_says_is_offered_and_never_filled_in(client, officer, case) -> None:
    known = papers(case)
    fill(known[PaperKind.REGISTRY_CERTIFICATE], officer, fresh=True)
    page = page_of(client, f"/review/{case}/?paper={known[PaperKind.FORM_1]}")
    field = re.search(r'<input id="field-company_name"[^>]*>', page)
    assert field is not None and 'value=""' in field[0] and 'data-offer="株式会社髙﨑建設"' in field[0]


def test_a_refused_field_keeps_everything_and_names_itself(client, case) -> None:
    paper = papers(case)[PaperKind.REGISTRY_CERTIFICATE]
    answer = send(
        client,
        case,
        f"{case}/papers/{paper}/",
        **{"issued_on": "令和8年10月1日", "field-company_name": "株式会社髙﨑建設", "field-company_number": "123"},
    )
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'value="株式会社髙﨑建設"' in page and 'value="令和8年10月1日"' in page
    assert re.search(r'<input id="field-company_number"[^>]*aria-invalid="true"', page)


def test_the_loser_of_a_claim_is_told_who(client, officer, case) -> None:
    claim_case(case, actor=staff_actor("officer", email="o2@example.jp", name="田中 裕子"), now=clock.now())
    answer = send(client, case, f"{case}/claim/")
    assert answer.status_code == 409
    assert "田中 裕子さんが担当しています" in answer.get_data(as_text=True)


def test_hold_without_a_reason_and_next_case(client, officer, case) -> None:
    answer = send(client, case, f"{case}/hold/", reason="")
    assert answer.status_code == 422 and "保留の理由を入力してください" in answer.get_data(as_text=True)
    assert send(client, case, f"{case}/hold/", reason="電話待ち").status_code == 302
    assert "電話待ち" in page_of(client, f"/review/{case}/")
    assert send(client, case, "next/").headers["Location"] == "/applications/"
    assert send(client, case, f"{case}/resume/").status_code == 302
    assert send(client, case, "next/").headers["Location"] == f"/review/{case}/"
    assert queries.get_case(case).claimed_by == officer.id


def test_notes_and_reassignment(client, officer, case) -> None:
    second = staff_actor("officer", email="o2@example.jp", name="田中 裕子")
    assert send(client, case, f"{case}/note/", text="<b>封筒</b>は会社名義").status_code == 302
    page = page_of(client, f"/review/{case}/")
    assert "&lt;b&gt;封筒&lt;/b&gt;は会社名義" in page
    answer = send(client, case, f"{case}/reassign/", to=str(second.id), reason="")
    assert answer.status_code == 422
    assert send(client, case, f"{case}/reassign/", to=str(second.id), reason="休暇").status_code == 302
    assert queries.get_case(case).claimed_by == second.id
    assert send(client, case, f"{case}/reassign/", to="nobody", reason="x").status_code == 400


def test_two_see_each_other(client, portal, case) -> None:
    staff_actor("approver", email="shonin@example.jp", name="山本 次郎")
    other = sign_in(portal, "shonin@example.jp")
    page_of(other, f"/review/{case}/")
    assert client.get(f"/review/{case}/presence/").get_json() == {"others": ["山本 次郎"]}
    assert other.get(f"/review/{case}/presence/").get_json() == {"others": ["佐藤 直樹"]}


@pytest.mark.parametrize(
    ("issued", "words"),
    [
        ("2026-11-30", "受領日より後"),
        ("令和元年4月30日", "初日（2019-05-01）より前"),
        ("令和8年10月", "日がありません"),
        ("令和8年2月29日", "という日はありません"),
        ("令和8年7月1日", "期限切れ"),
        ("平成31年5月1日", "元号は終わっています"),
    ],
)
def test_each_wrong_date_has_its_own_sentence(client, issued: str, words: str) -> None:
    answer = client.get("/review/fresh/", query_string={"issued": issued, "received": "2026-11-24"}).get_json()
    assert not answer["ok"]
    assert words in answer["text"] + answer.get("why", ""), answer


def test_a_postal_code_suggests_a_place(client) -> None:
    assert "東京都港区新橋" in client.get("/review/addresses/?code=105-0004").get_json()["texts"][0]
    assert client.get("/review/addresses/?code=1").get_json()["error"]


def test_seals_are_recorded_where_they_are_compared(client, officer, case) -> None:
    known = papers(case)
    page = page_of(client, f"/seals/{case}/?paper={known[PaperKind.FORM_5]}")
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None
    data = {"csrf_token": token[1], "paper": str(known[PaperKind.FORM_5]), "check": "seal-matches-seal-certificate"}
    refused = client.post(f"/seals/{case}/record/", data=data | {"result": "not_ok", "note": ""})
    assert refused.status_code == 422
    assert client.post(f"/seals/{case}/record/", data=data | {"check": "filled-in", "result": "ok"}).status_code == 404
    assert client.post(f"/seals/{case}/record/", data=data | {"result": "ok"}).status_code == 302
    checks = {(check.code, check.result.value) for paper in queries.get_case(case).papers for check in paper.checks}
    assert checks == {("seal-matches-seal-certificate", "ok")}


def numbers(client: FlaskClient, tab: str = "open") -> list[str]:
    return re.findall(r">(A-2026-\d{6})<", page_of(client, f"/applications/?tab={tab}"))


def test_the_queue_shows_what_runs_out_first(client, officer) -> None:
    today = clock.today()
    late = make_case("山田 太郎", received_on=today - timedelta(days=9))
    fine = make_case("山田 花子", received_on=today, claimed_by=officer.id)
    hold_case(late.id, reason="電話待ち", actor=officer, now=clock.now())
    make_case("山田 次郎", received_on=today - timedelta(days=3), status=ApplicationStatus.APPROVED)
    late_number, fine_number = late.number, fine.number
    assert numbers(client) == [late_number, fine_number]
    assert numbers(client, "mine") == [fine_number]
    assert numbers(client, "unclaimed") == [late_number]
    assert numbers(client, "held") == [late_number]
    assert numbers(client, "overdue") == [late_number]
    page = page_of(client, "/applications/")
    assert '<span class="num late">' in page and "2日超過" in page and "あと7日" in page and "電話待ち" in page


def test_the_queue_says_who_acted(client, officer, case) -> None:
    assert "対応可" in page_of(client, "/applications/")
    fill(papers(case)[PaperKind.FORM_1], officer)
    page = page_of(client, "/applications/")
    assert "対応可" in page and "佐藤 直樹" in page.split("<tbody>")[1]


def test_the_first_page_names_the_urgent_cases(client) -> None:
    urgent = make_case("山田 太郎", received_on=clock.today() - timedelta(days=8)).number
    page = page_of(client, "/")
    assert urgent in page and "急ぎの案件" in page and "期限超過" in page
