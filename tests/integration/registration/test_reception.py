"""Envelopes: changes, renewals, several applications out of one, one set of certificates for all of them, later arrivals."""

import pytest
from flask import Flask
from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.core.errors import NotFoundError
from models.applications import Envelope
from models.audit import AuditEntry
from models.decisions import Decision
from models.enums import (
    ApplicationKind,
    ApplicationStatus,
    ChangeItem,
    DecisionKind,
    PaperKind,
    Service,
    SheetEventKind,
    SheetStatus,
)
from models.papers import Paper
from models.sheets import Sheet, SheetEvent, SheetUse
from registration import queries
from registration.errors import ScanRefusedError
from registration.services.add_applicants import add_applicants
from registration.services.add_application import add_application
from registration.services.approve import approve_application
from registration.services.attach_scan import attach_scan
from registration.services.confirm_contents import confirm_contents
from registration.services.finish_review import finish_review
from registration.services.rasterise_scan import rasterise_scan
from registration.services.receive_envelope import ApplicantDetails, CompanyDetails, ReceptionError, receive_envelope
from registration.services.record_change import record_change
from registration.services.record_paper import PaperRecord, record_paper
from tests.factories.desk import receive, record, scan_file, staff_actor, work_through
from tests.integration.registration.test_desk import at_once

pytestmark = pytest.mark.hsm
COMPANY = CompanyDetails("株式会社髙﨑建設", "7000012050002")
OTHER = CompanyDetails("別府電設株式会社")
BOTH = (Service.CONTRACT, Service.CERTIFICATE)
LATER = "13112383852"


@pytest.fixture(autouse=True)
def _storage(signer_process: None) -> None:
    """Scans are stored encrypted."""


@pytest.fixture
def people(app: Flask):
    return staff_actor("reception"), staff_actor("officer"), staff_actor("approver")


def change(actor, *items: ChangeItem, applicants=(), services=BOTH, number: str = "35685969384"):
    return receive_envelope(
        item_number=number,
        received_on=clock.today(),
        company=COMPANY,
        services=services,
        applicants=applicants,
        kind=ApplicationKind.CHANGE,
        change_items=items,
        actor=actor,
        now=clock.now(),
    )


def papers_of(case_id) -> dict[PaperKind, Paper]:
    db.session.rollback()
    return {paper.kind: paper for paper in queries.get_case(case_id).papers}


def events_of(sheet_id) -> list[SheetEventKind]:
    return list(
        db.session.scalars(select(SheetEvent.kind).where(SheetEvent.sheet_id == sheet_id).order_by(SheetEvent.sequence))
    )


def audited(event: str) -> list[AuditEntry]:
    return list(db.session.scalars(select(AuditEntry).where(AuditEntry.event == event)))


def test_a_cancellation_has_no_applicants(people) -> None:
    case = queries.get_case(change(people[0], ChangeItem.CANCELLATION))
    assert [paper.kind for paper in case.papers] == [PaperKind.FORM_1, PaperKind.COMPANY_SEAL_CERTIFICATE]
    assert (case.kind, case.change_items, case.applicants) == (ApplicationKind.CHANGE, ["cancellation"], [])


def test_further_certificates_need_papers_of_each_person_and_no_user_id(people) -> None:
    case = queries.get_case(
        change(people[0], ChangeItem.FURTHER_CERTIFICATES, applicants=[ApplicantDetails("神谷 靖")])
    )
    assert len(case.papers) == 6
    assert (case.applicants[0].wants_certificate, case.applicants[0].wants_user_id) == (True, False)


@pytest.mark.parametrize(
    ("items", "applicants", "services", "code"),
    [
        ((), (), BOTH, "no-change-item"),
        ((ChangeItem.FURTHER_CERTIFICATES,), (), BOTH, "no-applicant"),
        ((ChangeItem.FURTHER_CERTIFICATES,), (ApplicantDetails("神谷 靖"),), (Service.CONTRACT,), "service-missing"),
        ((ChangeItem.CANCELLATION,), (ApplicantDetails("神谷 靖"),), BOTH, "applicant-not-asked"),
        (
            (ChangeItem.FURTHER_USER_IDS,),
            (ApplicantDetails("神谷 靖", wants_user_id=False),),
            BOTH,
            "applicant-without-wish",
        ),
        ((ChangeItem.CANCELLATION,), (), (), "no-service"),
    ],
)
def test_an_application_that_asks_for_nothing_is_refused(people, items, applicants, services, code) -> None:
    with pytest.raises(ReceptionError, match=code):
        change(people[0], *items, applicants=applicants, services=services)
    assert db.session.scalars(select(Envelope)).all() == []


