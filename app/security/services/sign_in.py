"""What a sign-in, or a failed one, leaves behind: the counter, the lock and the audit entry."""

from datetime import datetime, timedelta
from typing import cast
from uuid import UUID

from app import audit
from app.core.actor import Actor, ActorKind
from app.core.db import db
from app.core.transaction import transaction
from app.security.actors import actor_of
from models.accounts import Customer
from models.staff import StaffUser

FAILURES_BEFORE_LOCK = 5
LOCKED_FOR = timedelta(minutes=15)
People = type[StaffUser] | type[Customer]


def subject_of(people: People) -> str:
    """The word with which events of these people begin."""
    return "staff" if people is StaffUser else "customer"


def note_sign_in(people: People, person_id: UUID, *, now: datetime, address: str) -> None:
    """Somebody signed in: the counter starts again."""
    with transaction():
        person = cast("StaffUser | Customer", db.session.get_one(people, person_id, with_for_update=True))
        person.failed_sign_ins = 0
        person.locked_until = None
        _record(person, "sign_in", outcome="done", detail={"at": now.isoformat(), "address": address})


def note_failure(people: People, person_id: UUID, *, action: str, now: datetime, address: str) -> None:
    """A wrong password. The fifth in a row locks the account for a quarter of an hour.

    Args:
        people: staff or customers.
        person_id: whose account was tried.
        action: `sign_in`, `verify` or `change_password`.
        now: the present moment.
        address: where the request came from.
    """
    with transaction():
        person = cast("StaffUser | Customer", db.session.get_one(people, person_id, with_for_update=True))
        is_locked = person.locked_until is not None and person.locked_until > now
        if not is_locked:
            person.failed_sign_ins += 1
        _record(
            person, action, outcome="refused", detail={"error": "locked" if is_locked else "wrong", "address": address}
        )
        if not is_locked and person.failed_sign_ins >= FAILURES_BEFORE_LOCK:
            person.failed_sign_ins = 0
            person.locked_until = now + LOCKED_FOR
            _record(person, "lock", outcome="done", detail={"until": person.locked_until.isoformat()})


def note_unknown(people: People, *, address: str) -> None:
    """Somebody tried an identity that does not exist. What was typed is not kept: it may be a password."""
    audit.attempt(
        f"{subject_of(people)}:sign_in",
        subject_type=people.__tablename__,
        subject_id="unknown",
        actor=Actor(ActorKind.STAFF if people is StaffUser else ActorKind.CUSTOMER, None, "unknown"),
        outcome="refused",
        error="unknown",
        detail={"address": address},
    )


def note_refusal(people: People, person_id: UUID, *, error: str, address: str) -> None:
    """The password was right, but the account is locked or closed."""
    with transaction():
        person = cast("StaffUser | Customer", db.session.get_one(people, person_id))
        _record(person, "sign_in", outcome="refused", detail={"error": error, "address": address})


def note_verified(people: People, person_id: UUID, *, address: str) -> None:
    """Somebody who was signed in proved the password again."""
    with transaction():
        person = cast("StaffUser | Customer", db.session.get_one(people, person_id, with_for_update=True))
        person.failed_sign_ins = 0
        _record(person, "verify", outcome="done", detail={"address": address})


def _record(person: StaffUser | Customer, action: str, *, outcome: str, detail: dict[str, object]) -> None:
    audit.record(
        f"{subject_of(type(person))}:{action}",
        subject_type=person.__tablename__,
        subject_id=person.id,
        actor=actor_of(person),
        outcome=outcome,
        detail=detail,
    )
