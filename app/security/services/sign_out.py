"""Signing out ends every session of the person."""

from typing import cast
from uuid import UUID, uuid4

from app import audit
from app.core.db import db
from app.core.transaction import transaction
from app.security.actors import actor_of
from app.security.services.sign_in import People, subject_of
from models.accounts import Customer
from models.staff import StaffUser


def sign_out(people: People, person_id: UUID) -> None:
    """Make every cookie of this person worth nothing."""
    with transaction():
        person = cast("StaffUser | Customer", db.session.get_one(people, person_id, with_for_update=True))
        person.fs_uniquifier = uuid4().hex
        audit.record(
            f"{subject_of(people)}:sign_out",
            subject_type=person.__tablename__,
            subject_id=person.id,
            actor=actor_of(person),
        )
