"""The pages of notices, refusals and withdrawals: looked at before they are sent, and nothing typed is lost."""

import re
import subprocess
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from app.core import clock
from app.core.db import db
from models.enums import ApplicationStatus as S
from models.enums import CheckResult, MailPieceStatus, NoticeStatus, PaperKind
from models.mail_pieces import MailPiece
from models.notices import CaseLetter, DeficiencyNotice
from registration import queries
from registration.rules.notices import default_due
from registration.services.record_check import record_check
from tests.factories.desk import receive, staff_actor, work_through
from tests.factories.notices import notice_on, papers_of, run_jobs
from tests.factories.staff import make_staff, sign_in

pytestmark = pytest.mark.hsm


@pytest.fixture
def case(portal: Flask, signer_process: None) -> UUID:
    officer = staff_actor("officer", email="first@example.jp", name="佐藤 直樹")
    case = receive(officer)
    work_through(case, officer, issued_on=clock.today() - timedelta(days=130), scans=False)
    record_check(
        papers_of(case)[PaperKind.FORM_5],
        "filled-in",
        CheckResult.NOT_OK,
        note="押印がありません。",
        actor=officer,
        now=clock.now(),
    )
    db.session.rollback()
    return case


def client_of(portal: Flask, *roles: str) -> FlaskClient:
    make_staff(*roles, email="me@example.jp", name="森 由美")
    return sign_in(portal, "me@example.jp")


@pytest.fixture
def client(portal: Flask, case: UUID) -> FlaskClient:
    return client_of(portal, "officer")


def fields(page: str) -> MultiDict[str, str]:
    """What a browser would send of the page's form."""
    found: MultiDict[str, str] = MultiDict()
    for tag in re.findall(r"<input[^>]*>", page.split("<main", 1)[-1]):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        is_box = 'type="checkbox"' in tag or 'type="radio"' in tag
        if name and name[1] not in {"q", "search"} and (not is_box or " checked" in tag):
            found.add(name[1], value[1] if value else "")
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'<option[^>]*selected[^>]*value="([^"]*)"|value="([^"]*)"[^>]*selected', options)
        first = re.search(r'value="([^"]*)"', options)
        assert first is not None
        found.add(name, (chosen[1] or chosen[2]) if chosen else first[1])
    return found


def filled(data: MultiDict[str, str], **typed: str) -> MultiDict[str, str]:
    """The form with these fields typed over."""
    copy = data.copy()
    for name, value in typed.items():
        copy[name] = value
    return copy


def path(case: UUID) -> str:
    return f"/notices/{case}/write/"


def opened(client: FlaskClient, case: UUID) -> MultiDict[str, str]:
    return fields(client.get(path(case)).get_data(as_text=True))


def post(client: FlaskClient, where: str, data: MultiDict[str, str], do: str):  # noqa: ANN201
    return client.post(where, data=MultiDict([*data.items(multi=True), ("do", do)]))


def state(case: UUID) -> S:
    db.session.rollback()
    return queries.get_case(case).status


def test_the_page_has_ticked_what_is_wrong(client: FlaskClient, case: UUID) -> None:
    data = opened(client, case)
    ticked = {key.split(".", 1)[1] for key in data.getlist("ask")}
    assert ticked == {"not-ok.filled-in", f"stale.{(clock.today() - timedelta(days=130)).isoformat()}"}
    assert len(data.getlist("ask")) == 5
    assert data["recipient_name"] == "葛󠄀城 葵"
    form_5 = papers_of(case)[PaperKind.FORM_5]
    assert data[f"words-{form_5}.not-ok.filled-in"] == "押印がありません。", (
        "the notice is made from the officer's note"
    )
    assert data[f"back-{form_5}.not-ok.filled-in"] == "1"