def test_a_known_envelope_names_its_case(people) -> None:
    case = queries.get_case(receive(people[0]))
    number, case_id = case.number, str(case.id)
    with pytest.raises(ReceptionError, match="envelope-known") as caught:
        receive(people[0])
    assert (caught.value.fields["case"], caught.value.fields["application_id"]) == (number, case_id)


def test_the_same_company_sends_one_set_of_certificates(people) -> None:
    first = receive(people[0])
    record(papers_of(first)[PaperKind.REGISTRY_CERTIFICATE].id, PaperKind.REGISTRY_CERTIFICATE, people[1])
    second = add_application(
        first,
        kind=ApplicationKind.CHANGE,
        change_items=[ChangeItem.ADDRESS, ChangeItem.CANCELLATION],
        services=BOTH,
        applicants=[],
        actor=people[0],
        now=clock.now(),
    )
    theirs, ours = papers_of(first), papers_of(second)
    for kind in (PaperKind.REGISTRY_CERTIFICATE, PaperKind.COMPANY_SEAL_CERTIFICATE):
        assert ours[kind].sheet_id == theirs[kind].sheet_id
    assert ours[PaperKind.FORM_1].sheet_id != theirs[PaperKind.FORM_1].sheet_id
    registry = ours[PaperKind.REGISTRY_CERTIFICATE]
    assert registry.fields["head_office"].startswith("茨城県")
    assert registry.issued_on == theirs[PaperKind.REGISTRY_CERTIFICATE].issued_on
    uses = db.session.scalars(select(SheetUse).where(SheetUse.sheet_id == registry.sheet_id)).all()
    assert {use.application_id for use in uses} == {first, second}
    assert queries.get_case(first).envelope_id == queries.get_case(second).envelope_id


def test_another_company_sends_its_own(people) -> None:
    first = receive(people[0])
    second = add_application(
        first, company=OTHER, services=BOTH, applicants=[ApplicantDetails("神谷 靖")], actor=people[0], now=clock.now()
    )
    sheets = {paper.sheet_id for case in (first, second) for paper in queries.get_case(case).papers}
    assert len(sheets) == 20
    with pytest.raises(NotFoundError):
        confirm_contents(first, missing=[second], actor=people[0], now=clock.now())


def two_cases(people):
    """Two complete cases of one envelope; the second waits for approval."""
    first = receive(people[0])
    second = add_application(
        first,
        kind=ApplicationKind.CHANGE,
        change_items=[ChangeItem.CANCELLATION, ChangeItem.ADDRESS],
        services=BOTH,
        applicants=[],
        actor=people[0],
        now=clock.now(),
    )
    work_through(second, people[1])
    record_change(second, {"address": "茨城県日立市弁天町一丁目1番"}, actor=people[1], now=clock.now())
    return first, second, finish_review(second, actor=people[1], now=clock.now())


def test_what_one_case_records_on_a_shared_sheet_voids_the_review_of_the_other(people) -> None:
    first, second, _digest = two_cases(people)
    registry = papers_of(first)[PaperKind.REGISTRY_CERTIFICATE]
    assert registry.fields["representative_name"] == "髙﨑 一郎"  # recorded in the second
    same = PaperRecord(issued_on_text=registry.issued_on_text, fields=dict(registry.fields))
    record_paper(registry.id, same, actor=people[1], now=clock.now())
    assert queries.get_case(second).status is ApplicationStatus.REVIEWED  # nothing differs
    other = PaperRecord(
        issued_on_text=registry.issued_on_text, fields={**registry.fields, "representative_name": "髙﨑 二郎"}
    )
    record_paper(registry.id, other, actor=people[1], now=clock.now())
    case = queries.get_case(second)
    assert case.status is ApplicationStatus.IN_REVIEW
    assert papers_of(second)[PaperKind.REGISTRY_CERTIFICATE].fields["representative_name"] == "髙﨑 二郎"
    assert (
        db.session.scalars(select(Decision).where(Decision.kind == DecisionKind.VOIDED)).one().application_id == second
    )
    assert [entry.subject_id for entry in audited("paper:share")][-1] == str(second)


def test_a_scan_of_a_shared_sheet_shows_in_both_and_voids_the_other_review(people) -> None:
    first, second, _digest = two_cases(people)
    seal = papers_of(first)[PaperKind.COMPANY_SEAL_CERTIFICATE]
    assert len(seal.scans) == 1  # scanned in the second
    rasterise_scan(attach_scan(seal.id, scan_file(7), actor=people[1], now=clock.now()))
    assert len(papers_of(second)[PaperKind.COMPANY_SEAL_CERTIFICATE].scans) == 2
    assert queries.get_case(second).status is ApplicationStatus.IN_REVIEW


