"""Who may call which view: declared beside the view, enforced in front of every request (app.security.guards)."""

from collections.abc import Callable
from typing import TypeVar

from flask import Flask

from app.security import PERMISSIONS, current_staff, declared_guard, permissions_of
from app.security.guards import FOREIGN

View = TypeVar("View", bound=Callable[..., object])


def needs(permission: str) -> Callable[[View], View]:
    """Declare the permission that a view method asks for.

    Raises:
        ValueError: no role has such a permission: a misspelling would lock everybody out.
    """
    if permission not in PERMISSIONS:
        raise ValueError(f"no role may {permission}")

    def mark(view: View) -> View:
        view.needs = permission  # type: ignore[attr-defined]  # the guard reads it from the function
        return view

    return mark


def may(permission: str) -> bool:
    """Whether the signed-in person has the permission: for showing or leaving out a button."""
    person = current_staff()
    return person is not None and permission in permissions_of(person.roles)


def refuse_undeclared(app: Flask) -> None:
    """Default deny, at start: no portal is built with an endpoint that does not say who may call it.

    Whoever only reads may rely on the view's `permission`; a view method that takes POST declares its own.

    Raises:
        RuntimeError: an endpoint says nothing, or names a permission that no role has.
    """
    for rule in app.url_map.iter_rules():
        guard = declared_guard(app, rule.endpoint)
        if guard is None:
            raise RuntimeError(f"{rule.endpoint} does not declare who may call it: @needs(…)")
        if ":" in guard and guard not in PERMISSIONS:
            raise RuntimeError(f"{rule.endpoint} asks for {guard}, which no role may")
        view = app.view_functions[rule.endpoint]
        is_declared = rule.endpoint in FOREIGN or hasattr(view, "needs") or hasattr(view, "guard")
        if "POST" in (rule.methods or ()) and not is_declared:
            raise RuntimeError(f"{rule.endpoint} takes POST, but has no @needs(…) of its own")
