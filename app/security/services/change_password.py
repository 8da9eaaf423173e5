"""A signed-in person changes the password."""

from typing import cast
from uuid import UUID, uuid4

from app import audit
from app.core.db import db
from app.core.transaction import transaction
from app.security.actors import actor_of
from app.security.errors import PasswordRefusedError
from app.security.passwords import hash_password, is_password, password_refusals
from app.security.services.sign_in import People, subject_of
from models.accounts import Customer
from models.staff import StaffUser


def change_password(people: People, person_id: UUID, *, present: str, new: str) -> None:
    """Replace the password. Every session ends; the caller signs the person in again.

    Raises:
        PasswordRefusedError: `password-wrong` if the present one is not right (the caller counts the failure), or a
            code of `app.security.passwords.password_refusals`.
    """
    person = cast("StaffUser | Customer", db.session.get_one(people, person_id))
    refusals = password_refusals(new, about=personal_words(person))
    if not is_password(present, person.password):
        raise PasswordRefusedError("password-wrong", field="present")
    if is_password(new, person.password):
        refusals.append("password-same")
    if refusals:
        raise PasswordRefusedError(refusals[0], field="new")
    seen, hashed = person.password, hash_password(new)
    with transaction():
        person = cast("StaffUser | Customer", db.session.get_one(people, person_id, with_for_update=True))
        if person.password != seen:
            raise PasswordRefusedError("password-wrong", field="present")
        person.password = hashed
        person.fs_uniquifier = uuid4().hex
        if isinstance(person, StaffUser):
            person.must_change_password = False
        audit.record(
            f"{subject_of(people)}:change_password",
            subject_type=person.__tablename__,
            subject_id=person.id,
            actor=actor_of(person),
        )


def personal_words(person: StaffUser | Customer) -> tuple[str, ...]:
    """What the password must not be made of."""
    login_id = person.login_id if isinstance(person, Customer) else ""
    return (person.email, person.name, login_id)
