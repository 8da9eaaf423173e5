"""Cases that wait for a decision, profiles in force, and forced interleavings of two services."""

import threading
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, text, update

from app.core import clock
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import DomainError
from models.applications import Application
from models.audit import AuditEntry
from models.enums import ApplicationKind, Service
from registration import queries
from registration.services.decide_profile import decide_profile
from registration.services.finish_review import finish_review
from registration.services.propose_profile import propose_profile
from tests.factories.desk import receive, staff_actor, work_through

TWO_STEPS = {
    "steps": [
        {"code": "second-check", "role": "officer", "confirmations": ["names-compared"]},
        {"code": "approve", "role": "approver", "confirmations": ["every-paper-seen", "seals-compared"]},
    ],
    "review_valid_days": 14,
    "application_valid_days": 60,
}


def reviewed_case(
    officer: Actor,
    *,
    item_number: str = "35685969384",
    services: tuple[Service, ...] = (Service.CONTRACT,),
    profile_version: int = 1,
) -> tuple[UUID, str]:
    """A case of five papers (or more) that an officer has reviewed: its key and its digest."""
    case_id = receive(officer, item_number=item_number, services=services)
    set_on(case_id, approval_profile_version=profile_version)
    work_through(case_id, officer)
    return case_id, finish_review(case_id, actor=officer, now=clock.now())


def set_on(case_id: UUID, **values: Any) -> None:
    """Write columns of a case directly: what reception will do for kinds and profiles."""
    db.session.rollback()
    db.session.execute(update(Application).where(Application.id == case_id).values(**values))
    db.session.commit()


def change_case(officer: Actor, company_id: UUID, *items: str, item_number: str = "35685969395") -> UUID:
    """A change application of an existing company, received; its papers are worked through."""
    case_id = receive(officer, item_number=item_number, services=(Service.CONTRACT,))
    set_on(case_id, kind=ApplicationKind.CHANGE, change_items=list(items), company_id=company_id)
    work_through(case_id, officer)
    return case_id


def activate_profile(content: dict[str, Any]) -> int:
    """A version proposed and put in force by two people."""
    proposer = staff_actor("administrator", email="kanri@example.jp", name="管理 一郎")
    decider = staff_actor("approver", email="kettei@example.jp", name="決定 花子")
    profile_id = propose_profile(
        content, reason="二段階にする", needs_accreditation=False, actor=proposer, now=clock.now()
    )
    decide_profile(profile_id, activate=True, actor=decider, now=clock.now())
    db.session.rollback()
    return 2


def refusals(event: str) -> list[str]:
    """Error codes of the attempts that were refused, in their order."""
    db.session.rollback()
    rows = db.session.scalars(
        select(AuditEntry).where(AuditEntry.event == event, AuditEntry.outcome == "refused").order_by(AuditEntry.seq)
    )
    return [row.detail["error"] for row in rows]


def fresh_case(case_id: UUID) -> Application:
    """The case as it is in the database now."""
    db.session.rollback()
    return queries.get_case(case_id)


class Interleaving:
    """Holds the first of two services inside its transaction until the second waits for it, then lets both go on.

    No sleep decides who wins: the first is stopped at a function that its transaction has reached, and goes on only
    when PostgreSQL says that another backend waits for a lock.
    """

    def __init__(self, app: Flask, patch: pytest.MonkeyPatch) -> None:
        self.app, self.patch = app, patch
        self.inside, self.go = threading.Event(), threading.Event()
        self.results: list[DomainError | None] = [None, None]

    def run(
        self, module: Any, name: str, first: Callable[[], object], second: Callable[[], object]
    ) -> list[DomainError | None]:
        """What each raised; `module.name` is where the first is held."""
        real = getattr(module, name)

        def held(*args: Any, **kwargs: Any) -> Any:
            if threading.current_thread().name == "first" and not self.inside.is_set():
                self.inside.set()
                assert self.go.wait(30), "nobody let the first one go on"
            return real(*args, **kwargs)

        self.patch.setattr(module, name, held)
        db.session.rollback()
        threads = [
            threading.Thread(target=self._work, args=(index, work), name=label)
            for index, (label, work) in enumerate((("first", first), ("second", second)))
        ]
        threads[0].start()
        assert self.inside.wait(30), f"the first never reached {name}"
        threads[1].start()
        try:
            self._until_somebody_waits()
        finally:
            self.go.set()
            for thread in threads:
                thread.join(30)
        return self.results

    def _work(self, index: int, work: Callable[[], object]) -> None:
        with self.app.app_context():
            try:
                work()
            except DomainError as error:
                self.results[index] = error
            finally:
                db.session.remove()

    def _until_somebody_waits(self) -> None:
        for _ in range(3000):
            waiting = db.session.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted"))
            db.session.rollback()
            if waiting:
                return
            time.sleep(0.01)
        raise AssertionError("the second never waited for the first")
