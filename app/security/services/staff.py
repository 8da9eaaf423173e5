"""Members of staff: taken in, given roles, sent home, given a new first password. Each function is one use case."""

from uuid import UUID, uuid4

from sqlalchemy import func, select

from app import audit
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import NotFoundError
from app.core.random import random_source
from app.core.transaction import transaction
from app.security.errors import StaffError
from app.security.passwords import hash_password
from app.security.permissions import Role, clashing_roles
from models.staff import StaffUser

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that looks like another
FIRST_PASSWORD_GROUPS = 4


def make_first_password() -> str:
    """Twenty characters in four groups (about 98 bits), to be replaced at the first sign-in."""
    source = random_source()
    return "-".join("".join(source.choice(LETTERS) for _ in range(5)) for _ in range(FIRST_PASSWORD_GROUPS))


def add_staff(
    *, email: str, name: str, roles: list[str], password: str, actor: Actor, must_change: bool = True
) -> UUID:
    """Take a person in.

    Args:
        email: the address to sign in with.
        name: as colleagues and records name the person.
        roles: at least one; no two that clash.
        password: the first one; replaced at the first sign-in unless `must_change` is off.
        actor: the administrator, or the system on the command line.
        must_change: whether the person must make an own password first.

    Returns:
        key of the member of staff.

    Raises:
        StaffError: `email-taken`, `role-unknown`, `role-missing` or `roles-clash`.
    """
    require_roles(roles)
    hashed = hash_password(password)
    with transaction():
        taken = db.session.scalar(select(StaffUser).where(func.lower(StaffUser.email) == email.strip().lower()))
        if taken is not None:
            raise StaffError("email-taken", field="email")
        person = StaffUser(
            id=uuid4(),
            email=email.strip(),
            name=name.strip(),
            password=hashed,
            must_change_password=must_change,
            roles=sorted(set(roles)),
            fs_uniquifier=uuid4().hex,
        )
        db.session.add(person)
        _record("add", person, actor, {"roles": person.roles, "email": person.email})
        return person.id


def change_roles(staff_id: UUID, *, roles: list[str], actor: Actor) -> None:
    """Give a person these roles instead. Open sessions end.

    Raises:
        StaffError: as for adding, or `own-account`: nobody changes the own roles.
    """
    require_roles(roles)
    with transaction():
        person = _get_other(staff_id, actor)
        before = person.roles
        person.roles = sorted(set(roles))
        person.fs_uniquifier = uuid4().hex
        _record("change_roles", person, actor, {"before": before, "after": person.roles})


def deactivate_staff(staff_id: UUID, *, reason: str, actor: Actor) -> None:
    """Close a person's access at once. The row stays: records refer to it.

    Raises:
        StaffError: `own-account`, or `already-closed`.
    """
    with transaction():
        person = _get_other(staff_id, actor)
        if not person.active:
            raise StaffError("already-closed")
        person.active = False
        person.fs_uniquifier = uuid4().hex
        _record("deactivate", person, actor, {"reason": reason})


def activate_staff(staff_id: UUID, *, reason: str, actor: Actor) -> None:
    """Open a closed access again.

    Raises:
        StaffError: `own-account`, or `already-open`.
    """
    with transaction():
        person = _get_other(staff_id, actor)
        if person.active:
            raise StaffError("already-open")
        require_roles(person.roles)
        person.active = True
        _record("activate", person, actor, {"reason": reason})


def reset_password(staff_id: UUID, *, password: str, actor: Actor) -> None:
    """Give a person a new first password, and lift a lock. Open sessions end.

    Raises:
        StaffError: `own-account`: the own password is changed by knowing it.
    """
    hashed = hash_password(password)
    with transaction():
        person = _get_other(staff_id, actor)
        person.password = hashed
        person.must_change_password = True
        person.failed_sign_ins = 0
        person.locked_until = None
        person.fs_uniquifier = uuid4().hex
        _record("reset_password", person, actor, {})


def require_roles(roles: list[str]) -> None:
    """Refuse a set of roles that one person may not hold.

    Raises:
        StaffError: `role-missing`, `role-unknown` or `roles-clash`.
    """
    if not roles:
        raise StaffError("role-missing", field="roles")
    if unknown := sorted(set(roles) - set(Role)):
        raise StaffError("role-unknown", field="roles", role=unknown[0])
    if pair := clashing_roles(roles):
        raise StaffError("roles-clash", field="roles", first=pair[0], second=pair[1])


def _get_other(staff_id: UUID, actor: Actor) -> StaffUser:
    if actor.id == staff_id:
        raise StaffError("own-account")
    person = db.session.get(StaffUser, staff_id, with_for_update=True)
    if person is None:
        raise NotFoundError("staff")
    return person


def _record(action: str, person: StaffUser, actor: Actor, detail: dict[str, object]) -> None:
    audit.record(
        f"staff:{action}",
        subject_type="staff",
        subject_id=person.id,
        actor=actor,
        detail={"name": person.name, **detail},
    )
