"""The pages of sheets, masking, disposal, holds and disclosure: what each shows, does and refuses, and to whom."""

from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.core import clock
from app.core.db import db
from models.audit import AuditEntry
from models.blobs import Blob
from models.disclosures import DisclosureRequest
from models.enums import DisclosureStatus, PaperKind, SheetStatus
from models.papers import Scan
from models.sheets import Disposal, RetentionHold, Sheet
from registration import queries
from registration.page_images import unpack
from tests.factories.desk import receive, staff_actor, work_through
from tests.factories.sheets import old_case, sheets_of
from tests.factories.staff import form_token, make_staff, sign_in
from tests.integration.registration import test_masking
from tests.integration.registration.test_masking import over_the_number, residence_certificate

pytestmark = pytest.mark.hsm


@pytest.fixture
def clients(portal: Flask):
    found: dict[str, FlaskClient] = {}

    def of(role: str) -> FlaskClient:
        if role not in found:
            make_staff(role, email=f"{role}@desk.example.jp", name=f"{role} さん")
            found[role] = sign_in(portal, f"{role}@desk.example.jp")
        return found[role]

    return of


def press(client: FlaskClient, path: str, **data):
    return client.post(path, data={"csrf_token": form_token(client, "/"), **data})


@pytest.fixture
def sheets(portal: Flask) -> list[tuple[UUID, str]]:
    found = [(sheet.id, sheet.number) for sheet in sheets_of(old_case())]
    db.session.rollback()
    return found


def state_of(sheet_id: UUID) -> Sheet:
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(Sheet, sheet_id)


def test_a_scanned_label_says_what_it_is_and_what_can_be_done(clients, sheets) -> None:
    client, (sheet, number) = clients("reception"), sheets[0]
    page = client.get(f"/sheet-desk/?lang=en&code={number.lower()}").get_data(as_text=True)
    assert "A1-1" in page
    assert f"/sheet-desk/{sheet}/shelve/" in page
    assert f"/sheet-desk/{sheet}/lend/" in page
    assert "give-back" not in page
    assert press(client, f"/sheet-desk/{sheet}/shelve/", shelf="b3-12").status_code == 302
    assert state_of(sheet).shelf == "B3-12"
    wrong = press(client, f"/sheet-desk/{sheet}/shelve/", shelf="nowhere")
    assert wrong.status_code == 422
    assert 'value="nowhere"' in wrong.get_data(as_text=True)
    due = clock.today().isoformat()
    assert press(client, f"/sheet-desk/{sheet}/lend/", lent_to="監査室", due_back_on=due).status_code == 302
    refused = press(client, f"/sheet-desk/{sheet}/shelve/", shelf="B3-13")
    assert refused.status_code == 422
    assert number in refused.get_data(as_text=True)
    assert press(client, f"/sheet-desk/{sheet}/give-back/", shelf="").status_code == 302
    assert state_of(sheet).status is SheetStatus.HELD


@pytest.mark.parametrize("code", ["S-2026-999999", "hello", "%00", "S-2026-000001%27"])
def test_a_label_that_is_none(clients, code: str) -> None:
    answer = clients("reception").get(f"/sheet-desk/?code={code}")
    assert answer.status_code == 200


def test_the_register_finds_by_number_case_and_shelf(clients, sheets) -> None:
    client = clients("auditor")
    case_number = "A-2026-000001"
    for text, count in ((sheets[0][1], 1), (case_number, 2), ("A1-1", 2), ("a1-1", 2), ("Z9-9", 0)):
        page = client.get("/sheets/", query_string={"search": text, "tab": "all"}).get_data(as_text=True)
        assert page.count("<tr data-href") == count, text
    for tab in ("here", "no-shelf", "lent", "overdue", "to-return", "destroyed", "all"):
        assert client.get(f"/sheets/?tab={tab}").status_code == 200


def test_labels_are_a_pdf_without_names(clients, signer_process) -> None:
    case = receive(staff_actor("officer", email="other@example.jp"))
    client = clients("reception")
    answer = client.get(f"/sheet-desk/labels.pdf?application_id={case}&skip=5")
    assert answer.data[:5] == b"%PDF-"
    assert "no-store" in answer.headers["Cache-Control"]
    for query in ("", "?application_id=x", "?skip=x&code=S", "?code=%00"):
        assert client.get(f"/sheet-desk/labels.pdf{query}").status_code == 404


