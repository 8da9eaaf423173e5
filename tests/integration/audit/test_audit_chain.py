"""The audit log on a real database: order under load, refusal of change, proof of tampering."""

from threading import Thread
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import ProgrammingError

from app import audit
from app.audit.verify import verify_chain
from app.core.actor import SYSTEM
from app.core.db import db
from app.core.transaction import transaction
from models.audit import AuditEntry


def write(count: int) -> None:
    for number in range(count):
        with transaction():
            audit.record("test:write", subject_type="test", subject_id=uuid4(), actor=SYSTEM, detail={"n": number})


def test_writers_at_once_leave_no_gap(app: Flask) -> None:
    def in_thread() -> None:
        with app.app_context():
            write(15)

    threads = [Thread(target=in_thread) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    report = verify_chain()
    assert (report.is_intact, report.entries) == (True, 60)


def test_an_effect_that_fails_leaves_no_entry(app: Flask) -> None:
    with pytest.raises(ZeroDivisionError), transaction():
        audit.record("test:write", subject_type="test", subject_id="1", actor=SYSTEM)
        raise ZeroDivisionError
    write(1)
    assert db.session.scalar(select(func.count()).select_from(AuditEntry)) == 1
    assert verify_chain().is_intact


def test_an_attempt_stays_on_record(app: Flask) -> None:
    audit.attempt("test:write", subject_type="test", subject_id="1", actor=SYSTEM, outcome="refused", error="no")
    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.outcome, entry.detail) == ("refused", {"error": "no"})


def test_outside_of_a_service_nothing_is_recorded(app: Flask) -> None:
    with pytest.raises(RuntimeError):
        audit.record("test:write", subject_type="test", subject_id="1", actor=SYSTEM)


@pytest.mark.parametrize("statement", ["UPDATE audit_entry SET actor_name = 'x'", "DELETE FROM audit_entry"])
def test_the_database_refuses_change(app: Flask, statement: str) -> None:
    write(1)
    with pytest.raises(ProgrammingError, match="append-only"):
        db.session.execute(text(statement))
    db.session.rollback()


@pytest.mark.parametrize(
    ("tampering", "broken_at"),
    [
        ("UPDATE audit_entry SET actor_name = 'x' WHERE seq = 3", 3),
        ("UPDATE audit_entry SET detail = '{}' WHERE seq = 5", 5),
        ("DELETE FROM audit_entry WHERE seq = 2", 2),
        ("DELETE FROM audit_entry WHERE seq = 5", 5),
        ("UPDATE audit_head SET seq = 4, hash = (SELECT hash FROM audit_entry WHERE seq = 3)", 5),
    ],
)
def test_tampering_behind_its_back_is_found(app: Flask, tampering: str, broken_at: int) -> None:
    write(5)
    db.session.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER ALL"))
    db.session.execute(text(tampering))
    db.session.execute(text("ALTER TABLE audit_entry ENABLE TRIGGER ALL"))
    db.session.commit()
    report = verify_chain()
    assert report.broken_at == broken_at