def test_a_decided_case_keeps_what_it_was_decided_on(people) -> None:
    first, second, digest = two_cases(people)
    approve_application(second, digest=digest, actor=people[2], now=clock.now())
    registry = papers_of(first)[PaperKind.REGISTRY_CERTIFICATE]
    changed = PaperRecord(
        issued_on_text=registry.issued_on_text, fields={**registry.fields, "head_office": "東京都港区"}
    )
    record_paper(registry.id, changed, actor=people[1], now=clock.now())
    assert papers_of(second)[PaperKind.REGISTRY_CERTIFICATE].fields["head_office"].startswith("茨城県")
    with pytest.raises(ScanRefusedError, match="scan-sheet-decided"):
        attach_scan(registry.id, scan_file(9), actor=people[1], now=clock.now())


def test_two_officers_record_one_sheet_from_two_cases(app: Flask, people) -> None:
    first, second, _digest = two_cases(people)
    officer = staff_actor("officer", email="second@example.jp")
    one, two = papers_of(first), papers_of(second)
    kind = PaperKind.REGISTRY_CERTIFICATE
    ids = one[kind].id, two[kind].id
    text = one[kind].issued_on_text
    fields = dict(one[kind].fields)
    db.session.rollback()
    results = at_once(
        app,
        *(
            lambda paper=paper, name=name, actor=actor: record_paper(
                paper,
                PaperRecord(issued_on_text=text, fields={**fields, "head_office": name}),
                actor=actor,
                now=clock.now(),
            )
            for paper, name, actor in ((ids[0], "東京都港区", people[1]), (ids[1], "東京都中央区", officer))
        ),
    )
    assert results == [None, None]
    assert papers_of(first)[kind].fields == papers_of(second)[kind].fields


def test_contents_are_confirmed(people) -> None:
    case = receive(people[0])
    papers = papers_of(case)
    gone = papers[PaperKind.FORM_2]
    sheet_id, paper_id = gone.sheet_id, gone.id
    confirm_contents(case, missing=[paper_id], actor=people[0], now=clock.now())
    assert papers_of(case)[PaperKind.FORM_2].received_on is None
    assert db.session.get_one(Sheet, sheet_id).status is SheetStatus.VOID
    assert events_of(sheet_id) == [SheetEventKind.RECEIVED, SheetEventKind.NOT_IN_ENVELOPE]
    assert queries.get_case(case).status is ApplicationStatus.RECEIVED
    assert audited("application:contents")[0].detail == {"missing": ["form_2"], "papers": 10}
    confirm_contents(case, missing=[], actor=people[0], now=clock.now())  # it had slipped behind the envelope
    found = papers_of(case)[PaperKind.FORM_2]
    assert found.received_on == clock.today()
    assert found.sheet_id != sheet_id
    record(papers_of(case)[PaperKind.FORM_1].id, PaperKind.FORM_1, people[1])
    with pytest.raises(ReceptionError, match="contents-confirmed"):
        confirm_contents(case, missing=[paper_id], actor=people[0], now=clock.now())


def test_a_shared_sheet_that_one_case_does_not_claim_stays(people) -> None:
    first = receive(people[0])
    second = add_application(
        first, services=BOTH, applicants=[ApplicantDetails("神谷 靖")], actor=people[0], now=clock.now()
    )
    paper = papers_of(second)[PaperKind.REGISTRY_CERTIFICATE]
    sheet_id, paper_id = paper.sheet_id, paper.id
    confirm_contents(second, missing=[paper_id], actor=people[0], now=clock.now())
    assert db.session.get_one(Sheet, sheet_id).status is SheetStatus.HELD
    assert papers_of(first)[PaperKind.REGISTRY_CERTIFICATE].sheet_id == sheet_id


def test_further_applicants_of_an_open_case(people) -> None:
    case = receive(people[0])
    add_applicants(
        case,
        [ApplicantDetails("神谷 靖"), ApplicantDetails("塚本 隆", wants_certificate=False)],
        actor=people[1],
        now=clock.now(),
    )
    whole = queries.get_case(case)
    assert [person.number[-2:] for person in whole.applicants] == ["-1", "-2", "-3"]
    assert len(whole.papers) == 10 + 4 + 1
    assert len({paper.position for paper in whole.papers}) == 15
    assert whole.search_key
    with pytest.raises(ReceptionError, match="no-applicant"):
        add_applicants(case, [], actor=people[1], now=clock.now())
