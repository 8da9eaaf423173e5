"""Working a case, on PostgreSQL: claims that race, holds, notes, reassignment, what comes next, who else is here."""

from collections.abc import Callable
from datetime import timedelta
from threading import Event, Thread
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select, text

from app.core import clock
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import DomainError, NotFoundError
from models.applications import Application
from models.audit import AuditEntry
from models.enums import ApplicationStatus as S
from models.enums import DecisionKind
from registration import queries
from registration.errors import (
    CaseTakenError,
    CaseWorkError,
)
from registration.presence import appear, leave
from registration.services.approve import approve_application
from registration.services.claim_case import claim_case
from registration.services.finish_review import finish_review
from registration.services.hold_case import hold_case
from registration.services.reassign_case import reassign_case
from registration.services.release_case import release_case
from registration.services.resume_case import resume_case
from registration.services.write_note import write_note
from tests.factories.desk import receive, staff_actor, work_through

pytestmark = pytest.mark.hsm
OFFICER_STATES = (S.RECEIVED, S.IN_REVIEW)


@pytest.fixture(autouse=True)
def _storage(signer_process: None) -> None:
    """Scans are stored encrypted."""


@pytest.fixture
def people(app: Flask) -> tuple[Actor, Actor, Actor]:
    return staff_actor("reception"), staff_actor("officer", name="佐藤 直樹"), staff_actor("approver")


@pytest.fixture
def second(app: Flask) -> Actor:
    return staff_actor("officer", email="second@example.jp", name="田中 裕子")


def test_two_claims_and_one_winner(people, second) -> None:
    case = receive(people[0])
    claim_case(case, actor=people[1], now=clock.now())
    claim_case(case, actor=people[1], now=clock.now())
    with pytest.raises(CaseTakenError) as caught:
        claim_case(case, actor=second, now=clock.now())
    assert caught.value.fields["name"] == "佐藤 直樹"
    with pytest.raises(CaseWorkError, match="claim-of-another"):
        release_case(case, actor=second)
    release_case(case, actor=people[1])
    claim_case(case, actor=second, now=clock.now())
    with pytest.raises(NotFoundError):
        claim_case(uuid4(), actor=second, now=clock.now())
    events = db.session.scalars(select(AuditEntry.event).where(AuditEntry.event.like("application:claim"))).all()
    assert len(events) == 2


def in_thread(app: Flask, work: Callable[[], None], results: list) -> Thread:
    def run() -> None:
        with app.app_context():
            try:
                work()
                results.append(None)
            except DomainError as error:
                results.append(error)
            finally:
                db.session.remove()

    thread = Thread(target=run)
    thread.start()
    return thread


def test_a_claim_races_a_claim(app: Flask, people, second) -> None:
    """Forced: both UPDATEs wait behind one row lock, and are let go together; the second sees what the first wrote."""
    case = receive(people[0])
    for _round in range(5):
        results: list = []
        with db.engine.connect() as held:
            held.execute(text("SELECT 1 FROM application FOR UPDATE"))
            threads = [
                in_thread(app, lambda who=who: claim_case(case, actor=who, now=clock.now()), results)
                for who in (people[1], second)
            ]
            waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
            with db.engine.connect() as watcher:
                for _try in range(200):
                    if watcher.scalar(text(waiting)) == 2:
                        break
                    watcher.rollback()
                    Event().wait(0.02)
                else:
                    pytest.fail("the claims did not meet")
            held.rollback()
        for thread in threads:
            thread.join()
        assert sorted(type(each).__name__ for each in results) == ["CaseTakenError", "NoneType"]
        taken = db.session.scalar(select(Application.claimed_by))
        loser = next(each for each in results if each is not None)
        winner = people[1] if taken == people[1].id else second
        assert loser.fields["name"] == winner.name
        db.session.rollback()
        release_case(case, actor=winner)


def test_next_is_what_runs_out_first_and_nobody_waits(app: Flask, people, second) -> None:
    late = receive(people[0], item_number="35685969384", received_on=clock.today() - timedelta(days=9))
    later = receive(people[0], item_number="35685969395", received_on=clock.today() - timedelta(days=5))
    latest = receive(people[0], item_number="35685969406")
    me = people[1].id

    def following(after: UUID | None = None) -> UUID | None:
        found = queries.find_next_case(me, OFFICER_STATES, after=after)
        db.session.rollback()
        return found.id if found else None

    with db.engine.connect() as held:
        held.execute(text("SELECT 1 FROM application FOR UPDATE"))
        db.session.execute(text("SET lock_timeout = '200ms'"))
        assert following() == late
        held.rollback()
    assert following(after=late) == later
    claim_case(late, actor=second, now=clock.now())
    assert following() == later
    hold_case(later, reason="電話待ち", actor=second, now=clock.now())
    assert following() == latest
    claim_case(latest, actor=people[1], now=clock.now())
    assert following() == latest
    assert following(after=latest) is None