def test_looked_at_then_changed_then_sent(client: FlaskClient, case: UUID) -> None:
    data = opened(client, case)
    data["remark"] = "担当：佐藤"
    preview = post(client, path(case), data, "preview")
    page = preview.get_data(as_text=True)
    assert (
        preview.status_code == 200 and "記入漏れ、または署名・押印の漏れがあります。" in page and "担当：佐藤" in page
    )
    assert state(case) is S.IN_REVIEW, "looking changes nothing"
    carried = fields(page)
    pdf = post(client, path(case), carried, "letter")
    assert pdf.mimetype == "application/pdf" and "no-store" in pdf.headers["Cache-Control"]
    text = subprocess.run(["pdftotext", "-", "-"], input=pdf.data, capture_output=True, check=True).stdout.decode()
    assert "葛󠄀城 葵" in text and "担当：佐藤" in text
    again = fields(post(client, path(case), carried, "edit").get_data(as_text=True))
    assert sorted(again.getlist("ask")) == sorted(data.getlist("ask"))
    sent = post(client, path(case), carried, "send")
    assert sent.status_code == 302
    assert state(case) is S.INCOMPLETE
    notice = db.session.scalars(select(DeficiencyNotice)).one()
    assert (notice.remark, notice.due_on, len(notice.items)) == ("担当：佐藤", default_due(clock.today()), 5)
    shown = client.get(sent.headers["Location"]).get_data(as_text=True)
    assert notice.number in shown and "押印がありません。" in shown


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("due_on", "令和8年13月1日", "date"),
        ("due_on", "2020-01-06", "too near"),
        ("recipient_address", "", "required"),
        ("recipient_email", "nobody", "no e-mail address"),
        ("ask", None, "Tick at least one thing"),
        ("ask", "not-there", "has changed meanwhile"),
    ],
)
def test_what_cannot_be_sent_is_said_and_stays_typed(
    client: FlaskClient, case: UUID, name: str, value: str | None, sentence: str
) -> None:
    client.get("/?lang=en")
    data = opened(client, case)
    data["remark"] = "これは残る"
    data.setlist(name, [] if value is None else [value])
    answer = post(client, path(case), data, "send")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert sentence in page and "これは残る" in page
    assert state(case) is S.IN_REVIEW
    db.session.rollback()
    assert db.session.scalars(select(DeficiencyNotice)).all() == []


def test_somebody_else_was_quicker(client: FlaskClient, case: UUID) -> None:
    data = opened(client, case)
    other = staff_actor("officer", email="other@example.jp")
    notice_on(case, other, back=False)
    answer = post(client, path(case), data, "send")
    assert answer.status_code == 409


def test_a_notice_from_the_desk_to_the_post_office(portal: Flask, case: UUID) -> None:
    client = client_of(portal, "officer", "mailroom")
    post(client, path(case), opened(client, case), "send")
    run_jobs("mailings.jobs.prepare_case_letter")
    db.session.rollback()
    piece = db.session.scalars(select(MailPiece)).one()
    letter = db.session.scalars(select(CaseLetter)).one()
    code, sheet, piece_id, letter_id = piece.number, letter.enclosures[0].sheet.number, piece.id, letter.id
    db.session.rollback()
    where = "/mailroom/company-letters/print/"
    page = client.get(where).get_data(as_text=True)
    assert code in page and sheet in page
    printed = client.post(where, data=fields(page))
    assert printed.mimetype == "application/pdf"
    assert client.get(f"/mailroom/{piece_id}/letter.pdf").data == client.get(f"/notices/letters/{letter_id}.pdf").data
    where = "/mailroom/enclose-papers/"
    data = filled(fields(client.get(where).get_data(as_text=True)), letter_code=f"L1:{code}")
    wrong = client.post(where, data=filled(data, sheet_codes=""))
    assert wrong.status_code == 422 and sheet in wrong.get_data(as_text=True)
    assert client.post(where, data=filled(data, sheet_codes=sheet)).status_code == 302
    where = f"/mailroom/{piece_id}/post/"
    data = fields(client.get(where).get_data(as_text=True))
    number = f"{3152012345}{3152012345 % 7}"
    assert client.post(where, data=filled(data, item_number=number, grams="40")).status_code == 422  # typed once
    good = filled(data, item_number=number, item_number_again=number, grams="40")
    assert client.post(where, data=good).status_code == 302
    listed = client.get("/mailroom/posting-list.pdf")
    text = subprocess.run(["pdftotext", "-layout", "-", "-"], input=listed.data, capture_output=True, check=True)
    assert "簡易書留" in text.stdout.decode() and "本人限定" not in text.stdout.decode()
    assert "葛󠄀城 葵" in client.get("/mailroom/?tab=posted").get_data(as_text=True)
    db.session.rollback()
    assert db.session.get_one(MailPiece, piece_id).status is MailPieceStatus.POSTED


