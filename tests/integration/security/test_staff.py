"""Members of staff: taken in, given roles, sent home."""

from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.core.actor import SYSTEM
from app.core.db import db
from app.core.errors import NotFoundError
from app.security.actors import actor_of
from app.security.errors import StaffError
from app.security.passwords import is_password
from app.security.services import staff
from models.audit import AuditEntry
from models.staff import StaffUser
from tests.factories.staff import make_staff


def events() -> list[str]:
    return list(db.session.scalars(select(AuditEntry.event).order_by(AuditEntry.seq)))


def test_a_person_is_taken_in(app: Flask) -> None:
    first = staff.make_first_password()

    key = staff.add_staff(email=" Tanaka@example.jp", name="田中 裕子", roles=["officer"], password=first, actor=SYSTEM)

    person = db.session.get_one(StaffUser, key)
    assert (person.email, person.roles, person.must_change_password) == ("Tanaka@example.jp", ["officer"], True)
    assert is_password(first, person.password)
    assert events() == ["staff:add"]


@pytest.mark.parametrize(
    ("roles", "code"),
    [([], "role-missing"), (["emperor"], "role-unknown"), (["auditor", "billing"], "roles-clash")],
)
def test_roles_that_are_refused(app: Flask, roles: list[str], code: str) -> None:
    with pytest.raises(StaffError, match=code):
        staff.add_staff(email="a@example.jp", name="A", roles=roles, password="x", actor=SYSTEM)
    assert db.session.scalars(select(StaffUser)).all() == []


def test_one_address_one_person(app: Flask) -> None:
    make_staff("officer", email="tanaka@example.jp")

    with pytest.raises(StaffError, match="email-taken"):
        staff.add_staff(email="TANAKA@example.jp", name="B", roles=["officer"], password="x", actor=SYSTEM)


def test_roles_change_and_sessions_end(app: Flask) -> None:
    boss, person = make_staff("administrator"), make_staff("officer")
    before = person.fs_uniquifier

    staff.change_roles(person.id, roles=["approver"], actor=actor_of(boss))

    person = db.session.get_one(StaffUser, person.id)
    assert person.roles == ["approver"]
    assert person.fs_uniquifier != before


def test_nobody_changes_the_own_roles(app: Flask) -> None:
    boss = make_staff("administrator")

    with pytest.raises(StaffError, match="own-account"):
        staff.change_roles(boss.id, roles=["approver"], actor=actor_of(boss))
    with pytest.raises(StaffError, match="own-account"):
        staff.reset_password(boss.id, password="x", actor=actor_of(boss))


def test_access_is_closed_and_opened(app: Flask) -> None:
    actor, person = actor_of(make_staff("administrator")), make_staff("officer")

    staff.deactivate_staff(person.id, reason="退職", actor=actor)
    with pytest.raises(StaffError, match="already-closed"):
        staff.deactivate_staff(person.id, reason="退職", actor=actor)
    assert not db.session.get_one(StaffUser, person.id).active
    staff.activate_staff(person.id, reason="復職", actor=actor)
    with pytest.raises(StaffError, match="already-open"):
        staff.activate_staff(person.id, reason="復職", actor=actor)

    assert events() == ["staff:deactivate", "staff:activate"]


def test_a_reset_password_must_be_changed(app: Flask) -> None:
    actor, person = actor_of(make_staff("administrator")), make_staff("officer")

    staff.reset_password(person.id, password="first-pass-word-1", actor=actor)

    person = db.session.get_one(StaffUser, person.id)
    assert person.must_change_password
    assert is_password("first-pass-word-1", person.password)


def test_somebody_who_does_not_exist(app: Flask) -> None:
    with pytest.raises(NotFoundError):
        staff.deactivate_staff(uuid4(), reason="-", actor=SYSTEM)


def test_active_has_role_constraint(app: Flask) -> None:
    person = make_staff("officer")
    person.roles = []
    with pytest.raises(IntegrityError, match="ck_staff_active_has_role"):
        db.session.commit()
    db.session.rollback()


def test_the_command_takes_the_first_person_in(app: Flask) -> None:
    runner = app.test_cli_runner()

    done = runner.invoke(args=["staff", "add", "--email", "a@example.jp", "--name", "A", "--role", "administrator"])

    assert done.exit_code == 0, done.output
    assert "first password: " in done.output
    assert db.session.scalars(select(StaffUser)).one().must_change_password
    refused = runner.invoke(
        args=["staff", "add", "--email", "b@example.jp", "--name", "B", "--role", "auditor", "--role", "billing"]
    )
    assert refused.exit_code == 1
    assert "roles-clash" in refused.output