def test_two_people_destroy_on_the_screen(clients, sheets) -> None:
    officer, approver = clients("officer"), clients("approver")
    assert officer.get("/disposals/propose/").get_data(as_text=True).count('name="sheet"') == 2
    made = press(officer, "/disposals/propose/", sheet=[str(sheet) for sheet, _number in sheets])
    assert made.status_code == 302
    disposal = db.session.scalar(select(Disposal.id))
    own = press(officer, f"/disposals/{disposal}/confirm/", method="裁断", seen="yes")
    assert own.status_code == 422
    assert press(approver, f"/disposals/{disposal}/confirm/", method="裁断").status_code == 422
    assert press(approver, f"/disposals/{disposal}/confirm/", method="裁断", seen="yes").status_code == 302
    assert {state_of(sheet).status for sheet, _number in sheets} == {SheetStatus.DESTROYED}
    assert press(approver, f"/disposals/{disposal}/confirm/", method="裁断", seen="yes").status_code == 409
    assert press(officer, f"/disposals/{disposal}/withdraw/").status_code == 302  # says that it is too late
    book = clients("auditor").get("/disposals/book/?lang=en").get_data(as_text=True)
    assert book.count("officer さん") == 4  # proposed twice, and named as the second person twice
    assert clients("auditor").get("/disposals/book/?since=nonsense").status_code == 200
    assert clients("auditor").get("/disposals/book/?since=%00&until=R8.1.1").status_code == 200
    empty = press(officer, "/disposals/propose/")
    assert empty.status_code == 422


def test_a_hold_is_placed_and_lifted(clients, sheets) -> None:
    case = sheets_of_case()
    officer = clients("officer")
    assert press(officer, f"/disposals/hold/{case}/", kind="dispute", reason="").status_code == 422
    assert press(officer, f"/disposals/hold/{case}/", kind="dispute", reason="訴訟").status_code == 302
    assert "訴訟" in officer.get(f"/disposals/hold/{case}/").get_data(as_text=True)
    assert officer.get("/disposals/propose/").get_data(as_text=True).count('name="sheet"') == 0
    hold = db.session.scalar(select(RetentionHold.id))
    assert press(officer, f"/disposals/holds/{hold}/lift/").status_code == 302
    assert press(officer, f"/disposals/holds/{case}/lift/").status_code == 404


def sheets_of_case() -> UUID:
    from models.applications import Application  # noqa: PLC0415

    found = db.session.scalar(select(Application.id))
    db.session.rollback()
    assert found is not None
    return found


def paper_of(case: UUID, kind: PaperKind) -> UUID:
    found = next(paper.id for paper in queries.get_case(case).papers if paper.kind is kind)
    db.session.rollback()
    return found


def bare(client: FlaskClient, path: str, data: bytes, **extra):
    headers = {"X-CSRFToken": form_token(client, "/"), **extra.pop("headers", {})}
    return client.post(
        path, data=data, content_type=extra.pop("content_type", "application/octet-stream"), headers=headers
    )


def test_the_masking_page_shows_without_keeping_and_stores_pixels(clients, signer_process) -> None:
    case = receive(staff_actor("officer", email="other@example.jp"))
    paper = paper_of(case, PaperKind.RESIDENCE_CERTIFICATE)
    client, data = clients("officer"), residence_certificate()
    assert client.get(f"/masking/{paper}/").status_code == 200
    preview = bare(client, f"/masking/{paper}/preview/", data)
    assert [page.data[:4] for page in unpack(preview.data)] == [b"RIFF", b"RIFF"]
    assert "no-store" in preview.headers["Cache-Control"]
    assert db.session.scalars(select(Blob)).all() == []
    for wrong in (b"", b"no scan", data[:500]):
        answer = bare(client, f"/masking/{paper}/preview/", wrong)
        assert answer.status_code == 422
        assert answer.json["error"]
    form = {"file": (b"x", "x.pdf")}
    assert press(client, f"/masking/{paper}/preview/", **dict.fromkeys(form, "x")).status_code == 400
    area = over_the_number()[0]
    mask = f"mask={area.page},{area.left},{area.top},{area.width},{area.height}"
    for query in ("", "paper=1", f"{mask}", "mask=x&paper=1", "mask=9,1,1,10,10&paper=1"):
        assert bare(client, f"/masking/{paper}/store/?{query}", data).status_code == 422, query
    assert db.session.scalars(select(Blob)).all() == []
    done = bare(client, f"/masking/{paper}/store/?{mask}&paper=1", data)
    assert done.status_code == 200
    assert str(case) in done.json["next"]
    db.session.rollback()
    assert len(db.session.scalars(select(Scan)).all()) == 2
    sent = press(client, f"/masking/{paper}/send-back/")
    assert sent.status_code == 422  # a scan is stored
    assert client.get(f"/masking/{paper_of(case, PaperKind.FORM_1)}/").status_code == 404