def test_ordinary_mail_needs_no_number_and_lies_in_its_own_list(portal: Flask, case: UUID) -> None:
    client = client_of(portal, "officer", "mailroom")
    officer = staff_actor("officer", email="o2@example.jp")
    notice_on(case, officer, back=False)
    run_jobs("mailings.jobs.prepare_case_letter")
    db.session.rollback()
    piece = db.session.scalars(select(MailPiece)).one()
    code, piece_id = piece.number, piece.id
    db.session.rollback()
    where = "/mailroom/company-letters/print/"
    client.post(where, data=fields(client.get(where).get_data(as_text=True)))
    where = "/mailroom/enclose-papers/"
    client.post(where, data=filled(fields(client.get(where).get_data(as_text=True)), letter_code=code))
    where = f"/mailroom/{piece_id}/post/"
    page = client.get(where).get_data(as_text=True)
    assert "item_number" not in page
    assert client.post(where, data=filled(fields(page), grams="30")).status_code == 302
    assert code not in client.get("/mailroom/?tab=posted").get_data(as_text=True)
    assert code in client.get("/mailroom/?tab=ordinary").get_data(as_text=True)


def test_the_register_and_what_can_be_done_with_a_notice(client: FlaskClient, case: UUID) -> None:
    notice = notice_on(case, staff_actor("officer", email="o3@example.jp"))
    listed = client.get("/notice-list/").get_data(as_text=True)
    assert "株式会社髙﨑建設" in listed and "0 / 2" in listed
    assert "株式会社髙﨑建設" not in client.get("/notice-list/?tab=overdue").get_data(as_text=True)
    assert "株式会社髙﨑建設" in client.get("/notice-list/?tab=all&search=髙﨑").get_data(as_text=True)
    where = f"/notices/{notice}/items/2/answer/"
    data = fields(client.get(where).get_data(as_text=True))
    assert client.post(where, data=filled(data, answer="葛󠄀城様、電話で確認")).status_code == 302
    page = client.get(f"/notices/{notice}/").get_data(as_text=True)
    assert "葛󠄀城様、電話で確認" in page
    where = f"/notices/{notice}/withdraw/"
    data = fields(client.get(where).get_data(as_text=True))
    assert client.post(where, data=filled(data, reason=" ")).status_code == 422
    assert client.post(where, data=filled(data, reason="誤り")).status_code == 302
    db.session.rollback()
    assert db.session.get_one(DeficiencyNotice, notice).status is NoticeStatus.WITHDRAWN
    assert client.post(where, data=filled(data, reason="もう一度")).status_code == 422


@pytest.mark.parametrize(
    ("role", "seen"), [("mailroom", 200), ("reception", 200), ("approver", 200), ("auditor", 200), ("billing", 403)]
)
def test_who_may_read_notices_and_who_may_not_write(portal: Flask, case: UUID, role: str, seen: int) -> None:
    notice = notice_on(case, staff_actor("officer", email="o4@example.jp"))
    client = client_of(portal, role)
    assert client.get(f"/notices/{notice}/").status_code == seen
    assert client.get("/notice-list/").status_code == seen
    assert client.get(path(case)).status_code == 403
    assert client.get(f"/withdrawal/{case}/").status_code == 403


def test_an_approver_refuses_with_a_reason_from_the_list(portal: Flask, case: UUID) -> None:
    client = client_of(portal, "approver")
    where = f"/refusal/{case}/"
    data = fields(client.get(where).get_data(as_text=True))
    assert client.post(where, data=filled(data, reason="印影が異なる")).status_code == 422, "a reason must be chosen"
    answer = client.post(where, data=filled(data, reason="印影が異なる", reason_code="seal", papers="kept"))
    assert answer.status_code == 302 and "/approval/" in answer.headers["Location"]
    assert state(case) is S.REFUSED
    letter = db.session.scalars(select(CaseLetter)).one()
    assert (letter.reason, letter.recipient_name) == ("印影が異なる", "葛󠄀城 葵")


def test_who_worked_on_the_case_is_told_that_somebody_else_must_refuse(portal: Flask, case: UUID) -> None:
    client = sign_in(portal, "first@example.jp")
    assert client.get(f"/refusal/{case}/").status_code == 403


def test_an_officer_records_a_withdrawal(client: FlaskClient, case: UUID) -> None:
    where = f"/withdrawal/{case}/"
    data = fields(client.get(where).get_data(as_text=True))
    assert data["papers"] == "returned"
    assert client.post(where, data=filled(data, reason="計画中止")).status_code == 302
    assert state(case) is S.WITHDRAWN
    assert client.post(where, data=filled(data, reason="計画中止")).status_code == 409


def test_addresses_of_nothing(client: FlaskClient) -> None:
    nothing = UUID(int=0)
    for address in (
        f"/notices/{nothing}/",
        f"/notices/{nothing}/write/",
        f"/notices/{nothing}/withdraw/",
        f"/notices/letters/{nothing}.pdf",
        f"/withdrawal/{nothing}/",
        f"/mailroom/{nothing}/letter.pdf",
    ):
        assert client.get(address).status_code == 404, address
