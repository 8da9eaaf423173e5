"""Two people at once, the first held inside its transaction until the second waits for it: one wins, one is told why."""

import pytest
from flask import Flask
from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.core.errors import DomainError
from models.approval_profiles import ApprovalProfile
from models.decisions import Decision
from models.emergencies import EmergencyApproval
from models.enums import ApplicationStatus, CheckResult, DecisionKind
from models.promises import Promise
from registration import queries
from registration.services import (
    approve,
    countersign_emergency,
    decide_profile,
    declare_emergency,
    propose_profile,
    record_check,
)
from tests.factories.decisions import TWO_STEPS, Interleaving, activate_profile, fresh_case, refusals, reviewed_case
from tests.factories.desk import staff_actor

pytestmark = pytest.mark.hsm


@pytest.fixture(autouse=True)
def _storage(app: Flask, signer_process: None) -> None:
    """Scans are stored encrypted."""


@pytest.fixture
def interleaving(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Interleaving:
    return Interleaving(app, monkeypatch)


@pytest.fixture
def officer():
    return staff_actor("officer", name="佐藤 直樹")


@pytest.fixture
def approver():
    return staff_actor("approver", name="田中 裕子")


def other(role: str, number: int = 2):
    return staff_actor(role, email=f"{role}{number}@example.jp", name=f"{role} {number}")


def codes(results: list[DomainError | None]) -> list[str | None]:
    return [error.code if error else None for error in results]


def approving(case_id, digest, actor, **more):
    return lambda: approve.approve_application(case_id, digest=digest, actor=actor, now=clock.now(), **more)


def checking(case_id, actor):
    paper = queries.get_case(case_id).papers[0].id
    db.session.rollback()
    return lambda: record_check.record_check(paper, "filled-in", CheckResult.OK, note="x", actor=actor, now=clock.now())


def decisions(case_id, *kinds):
    db.session.rollback()
    rows = db.session.scalars(select(Decision).where(Decision.application_id == case_id, Decision.kind.in_(kinds)))
    return [(row.step, row.decided_by_name) for row in rows]


def test_two_approvers_press_at_once(interleaving, officer, approver) -> None:
    case_id, digest = reviewed_case(officer)
    results = interleaving.run(
        approve,
        "require_decidable",
        approving(case_id, digest, approver),
        approving(case_id, digest, other("approver")),
    )
    assert codes(results) == [None, "illegal-transition"]
    assert decisions(case_id, DecisionKind.APPROVED) == [("approve", "田中 裕子")]
    assert refusals("application:approve") == ["illegal-transition"]
    assert len(db.session.scalars(select(Promise).where(Promise.name == "app.accounts.jobs.open_accounts")).all()) == 1


def test_two_people_press_for_the_same_step(interleaving, officer) -> None:
    case_id, digest = reviewed_case(officer, profile_version=activate_profile(TWO_STEPS))
    first, second = other("officer", 2), other("officer", 3)
    results = interleaving.run(
        approve,
        "require_decidable",
        approving(case_id, digest, first, step="second-check"),
        approving(case_id, digest, second, step="second-check"),
    )
    assert codes(results) == [None, "step-taken"]
    assert results[1].fields["name"] == first.name
    assert decisions(case_id, DecisionKind.APPROVED) == [("second-check", first.name)]
    assert refusals("application:approve") == ["step-taken"]


def test_one_person_presses_in_two_windows(interleaving, officer) -> None:
    case_id, digest = reviewed_case(officer, profile_version=activate_profile(TWO_STEPS))
    person = other("officer", 2)
    press = approving(case_id, digest, person)
    assert codes(interleaving.run(approve, "require_decidable", press, press)) == [None, "second-step"]
    assert len(decisions(case_id, DecisionKind.APPROVED)) == 1
    assert refusals("application:approve") == ["second-step"]


def test_an_edit_waits_for_an_approval_and_comes_too_late(interleaving, officer, approver) -> None:
    case_id, digest = reviewed_case(officer)
    results = interleaving.run(
        approve, "require_decidable", approving(case_id, digest, approver), checking(case_id, officer)
    )
    assert codes(results) == [None, "illegal-transition"]
    assert fresh_case(case_id).status is ApplicationStatus.APPROVED


def test_an_approval_waits_for_an_edit_and_finds_the_review_void(interleaving, officer, approver) -> None:
    case_id, digest = reviewed_case(officer)
    results = interleaving.run(
        record_check, "work_on", checking(case_id, officer), approving(case_id, digest, approver)
    )
    assert codes(results) == [None, "illegal-transition"]
    assert fresh_case(case_id).status is ApplicationStatus.IN_REVIEW
    assert decisions(case_id, DecisionKind.APPROVED) == []
    assert refusals("application:approve") == ["illegal-transition"]


def test_an_edit_between_two_steps_voids_the_first(interleaving, officer, approver) -> None:
    case_id, digest = reviewed_case(officer, profile_version=activate_profile(TWO_STEPS))
    approving(case_id, digest, other("officer"))()
    results = interleaving.run(
        record_check, "work_on", checking(case_id, officer), approving(case_id, digest, approver)
    )
    assert codes(results) == [None, "illegal-transition"]
    assert fresh_case(case_id).status is ApplicationStatus.IN_REVIEW


def test_the_same_person_edits_in_one_window_and_approves_in_another(interleaving, officer, approver) -> None:
    """The approver was made an officer as well: whichever side comes first, the other is closed for ever."""
    case_id, digest = reviewed_case(officer)
    results = interleaving.run(
        approve, "require_decidable", approving(case_id, digest, approver), checking(case_id, approver)
    )
    assert codes(results) == [None, "four-eyes"]
    assert fresh_case(case_id).status is ApplicationStatus.APPROVED


def declared(case_id, digest, actor):
    made = declare_emergency.declare_emergency(
        case_id, digest=digest, reason="承認者が全員不在", actor=actor, now=clock.now()
    )
    db.session.rollback()
    return made


def countersigning(emergency_id, digest, actor):
    return lambda: countersign_emergency.countersign_emergency(
        emergency_id, digest=digest, actor=actor, now=clock.now()
    )


def test_two_people_countersign_at_once(interleaving, officer) -> None:
    case_id, digest = reviewed_case(officer)
    emergency = declared(case_id, digest, officer)
    first, second = other("officer", 2), other("officer", 3)
    results = interleaving.run(
        countersign_emergency,
        "require_decidable",
        countersigning(emergency, digest, first),
        countersigning(emergency, digest, second),
    )
    assert codes(results) == [None, "emergency-done"]
    assert decisions(case_id, DecisionKind.EMERGENCY_APPROVED) == [("emergency", first.name)]
    assert refusals("emergency:countersign") == ["emergency-done"]


def test_the_absent_approver_comes_while_somebody_countersigns(interleaving, officer, approver) -> None:
    case_id, digest = reviewed_case(officer)
    emergency = declared(case_id, digest, officer)
    results = interleaving.run(
        countersign_emergency,
        "require_decidable",
        countersigning(emergency, digest, other("officer")),
        approving(case_id, digest, approver),
    )
    assert codes(results) == [None, "illegal-transition"]
    assert decisions(case_id, DecisionKind.APPROVED) == []


def test_a_countersignature_waits_for_the_ordinary_approval(interleaving, officer, approver) -> None:
    case_id, digest = reviewed_case(officer)
    emergency = declared(case_id, digest, officer)
    results = interleaving.run(
        approve,
        "require_decidable",
        approving(case_id, digest, approver),
        countersigning(emergency, digest, other("officer")),
    )
    assert codes(results) == [None, "emergency-withdrawn"]
    assert refusals("emergency:countersign") == ["emergency-withdrawn"]
    assert decisions(case_id, DecisionKind.EMERGENCY_APPROVED) == []


def test_an_edit_takes_the_emergency_back_before_it_is_countersigned(interleaving, officer) -> None:
    case_id, digest = reviewed_case(officer)
    emergency = declared(case_id, digest, officer)
    results = interleaving.run(
        record_check, "work_on", checking(case_id, officer), countersigning(emergency, digest, other("officer"))
    )
    assert codes(results) == [None, "emergency-withdrawn"]
    assert fresh_case(case_id).status is ApplicationStatus.IN_REVIEW


def test_two_people_declare_at_once(interleaving, officer) -> None:
    case_id, digest = reviewed_case(officer)

    def declare(actor):
        return lambda: declare_emergency.declare_emergency(
            case_id, digest=digest, reason="不在", actor=actor, now=clock.now()
        )

    results = interleaving.run(declare_emergency, "require_decidable", declare(officer), declare(other("officer")))
    assert codes(results) == [None, "emergency-open"]
    assert len(db.session.scalars(select(EmergencyApproval)).all()) == 1
    assert refusals("emergency:declare") == ["emergency-open"]


def test_two_administrators_propose_at_once(interleaving, app: Flask) -> None:
    def propose(actor):
        return lambda: propose_profile.propose_profile(
            TWO_STEPS, reason="x", needs_accreditation=False, actor=actor, now=clock.now()
        )

    results = interleaving.run(
        propose_profile.audit, "record", propose(other("administrator", 2)), propose(other("administrator", 3))
    )
    assert codes(results) == [None, "proposal-open"]
    assert refusals("profile:propose") == ["proposal-open"]
    assert len(db.session.scalars(select(ApprovalProfile)).all()) == 1


def test_one_activates_while_another_rejects(interleaving, approver) -> None:
    profile_id = propose_profile.propose_profile(
        TWO_STEPS, reason="x", needs_accreditation=False, actor=other("administrator"), now=clock.now()
    )

    def decide(actor, *, activate):
        return lambda: decide_profile.decide_profile(
            profile_id, activate=activate, reason="否", actor=actor, now=clock.now()
        )

    results = interleaving.run(
        decide_profile,
        "_activate",
        decide(approver, activate=True),
        decide(other("approver"), activate=False),
    )
    assert codes(results) == [None, "stale"]
    assert refusals("profile:reject") == ["stale"]
