"""Who may call which view: declared beside the view, enforced in front of every request (app.security.guards)."""

from collections.abc import Callable
from typing import TypeVar

from app.security import PERMISSIONS, current_staff, permissions_of

View = TypeVar("View", bound=Callable[..., object])


def needs(permission: str) -> Callable[[View], View]:
    """Declare the permission that a view method asks for.

    Raises:
        ValueError: no role has such a permission: a misspelling would lock everybody out.
    """
    if permission not in PERMISSIONS:
        raise ValueError(f"no role may {permission}")

    def mark(view: View) -> View:
        view.needs = permission  # type: ignore[attr-defined]
        return view

    return mark


def may(permission: str) -> bool:
    """Whether the signed-in person has the permission: for showing or leaving out a button."""
    person = current_staff()
    return person is not None and permission in permissions_of(person.roles)
