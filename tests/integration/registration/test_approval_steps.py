"""The approval step by step: whose turn, what is confirmed, what voids it, when it is too late."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.core import clock
from app.core.db import db
from app.core.errors import IllegalTransitionError, StaleError
from app.core.transaction import transaction
from models.approval_profiles import ApprovalProfile
from models.audit import AuditEntry
from models.decisions import Decision
from models.enums import ApplicationStatus, CheckResult, DecisionKind, ProfileStatus
from models.promises import Promise
from models.staff import StaffUser
from registration import decision_queries, queries
from registration.errors import (
    ChangedSinceReviewError,
    FourEyesError,
    LapsedError,
    ProfileDecisionError,
    StepRefusedError,
)
from registration.rules.approval_profile import BUILT_IN
from registration.services.approval_steps import flush_as_decider
from registration.services.approve import approve_application
from registration.services.decide_profile import decide_profile
from registration.services.finish_review import finish_review
from registration.services.propose_profile import propose_profile
from registration.services.record_check import record_check
from registration.services.send_back import send_back
from registration.services.steps import add_decision
from tests.factories.decisions import TWO_STEPS, activate_profile, fresh_case, refusals, reviewed_case
from tests.factories.desk import staff_actor

pytestmark = pytest.mark.hsm


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
def two_steps(officer):
    return reviewed_case(officer, profile_version=activate_profile(TWO_STEPS))


def approvals(case_id):
    db.session.rollback()
    rows = db.session.scalars(
        select(Decision)
        .where(Decision.application_id == case_id, Decision.kind == DecisionKind.APPROVED)
        .order_by(Decision.decided_at)
    )
    return [(row.round, row.step, row.decided_by_name, row.confirmations) for row in rows]


def take(case_id, digest, actor, **more):
    return approve_application(case_id, digest=digest, actor=actor, now=more.pop("now", clock.now()), **more)


def test_each_step_by_another_person_and_the_last_one_approves(two_steps, second, approver) -> None:
    case_id, digest = two_steps
    assert not take(case_id, digest, second, step="second-check", confirmations=["names-compared"])
    assert fresh_case(case_id).status is ApplicationStatus.REVIEWED
    assert not db.session.scalars(select(Promise).where(Promise.name.like("app.accounts%"))).all()
    assert take(case_id, digest, approver, confirmations=["every-paper-seen", "seals-compared"], reason="よし")
    assert fresh_case(case_id).status is ApplicationStatus.APPROVED
    assert approvals(case_id) == [
        (1, "second-check", "二宮 次郎", ["names-compared"]),
        (1, "approve", "田中 裕子", ["every-paper-seen", "seals-compared"]),
    ]
    assert db.session.scalars(select(Promise.name).where(Promise.name.like("app.accounts%"))).all() == [
        "app.accounts.jobs.open_accounts"
    ]


def test_nobody_takes_two_steps(two_steps, second) -> None:
    case_id, digest = two_steps
    take(case_id, digest, second)
    db.session.execute(update(StaffUser).where(StaffUser.id == second.id).values(roles=["approver", "officer"]))
    db.session.commit()
    with pytest.raises(StepRefusedError, match="second-step"):
        take(case_id, digest, second)
    assert refusals("application:approve") == ["second-step"]


def test_a_step_is_for_its_role(two_steps, approver) -> None:
    case_id, digest = two_steps
    with pytest.raises(StepRefusedError, match="wrong-role"):
        take(case_id, digest, approver)
    assert approvals(case_id) == []


def test_a_role_that_was_taken_away_counts_no_more(officer, approver) -> None:
    case_id, digest = reviewed_case(officer)
    db.session.execute(update(StaffUser).where(StaffUser.id == approver.id).values(active=False))
    db.session.commit()
    with pytest.raises(StepRefusedError, match="wrong-role"):
        take(case_id, digest, approver)


def test_the_step_on_the_screen_was_taken_by_somebody_else(two_steps, second) -> None:
    case_id, digest = two_steps
    third = staff_actor("officer", email="san@example.jp", name="三田 三郎")
    take(case_id, digest, second, step="second-check")
    with pytest.raises(StepRefusedError, match="step-taken") as caught:
        take(case_id, digest, third, step="second-check")
    assert caught.value.fields["name"] == "二宮 次郎"
    with pytest.raises(StepRefusedError, match="no-open-step"):
        take(case_id, digest, third, step="identity")


@pytest.mark.parametrize("ticked", [[], ["every-paper-seen"], ["dates-read"]])
def test_every_confirmation_must_be_ticked(officer, approver, ticked) -> None:
    case_id, digest = reviewed_case(officer)
    with pytest.raises(StepRefusedError, match="confirmations-missing"):
        take(case_id, digest, approver, confirmations=ticked)
    assert fresh_case(case_id).status is ApplicationStatus.REVIEWED


def test_an_edit_voids_the_steps_that_were_taken(two_steps, officer, second, approver) -> None:
    case_id, digest = two_steps
    take(case_id, digest, second)
    paper = queries.get_case(case_id).papers[0].id
    record_check(paper, "filled-in", CheckResult.OK, note="再確認", actor=officer, now=clock.now())
    with pytest.raises(IllegalTransitionError):
        take(case_id, digest, approver)
    void = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "application:void")).one()
    assert void.detail["approvals"] == ["second-check"]
    new = finish_review(case_id, actor=officer, now=clock.now())
    assert new != digest
    with pytest.raises(ChangedSinceReviewError):
        take(case_id, digest, second)  # the page of before
    take(case_id, new, second)
    assert take(case_id, new, approver)
    assert [(round_, step) for round_, step, _name, _confirmed in approvals(case_id)] == [
        (1, "second-check"),
        (2, "second-check"),
        (2, "approve"),
    ]


def test_sending_back_voids_and_keeps_the_reason(two_steps, officer, second, approver) -> None:
    case_id, digest = two_steps
    take(case_id, digest, second)
    with pytest.raises(StepRefusedError, match="send-back-reason"):
        send_back(case_id, reason=" ", actor=approver, now=clock.now())
    with pytest.raises(FourEyesError):
        send_back(case_id, reason="住所", actor=officer, now=clock.now())
    send_back(case_id, reason="住所を確認してください", actor=approver, now=clock.now())
    assert fresh_case(case_id).status is ApplicationStatus.IN_REVIEW
    voided = db.session.scalars(select(Decision).where(Decision.kind == DecisionKind.VOIDED)).one()
    assert (voided.reason, voided.decided_by_name) == ("住所を確認してください", "田中 裕子")
    new = finish_review(case_id, actor=officer, now=clock.now())
    take(case_id, new, second)
    assert take(case_id, new, approver)  # who sent it back did not work on it
    with pytest.raises(IllegalTransitionError):
        send_back(case_id, reason="遅い", actor=approver, now=clock.now())


def test_a_review_lapses_in_the_approving_transaction(officer, approver) -> None:
    case_id, digest = reviewed_case(officer)
    last = clock.now() + timedelta(days=BUILT_IN.review_valid_days)
    with pytest.raises(LapsedError, match="review-lapsed") as caught:
        take(case_id, digest, approver, now=last + timedelta(days=1))
    assert caught.value.fields["last_day"] == clock.day_in_tokyo(last)
    assert refusals("application:approve") == ["review-lapsed"]
    assert take(case_id, digest, approver, now=last)


def test_an_application_lapses_too(officer, approver) -> None:
    case_id, digest = reviewed_case(officer)
    late = clock.now() + timedelta(days=BUILT_IN.application_valid_days + 1)
    with pytest.raises(LapsedError, match="application-lapsed"):
        take(case_id, digest, approver, now=late)


def test_the_queue_knows_when_the_review_lapses(two_steps) -> None:
    case = fresh_case(two_steps[0])
    assert case.due_on <= clock.day_in_tokyo(case.reviewed_at) + timedelta(days=14)


def test_the_indexes_are_the_last_line(two_steps, second, approver) -> None:
    """Even code that forgets every check cannot write a second step of one person, or one step twice."""
    case_id, digest = two_steps
    take(case_id, digest, second)
    for actor, step, code in ((second, "approve", "second-step"), (approver, "second-check", "no-open-step")):
        with pytest.raises(StepRefusedError, match=code), transaction():
            case = queries.case_for_update(case_id)
            add_decision(case, DecisionKind.APPROVED, digest=digest, actor=actor, now=clock.now(), step=step)
            flush_as_decider()


# Profiles


def test_a_version_needs_a_second_person_and_holds_for_later_cases(officer) -> None:
    before = reviewed_case(officer)[0]
    version = activate_profile(TWO_STEPS)
    assert decision_queries.current_profile_version() == version
    assert fresh_case(before).approval_profile_version == 1
    assert decision_queries.open_step(fresh_case(before), decision_queries.get_profile(1)).code == "approve"


def propose(actor, content=TWO_STEPS, **more):
    given = {"reason": "理由", "needs_accreditation": False} | more
    return propose_profile(content, actor=actor, now=clock.now(), **given)


def test_what_cannot_be_proposed(approver) -> None:
    admin = staff_actor("administrator")
    for content, more, code in (
        (TWO_STEPS, {"reason": " "}, "profile-reason-needed"),
        (BUILT_IN.as_json(), {}, "profile-unchanged"),
    ):
        with pytest.raises(ProfileDecisionError, match=code):
            propose(admin, content, **more)
    propose(admin)
    with pytest.raises(ProfileDecisionError, match="proposal-open"):
        propose(admin, TWO_STEPS | {"review_valid_days": 7})
    assert refusals("profile:propose") == ["profile-reason-needed", "profile-unchanged", "proposal-open"]
    assert decision_queries.current_profile_version() == 1


def test_what_cannot_be_decided(approver) -> None:
    admin = staff_actor("administrator")
    profile_id = propose(admin, needs_accreditation=True)
    decide = {"activate": True, "now": clock.now()}
    with pytest.raises(ProfileDecisionError, match="own-proposal"):
        decide_profile(profile_id, actor=admin, **decide)
    with pytest.raises(ProfileDecisionError, match="accreditation-needed"):
        decide_profile(profile_id, actor=approver, **decide)
    with pytest.raises(ProfileDecisionError, match="rejection-reason-needed"):
        decide_profile(profile_id, actor=approver, activate=False, now=clock.now())
    decide_profile(profile_id, actor=approver, accreditation_reference="令和8年11月1日 認定第3号", **decide)
    with pytest.raises(StaleError):
        decide_profile(profile_id, actor=approver, **decide)
    row = db.session.scalars(select(ApprovalProfile)).one()
    assert (row.status, row.decided_by_name) == (ProfileStatus.ACTIVE, approver.name)


def test_a_rejected_version_changes_nothing_and_a_newer_one_retires_the_old(approver) -> None:
    admin = staff_actor("administrator")
    decide_profile(propose(admin), activate=False, reason="早い", actor=approver, now=clock.now())
    assert decision_queries.current_profile_version() == 1
    for days in (7, 8):
        decide_profile(
            propose(admin, TWO_STEPS | {"review_valid_days": days}), activate=True, actor=approver, now=clock.now()
        )
    db.session.rollback()
    states = [(row.version, row.status.value) for row in decision_queries.list_profiles()]
    assert states == [(4, "active"), (3, "retired"), (2, "rejected")]
    assert decision_queries.get_profile(decision_queries.current_profile_version()).review_valid_days == 8