def test_whoever_worked_on_a_case_is_not_offered_its_decision(people) -> None:
    case = receive(people[0])
    work_through(case, people[1])
    finish_review(case, actor=people[1], now=clock.now())
    assert people[1].id is not None and people[2].id is not None
    assert queries.find_next_case(people[1].id, (S.REVIEWED,)) is None
    found = queries.find_next_case(people[2].id, (S.REVIEWED,))
    assert found is not None and found.id == case and found.claimed_by is None


def test_the_next_case_is_read_along_an_index(people) -> None:
    receive(people[0])
    db.session.execute(text("SET LOCAL enable_seqscan = off"))
    plan = "\n".join(
        db.session.scalars(
            text(
                "EXPLAIN SELECT id FROM application WHERE closed_on IS NULL AND claimed_by IS NULL AND held_at IS NULL "
                "ORDER BY due_on, id LIMIT 1"
            )
        )
    )
    assert "Index Scan using ix_application_" in plan and "Sort" not in plan


def test_hold_needs_a_reason_and_stops_the_review(people, second) -> None:
    case = receive(people[0])
    work_through(case, people[1])
    with pytest.raises(CaseWorkError, match="case-hold-reason"):
        hold_case(case, reason=" ", actor=second, now=clock.now())
    with pytest.raises(CaseWorkError, match="note-my-number"):
        hold_case(case, reason="1234 5678 9018", actor=second, now=clock.now())
    hold_case(case, reason="会社に確認中", actor=second, now=clock.now())
    with pytest.raises(CaseWorkError, match="会社に確認中"):
        finish_review(case, actor=people[1], now=clock.now())
    with pytest.raises(CaseWorkError, match="case-on-hold"):
        claim_case(case, actor=people[1], now=clock.now())
    resume_case(case, actor=second)
    with pytest.raises(CaseWorkError, match="not-on-hold"):
        resume_case(case, actor=second)
    finish_review(case, actor=people[1], now=clock.now())


def test_holding_does_not_void_a_review(people) -> None:
    case = receive(people[0])
    work_through(case, people[1])
    finish_review(case, actor=people[1], now=clock.now())
    hold_case(case, reason="紛争", actor=people[2], now=clock.now())
    write_note(case, text="電話した", actor=people[2], now=clock.now())
    resume_case(case, actor=people[2])
    found = queries.get_case(case)
    assert found.status is S.REVIEWED
    assert {each.kind for each in found.decisions} == {DecisionKind.REVIEWED}
    approve_application(case, digest=found.reviewed_digest or "", actor=people[2], now=clock.now())


def test_reassigning_needs_an_officer_and_a_reason(people, second) -> None:
    case = receive(people[0])
    claim_case(case, actor=people[1], now=clock.now())
    assert second.id and people[2].id
    with pytest.raises(CaseWorkError, match="reassign-reason"):
        reassign_case(case, to=second.id, reason="", actor=people[2], now=clock.now())
    with pytest.raises(CaseWorkError, match="not-an-officer"):
        reassign_case(case, to=people[2].id, reason="休暇", actor=people[2], now=clock.now())
    reassign_case(case, to=second.id, reason="休暇", actor=people[2], now=clock.now())
    assert queries.get_case(case).claimed_by == second.id
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "application:reassign")).one()
    assert (entry.detail["name"], entry.detail["reason"]) == ("田中 裕子", "休暇")


def test_notes_are_kept_and_never_hold_a_number(people) -> None:
    case = receive(people[0])
    write_note(case, text="封筒の差出人は会社名義。", actor=people[1], now=clock.now())
    for bad, code in ((" ", "note-empty"), ("1234 5678 9018", "note-my-number")):
        with pytest.raises(CaseWorkError, match=code):
            write_note(case, text=bad, actor=people[1], now=clock.now())
    assert queries.get_case(case).status is S.RECEIVED


def test_presence_ends_by_itself(app: Flask) -> None:
    redis, case, me, other = app.extensions["redis"], uuid4(), uuid4(), uuid4()
    now = clock.now()
    assert appear(redis, case, me, "佐藤 直樹", now) == []
    assert appear(redis, case, other, "田中 裕子", now) == ["佐藤 直樹"]
    assert appear(redis, case, me, "佐藤 直樹", now + timedelta(seconds=30)) == ["田中 裕子"]
    assert appear(redis, case, me, "佐藤 直樹", now + timedelta(seconds=60)) == []
    leave(redis, case, me, "佐藤 直樹")
    assert appear(redis, case, other, "田中 裕子", now + timedelta(seconds=61)) == []
    assert 0 < redis.ttl(f"presence:{case}") <= 40
