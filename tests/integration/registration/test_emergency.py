"""The emergency procedure: its own people, its own log, and nothing relaxed but the profile's steps."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.core.errors import IllegalTransitionError
from models.audit import AuditEntry
from models.decisions import Decision
from models.emergencies import EmergencyApproval
from models.enums import ApplicationStatus, CheckResult, DecisionKind
from models.promises import Promise
from registration import decision_queries, queries
from registration.decision_queries import OpenEmergencies
from registration.errors import (
    ChangedSinceReviewError,
    EmergencyError,
    FourEyesError,
    LapsedError,
    StepRefusedError,
)
from registration.services.approve import approve_application
from registration.services.countersign_emergency import countersign_emergency
from registration.services.declare_emergency import FOLLOW_UP_WITHIN_DAYS, declare_emergency
from registration.services.follow_up_emergency import follow_up_emergency
from registration.services.record_check import record_check
from registration.services.withdraw_emergency import withdraw_emergency
from tests.factories.decisions import TWO_STEPS, activate_profile, fresh_case, refusals, reviewed_case
from tests.factories.desk import staff_actor

pytestmark = pytest.mark.hsm
EVERYTHING = ["every-paper-seen", "seals-compared", "names-compared"]


@pytest.fixture(autouse=True)
def _storage(app: Flask, signer_process: None) -> None:
    """Scans are stored encrypted."""


@pytest.fixture
def officer():
    return staff_actor("officer", name="佐藤 直樹")


@pytest.fixture
def second():
    return staff_actor("officer", email="niji@example.jp", name="二宮 次郎")


@pytest.fixture
def approver():
    return staff_actor("approver", name="田中 裕子")


@pytest.fixture
def case(officer):
    return reviewed_case(officer, profile_version=activate_profile(TWO_STEPS))


@pytest.fixture
def declared(case, officer):
    return declare(case, officer)


def declare(case, actor, **more):
    given = {"reason": "承認者が全員不在", "now": clock.now(), "digest": case[1]} | more
    made = declare_emergency(case[0], actor=actor, **given)
    db.session.rollback()
    return made


def countersign(emergency, digest, actor, **more):
    return countersign_emergency(emergency, digest=digest, actor=actor, **{"now": clock.now()} | more)


def row_of(emergency) -> EmergencyApproval:
    db.session.rollback()
    return db.session.get_one(EmergencyApproval, emergency, populate_existing=True)


def events() -> list[str]:
    db.session.rollback()
    rows = db.session.scalars(
        select(AuditEntry)
        .where(AuditEntry.event.like("emergency:%"), AuditEntry.outcome == "done")
        .order_by(AuditEntry.seq)
    )
    return [row.event for row in rows]


def test_declared_countersigned_and_followed_up_by_three_people(case, declared, second, approver) -> None:
    assert fresh_case(case[0]).status is ApplicationStatus.REVIEWED  # a declaration approves nothing
    countersign(declared, case[1], second, confirmations=EVERYTHING)
    assert fresh_case(case[0]).status is ApplicationStatus.APPROVED
    decision = db.session.scalars(select(Decision).where(Decision.kind == DecisionKind.EMERGENCY_APPROVED)).one()
    assert (decision.step, decision.decided_by_name, decision.confirmations, decision.reason) == (
        "emergency",
        "二宮 次郎",
        EVERYTHING,
        "承認者が全員不在",
    )
    names = set(db.session.scalars(select(Promise.name).where(Promise.done_at.is_(None))))
    assert {"app.accounts.jobs.open_accounts", "mailings.jobs.email_emergency"} <= names
    assert decision_queries.count_open_emergencies(clock.today()) == OpenEmergencies(1, 0)
    late = clock.today() + timedelta(days=30)
    assert decision_queries.count_open_emergencies(late) == OpenEmergencies(1, 1)
    follow_up_emergency(declared, finding="問題なし", actor=approver, now=clock.now())
    assert decision_queries.count_open_emergencies(late) == OpenEmergencies(0, 0)
    assert events() == ["emergency:declare", "emergency:countersign", "emergency:follow_up"]
    ordinary = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "application:approve")).all()
    assert ordinary == []  # its own class in the log


def test_the_follow_up_is_due_on_an_open_day(declared) -> None:
    row = row_of(declared)
    assert row.follow_up_due_on >= clock.today() + timedelta(days=FOLLOW_UP_WITHIN_DAYS)
    assert row.follow_up_due_on.weekday() < 5


def test_four_eyes_hold(case, officer, second) -> None:
    emergency = declare(case, second)
    with pytest.raises(EmergencyError, match="emergency-own"):
        countersign(emergency, case[1], second)
    with pytest.raises(FourEyesError):
        countersign(emergency, case[1], officer)  # reviewed it
    assert refusals("emergency:countersign") == ["emergency-own", "four-eyes"]
    with pytest.raises(FourEyesError):  # who declared stands on the working side
        approve_application(case[0], digest=case[1], actor=second, now=clock.now())


def test_nothing_of_the_case_is_relaxed(case, declared, officer, second) -> None:
    late = clock.now() + timedelta(days=15)
    with pytest.raises(LapsedError):
        countersign(declared, case[1], second, now=late)
    with pytest.raises(ChangedSinceReviewError):
        countersign(declared, "0" * 64, second)
    for ticked in ([], EVERYTHING[:2]):
        with pytest.raises(StepRefusedError, match="confirmations-missing"):
            countersign(declared, case[1], second, confirmations=ticked)
    withdraw_emergency(declared, actor=officer, now=clock.now())
    with pytest.raises(LapsedError):
        declare(case, officer, now=late)
    with pytest.raises(ChangedSinceReviewError):
        declare(case, officer, digest="0" * 64)
    with pytest.raises(EmergencyError, match="emergency-reason-needed"):
        declare(case, officer, reason=" ")
    assert fresh_case(case[0]).status is ApplicationStatus.REVIEWED


def test_an_edit_takes_the_declaration_back(case, declared, officer, second) -> None:
    paper = queries.get_case(case[0]).papers[0].id
    record_check(paper, "filled-in", CheckResult.OK, note="x", actor=officer, now=clock.now())
    assert row_of(declared).withdrawn_at is not None
    with pytest.raises(EmergencyError, match="emergency-withdrawn"):
        countersign(declared, case[1], second)
    with pytest.raises(IllegalTransitionError):
        declare(case, officer)
    assert events() == ["emergency:declare", "emergency:withdraw"]


def test_the_ordinary_approval_ends_the_declaration(officer, approver) -> None:
    case = reviewed_case(officer)
    emergency = declare(case, officer)
    approve_application(case[0], digest=case[1], actor=approver, now=clock.now())
    assert row_of(emergency).withdrawn_at is not None
    assert decision_queries.count_open_emergencies(clock.today()) == OpenEmergencies(0, 0)


def test_taken_back_and_declared_anew(case, declared, officer, second) -> None:
    with pytest.raises(EmergencyError, match="emergency-open"):
        declare(case, second)
    withdraw_emergency(declared, actor=second, now=clock.now())
    with pytest.raises(EmergencyError, match="emergency-withdrawn"):
        withdraw_emergency(declared, actor=second, now=clock.now())
    again = declare(case, officer)
    third = staff_actor("officer", email="san@example.jp", name="三田 三郎")
    countersign(again, case[1], third)
    with pytest.raises(EmergencyError, match="emergency-done"):
        withdraw_emergency(again, actor=officer, now=clock.now())


def test_after_one_ordinary_step_the_rest_may_be_an_emergency(case, officer, second) -> None:
    third = staff_actor("officer", email="san@example.jp", name="三田 三郎")
    approve_application(case[0], digest=case[1], actor=second, now=clock.now())
    emergency = declare(case, officer)
    with pytest.raises(StepRefusedError, match="second-step"):
        countersign(emergency, case[1], second)
    countersign(emergency, case[1], third)
    assert fresh_case(case[0]).status is ApplicationStatus.APPROVED


def test_who_may_follow_up(case, declared, officer, second, approver) -> None:
    def follow(actor, finding="問題なし") -> None:
        follow_up_emergency(declared, finding=finding, actor=actor, now=clock.now())

    with pytest.raises(EmergencyError, match="emergency-not-countersigned"):
        follow(approver)
    countersign(declared, case[1], second)
    for actor, error, code in (
        (officer, EmergencyError, "emergency-own"),
        (second, EmergencyError, "emergency-own"),
    ):
        with pytest.raises(error, match=code):
            follow(actor)
    with pytest.raises(EmergencyError, match="emergency-finding-needed"):
        follow(approver, " ")
    follow(approver)
    with pytest.raises(EmergencyError, match="emergency-followed-up"):
        follow(approver)
    assert (row_of(declared).followed_up_by_name, row_of(declared).finding) == ("田中 裕子", "問題なし")


def test_somebody_who_reviewed_cannot_follow_up(officer, second) -> None:
    case = reviewed_case(officer)
    emergency = declare(case, staff_actor("officer", email="san@example.jp"))
    countersign(emergency, case[1], second)
    with pytest.raises(FourEyesError):
        follow_up_emergency(emergency, finding="問題なし", actor=officer, now=clock.now())