def test_a_numbered_paper_is_sent_back(clients, signer_process) -> None:
    case = receive(staff_actor("officer", email="other@example.jp"))
    paper = paper_of(case, PaperKind.RESIDENCE_CERTIFICATE)
    assert press(clients("officer"), f"/masking/{paper}/send-back/").status_code == 302
    tabs = clients("auditor").get("/sheets/?tab=to-return").get_data(as_text=True)
    assert tabs.count("<tr data-href") == 1


def test_the_plain_scan_of_a_residence_certificate_asks(clients, signer_process) -> None:
    case = receive(staff_actor("officer", email="other@example.jp"))
    paper = paper_of(case, PaperKind.RESIDENCE_CERTIFICATE)
    client = clients("officer")
    page = client.get(f"/review/{case}/?paper={paper}").get_data(as_text=True)
    assert 'name="no_individual_number"' in page
    assert 'name="no_individual_number"' not in client.get(f"/review/{case}/").get_data(as_text=True)


def test_an_upload_is_never_written_to_a_temporary_file(clients, signer_process) -> None:
    """Neither one that is refused for want of the tick, nor a large one, for which a form parser would take a file."""
    case = receive(staff_actor("officer", email="other@example.jp"))
    paper = paper_of(case, PaperKind.RESIDENCE_CERTIFICATE)
    client = clients("officer")
    large = residence_certificate() + b"%" * 2_000_000
    path = f"/review/{case}/papers/{paper}/scan/"
    token = form_token(client, "/")
    parts = (
        f'--x\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token}\r\n',
        '--x\r\nContent-Disposition: form-data; name="file"; filename="scan.pdf"\r\n\r\n',
    )
    body = "".join(parts).encode() + large + b"\r\n--x--\r\n"  # the test's client would itself take a temporary file
    test_masking.WATCHED = []
    try:
        answer = client.post(path, data=body, content_type="multipart/form-data; boundary=x")
        preview = bare(client, f"/masking/{paper}/preview/", large)
    finally:
        opened, test_masking.WATCHED = test_masking.WATCHED, None
    assert (answer.status_code, preview.status_code) == (422, 200)
    assert '<p class="error">' in answer.get_data(as_text=True)
    assert [name for name in opened if not name.startswith("/dev/null")] == []
    assert db.session.scalars(select(Blob)).all() == []


def test_disclosure_from_request_to_file(clients, signer_process) -> None:
    officer = staff_actor("officer", email="other@example.jp")
    case = receive(officer)
    work_through(case, officer)
    applicant = queries.get_case(case).applicants[0].id
    db.session.rollback()
    client, approver = clients("officer"), clients("approver")
    assert "𠮷田 太郎" in client.get(f"/disclosures/new/{case}/").get_data(as_text=True)
    given = {
        "applicant": str(applicant),
        "requester_name": "𠮷田 太郎",
        "identified_by": "運転免許証",
        "harm": "身に覚えがない",
        "received_on": clock.today().isoformat(),
    }
    assert press(client, f"/disclosures/new/{case}/", **(given | {"applicant": str(case)})).status_code == 422
    assert press(client, f"/disclosures/new/{case}/", **(given | {"harm": ""})).status_code == 422
    assert press(client, f"/disclosures/new/{case}/", **given).status_code == 302
    request = db.session.scalar(select(DisclosureRequest.id))
    db.session.rollback()
    assert press(client, f"/disclosures/{request}/hand-over/").status_code == 422
    assert press(approver, f"/disclosures/{request}/decide/", verdict="grant", reason="").status_code == 422
    assert press(approver, f"/disclosures/{request}/decide/", verdict="grant", reason="理由あり").status_code == 302
    assert press(approver, f"/disclosures/{request}/decide/", verdict="grant", reason="理由あり").status_code == 409
    answer = press(client, f"/disclosures/{request}/hand-over/")
    assert answer.data[:5] == b"%PDF-"
    assert "no-store" in answer.headers["Cache-Control"]
    page = clients("auditor").get(f"/disclosures/{request}/").get_data(as_text=True)
    row = db.session.get_one(DisclosureRequest, request)
    assert row.export_sha256 in page
    assert row.status is DisclosureStatus.GRANTED
    seen = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "disclosure:view")).all()
    assert [entry.actor_name for entry in seen] == ["auditor さん"]
