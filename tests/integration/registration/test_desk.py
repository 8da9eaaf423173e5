"""The registration desk on PostgreSQL: from the envelope to a decision of two people."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app.core import clock
from app.core.db import db
from app.core.errors import DomainError, IllegalTransitionError
from app.core.transaction import transaction
from models.audit import AuditEntry
from models.decisions import ControlAction, Decision
from models.enums import ApplicationStatus, CheckResult, ControlSide, DecisionKind, PaperKind, Service
from models.papers import Paper
from models.promises import Promise
from registration import queries
from registration.errors import ChangedSinceReviewError, FourEyesError, IncompleteReviewError, PaperFieldError
from registration.rules.name_characters import NameCharacterError
from registration.services.approve import approve_application
from registration.services.finish_review import finish_review
from registration.services.receive_envelope import ReceptionError
from registration.services.record_check import record_check
from registration.services.record_paper import PaperRecord, record_paper
from registration.services.refuse import RefusalError, refuse_application
from tests.factories.desk import receive, record, staff_actor, work_through

pytestmark = pytest.mark.hsm


@pytest.fixture(autouse=True)
def _storage(signer_process: None) -> None:
    """Scans are stored encrypted."""


@pytest.fixture
def people(app: Flask):
    return staff_actor("reception"), staff_actor("officer"), staff_actor("approver")


@pytest.fixture
def reviewed(people):
    reception, officer, _approver = people
    case = receive(reception)
    work_through(case, officer)
    digest = finish_review(case, actor=officer, now=clock.now())
    return case, digest


def papers_of(case):
    return {paper.kind: paper.id for paper in queries.get_case(case).papers}


def status_of(case):
    db.session.rollback()
    return queries.get_case(case).status


@pytest.mark.parametrize(
    ("services", "count"),
    [
        ((Service.CONTRACT,), 5),
        ((Service.CERTIFICATE,), 9),
        ((Service.CONTRACT, Service.CERTIFICATE), 10),
        ((Service.STORAGE,), 5),
    ],
)
def test_the_guides_table_says_which_papers(people, services, count) -> None:
    case = queries.get_case(receive(people[0], services=services))
    assert len(case.papers) == count
    assert (PaperKind.FORM_6 in papers_of(case.id)) == (Service.CERTIFICATE not in services or len(services) > 1)


def test_an_envelope_is_received_once(people) -> None:
    receive(people[0])
    with pytest.raises(ReceptionError, match="envelope-known"):
        receive(people[0])


def test_a_day_in_the_future_is_refused(people) -> None:
    with pytest.raises(ReceptionError, match="received-in-future"):
        receive(people[0], received_on=clock.today() + timedelta(days=1))


def test_approval_by_a_second_person_promises_what_follows(people, reviewed) -> None:
    case, digest = reviewed
    approve_application(case, digest=digest, actor=people[2], now=clock.now())
    assert status_of(case) is ApplicationStatus.APPROVED
    promised = set(db.session.scalars(select(Promise.name).where(Promise.name.not_like("registration.%"))))
    assert promised == {"app.accounts.jobs.open_accounts", "mailings.jobs.prepare_letter"}
    decision = db.session.scalars(select(Decision).where(Decision.kind == DecisionKind.APPROVED)).one()
    assert (decision.digest, decision.decided_by_name) == (digest, people[2].name)
    company = queries.get_case(case).company
    assert {contact.email for contact in company.contacts} == {"contact@example.jp", "billing@example.jp"}
    assert queries.get_case(case).applicants[0].name == "𠮷田 太郎"


def test_whoever_worked_on_it_cannot_approve(people, reviewed) -> None:
    case, digest = reviewed
    with pytest.raises(FourEyesError):
        approve_application(case, digest=digest, actor=people[1], now=clock.now())
    assert status_of(case) is ApplicationStatus.REVIEWED
    attempt = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "application:approve")).one()
    assert (attempt.outcome, attempt.detail["error"]) == ("refused", "four-eyes")
    assert not db.session.scalars(select(Promise).where(Promise.name.like("mailings%"))).all()


def test_the_database_itself_refuses_one_person_on_both_sides(people, reviewed) -> None:
    case, _digest = reviewed
    with pytest.raises(IntegrityError, match="uq_control_action_application_id_staff_id"), transaction():
        db.session.add(
            ControlAction(application_id=case, staff_id=people[1].id, side=ControlSide.DECIDED, first_at=clock.now())
        )


def test_an_edit_voids_the_review(people, reviewed) -> None:
    case, digest = reviewed
    record(papers_of(case)[PaperKind.FORM_5], PaperKind.FORM_5, people[1])
    assert status_of(case) is ApplicationStatus.IN_REVIEW
    kinds = set(db.session.scalars(select(Decision.kind)))
    assert kinds == {DecisionKind.REVIEWED, DecisionKind.VOIDED}
    with pytest.raises(IllegalTransitionError):
        approve_application(case, digest=digest, actor=people[2], now=clock.now())


def test_a_change_behind_the_services_is_noticed(people, reviewed) -> None:
    case, digest = reviewed
    with transaction():
        db.session.execute(
            update(Paper)
            .where(Paper.application_id == case, Paper.kind == PaperKind.RESIDENCE_CERTIFICATE)
            .values(issued_on_text="令和8年1月1日")
        )
    with pytest.raises(ChangedSinceReviewError):
        approve_application(case, digest=digest, actor=people[2], now=clock.now())


def test_another_digest_than_the_screens_is_refused(people, reviewed) -> None:
    with pytest.raises(ChangedSinceReviewError):
        approve_application(reviewed[0], digest="0" * 64, actor=people[2], now=clock.now())


def test_a_stale_paper_cannot_pass(people) -> None:
    case = receive(people[0])
    work_through(case, people[1], issued_on=clock.today() - timedelta(days=130))
    with pytest.raises(IncompleteReviewError) as caught:
        finish_review(case, actor=people[1], now=clock.now())
    assert {(fault.code, fault.kind) for fault in caught.value.faults} == {
        ("stale", kind)
        for kind in (
            PaperKind.REGISTRY_CERTIFICATE,
            PaperKind.COMPANY_SEAL_CERTIFICATE,
            PaperKind.RESIDENCE_CERTIFICATE,
            PaperKind.PERSONAL_SEAL_CERTIFICATE,
        )
    }


def test_missing_papers_are_named(people) -> None:
    case = receive(people[0])
    work_through(case, people[1])
    record_paper(papers_of(case)[PaperKind.FORM_2], PaperRecord(is_present=False), actor=people[1], now=clock.now())
    with pytest.raises(IncompleteReviewError) as caught:
        finish_review(case, actor=people[1], now=clock.now())
    assert [(fault.code, fault.kind) for fault in caught.value.faults] == [("missing", PaperKind.FORM_2)]


def test_not_ok_needs_a_note_and_keeps_the_case_open(people) -> None:
    case = receive(people[0])
    paper = papers_of(case)[PaperKind.FORM_1]
    with pytest.raises(PaperFieldError, match="note-needed"):
        record_check(paper, "filled-in", CheckResult.NOT_OK, actor=people[1], now=clock.now())
    record_check(paper, "filled-in", CheckResult.NOT_OK, note="押印がない", actor=people[1], now=clock.now())
    with pytest.raises(IncompleteReviewError):
        finish_review(case, actor=people[1], now=clock.now())


@pytest.mark.parametrize(
    ("kind", "record_", "error", "code"),
    [
        (
            PaperKind.RESIDENCE_CERTIFICATE,
            PaperRecord(issued_on_text="令和8年13月1日"),
            DomainError,
            "date-no-such-day",
        ),
        (
            PaperKind.RESIDENCE_CERTIFICATE,
            PaperRecord(issued_on_text="2099-01-01"),
            PaperFieldError,
            "issued-after-receipt",
        ),
        (
            PaperKind.RESIDENCE_CERTIFICATE,
            PaperRecord(fields={"name": "山\u200b田"}),
            NameCharacterError,
            "name-character",
        ),
        (
            PaperKind.RESIDENCE_CERTIFICATE,
            PaperRecord(fields={"address": "1234 5678 9018"}),
            PaperFieldError,
            "my-number",
        ),
        (PaperKind.FORM_5, PaperRecord(fields={"email": "nobody"}), PaperFieldError, "email-format"),
        (
            PaperKind.REGISTRY_CERTIFICATE,
            PaperRecord(fields={"company_number": "123"}),
            DomainError,
            "corporate-number",
        ),
    ],
)
def test_bad_input_is_named_and_nothing_is_kept(people, kind, record_, error, code) -> None:
    case = receive(people[0])
    with pytest.raises(error, match=code):
        record_paper(papers_of(case)[kind], record_, actor=people[1], now=clock.now())
    assert queries.get_case(case).papers[0].recorded_at is None
    assert status_of(case) is ApplicationStatus.RECEIVED


def test_names_are_stored_exactly_as_typed(people) -> None:
    case = receive(people[0])
    name = "\ufa19谷 \u845b\U000e0100城"  # U+FA19 and an ideographic variation sequence
    record_paper(
        papers_of(case)[PaperKind.RESIDENCE_CERTIFICATE],
        PaperRecord(
            issued_on_text=clock.today().isoformat(), fields={"name": name, "address": "a", "birth_date": "S60.4.1"}
        ),
        actor=people[1],
        now=clock.now(),
    )
    assert queries.get_case(case).applicants[0].name == name


def test_a_refusal_needs_a_reason_and_ends_the_case(people, reviewed) -> None:
    case, _digest = reviewed
    with pytest.raises(RefusalError):
        refuse_application(case, reason="  ", actor=people[2], now=clock.now())
    refuse_application(case, reason="印影が一致しない", actor=people[2], now=clock.now())
    assert status_of(case) is ApplicationStatus.REFUSED
    with pytest.raises(IllegalTransitionError):
        refuse_application(case, reason="もう一度", actor=people[2], now=clock.now())


def at_once(app: Flask, *works):
    """Run each in a thread of its own, started together; what each raised, in order."""
    barrier, results = Barrier(len(works)), [None] * len(works)

    def run(index, work) -> None:
        with app.app_context():
            barrier.wait()
            try:
                work()
            except DomainError as error:
                results[index] = error
            finally:
                db.session.remove()

    threads = [Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_two_approvers_at_once_and_one_decision(app: Flask, people, reviewed) -> None:
    case, digest = reviewed
    second = staff_actor("approver", email="second@example.jp")
    results = at_once(
        app,
        lambda: approve_application(case, digest=digest, actor=people[2], now=clock.now()),
        lambda: approve_application(case, digest=digest, actor=second, now=clock.now()),
    )
    assert sorted(type(result).__name__ for result in results) == ["IllegalTransitionError", "NoneType"]
    assert len(db.session.scalars(select(Decision).where(Decision.kind == DecisionKind.APPROVED)).all()) == 1
    assert len(db.session.scalars(select(Promise).where(Promise.name == "mailings.jobs.prepare_letter")).all()) == 1


def test_an_edit_races_an_approval_and_one_wins(app: Flask, people, reviewed) -> None:
    case, digest = reviewed
    form_5 = papers_of(case)[PaperKind.FORM_5]
    db.session.rollback()
    results = at_once(
        app,
        lambda: record(form_5, PaperKind.FORM_5, people[1]),
        lambda: approve_application(case, digest=digest, actor=people[2], now=clock.now()),
    )
    assert sum(result is None for result in results) == 1
    winner = "edit" if results[0] is None else "approval"
    expected = {"edit": ApplicationStatus.IN_REVIEW, "approval": ApplicationStatus.APPROVED}[winner]
    assert status_of(case) is expected
