"""Disclosure (施行規則6条14号): two people, a hold by itself, exactly two classes of record, and who had them in hand."""

import hashlib
import subprocess
from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.core.errors import IllegalTransitionError, NotFoundError
from models.audit import AuditEntry
from models.disclosures import DisclosureRequest
from models.enums import DisclosureStatus, HoldKind, PaperKind, SheetEventKind
from models.sheets import RetentionHold, Sheet, SheetEvent
from registration import queries
from registration.services.decide_disclosure import decide_disclosure
from registration.services.disclosure_steps import DisclosureError
from registration.services.hand_over_disclosure import hand_over_disclosure
from registration.services.receive_disclosure import DisclosureDetails, receive_disclosure
from tests.factories.desk import receive, staff_actor, work_through

pytestmark = pytest.mark.hsm


@pytest.fixture(autouse=True)
def _storage(signer_process: None) -> None:
    """Scans are stored encrypted."""


@pytest.fixture
def people(app: Flask):
    return staff_actor("officer"), staff_actor("approver")


@pytest.fixture
def case(people):
    found = receive(staff_actor("reception"))
    work_through(found, people[0])
    return found


def applicant_of(case):
    found = queries.get_case(case).applicants[0].id
    db.session.rollback()
    return found


def ask(case, actor, **extra):
    given = {
        "requester_name": "𠮷田 太郎",
        "requester_address": "茨城県日立市助川町一丁目1番1号",
        "identified_by": "運転免許証",
        "harm": "身に覚えのない契約に署名された",
        "received_on": clock.today(),
    } | extra
    return receive_disclosure(applicant_of(case), DisclosureDetails(**given), actor=actor, now=clock.now())


def test_a_request_places_its_hold(people, case) -> None:
    request = db.session.get_one(DisclosureRequest, ask(case, people[0]))
    assert request.number == f"J-{clock.today().year}-000001"
    hold = db.session.scalars(select(RetentionHold)).one()
    assert (hold.kind, hold.reason, hold.application_id) == (HoldKind.DISCLOSURE, request.number, case)
    assert db.session.scalars(select(AuditEntry).where(AuditEntry.event == "disclosure:receive")).one()


@pytest.mark.parametrize("field", ["requester_name", "identified_by", "harm"])
def test_a_request_says_who_how_identified_and_why(people, case, field) -> None:
    with pytest.raises(DisclosureError, match="disclosure-field") as caught:
        ask(case, people[0], **{field: " "})
    assert caught.value.field == field
    with pytest.raises(DisclosureError, match="disclosure-in-future"):
        ask(case, people[0], received_on=clock.today() + timedelta(days=1))
    assert db.session.scalars(select(RetentionHold)).all() == []


def test_a_second_person_decides_once(people, case) -> None:
    request = ask(case, people[0])
    with pytest.raises(DisclosureError, match="disclosure-two-people"):
        decide_disclosure(request, is_granted=True, reason="正当", actor=people[0], now=clock.now())
    with pytest.raises(DisclosureError, match="disclosure-reason"):
        decide_disclosure(request, is_granted=True, reason=" ", actor=people[1], now=clock.now())
    decide_disclosure(request, is_granted=False, reason="本人と確認できない", actor=people[1], now=clock.now())
    row = db.session.get_one(DisclosureRequest, request)
    assert (row.status, row.decided_by_name) == (DisclosureStatus.REFUSED, people[1].name)
    with pytest.raises(IllegalTransitionError):
        decide_disclosure(request, is_granted=True, reason="正当", actor=people[1], now=clock.now())
    with pytest.raises(IllegalTransitionError):
        hand_over_disclosure(request, authority="認証局", actor=people[0], now=clock.now())
    with pytest.raises(NotFoundError):
        decide_disclosure(uuid4(), is_granted=True, reason="正当", actor=people[1], now=clock.now())


def test_exactly_the_application_and_the_identity_documents_are_handed_over(people, case) -> None:
    request = ask(case, people[0])
    decide_disclosure(request, is_granted=True, reason="正当な理由あり", actor=people[1], now=clock.now())
    number, pdf = hand_over_disclosure(request, authority="株式会社サンプル認証", actor=people[0], now=clock.now())
    text = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    assert text.count("\f") == 3
    assert all(number in page for page in text.split("\f")[:3])
    assert [name in text for name in ("様式5", "住民票", "印鑑登録証明書")] == [True] * 3
    assert not [name for name in ("様式1", "様式2", "様式3", "様式4", "様式6", "登記", "法人代表者印") if name in text]
    row = db.session.get_one(DisclosureRequest, request)
    assert row.export_sha256 == hashlib.sha256(pdf).hexdigest()
    assert row.handed_over_on == clock.today()
    kinds = db.session.scalars(
        select(Sheet.kind).join(SheetEvent).where(SheetEvent.kind == SheetEventKind.DISCLOSED)
    ).all()
    assert sorted(kinds) == sorted(
        [PaperKind.FORM_5, PaperKind.RESIDENCE_CERTIFICATE, PaperKind.PERSONAL_SEAL_CERTIFICATE]
    )
    again = hand_over_disclosure(request, authority="株式会社サンプル認証", actor=people[0], now=clock.now())
    assert again == (number, pdf)  # the same pages give the same file
    events = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "disclosure:hand-over")).all()
    assert len(events) == 2


def test_nothing_is_handed_over_without_its_pages(people) -> None:
    case = receive(staff_actor("reception"))
    request = ask(case, people[0])
    decide_disclosure(request, is_granted=True, reason="正当", actor=people[1], now=clock.now())
    with pytest.raises(DisclosureError, match="disclosure-no-scan"):
        hand_over_disclosure(request, authority="認証局", actor=people[0], now=clock.now())
    assert db.session.scalars(select(AuditEntry).where(AuditEntry.event == "disclosure:hand-over")).all() == []
