"""The menu: what a person may open, and beside each entry how much waits there for that person."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import g
from flask_admin import Admin

from admin.listing import count_all
from admin.registry import SECTIONS
from app.security import current_staff, permissions_of

MOST = 99  # a number in the menu says whether to go there, not how long the list is


def menu_of(portal: Admin) -> Callable[[], dict[str, object]]:
    """What every page's template is given: the sections of the menu, and a function that counts what waits."""
    by_class = {type(view): view for view in portal._views}  # noqa: SLF001  Flask-Admin has no public list

    def context() -> dict[str, object]:
        person = current_staff()
        if person is None:
            return {"menu": [], "staff": None, "menu_waits": dict}
        granted = permissions_of(person.roles)
        sections = [
            (title, [by_class[each] for each in classes if each.permission in granted and each.in_menu])
            for title, classes in SECTIONS
        ]
        views = [view for _title, shown in sections for view in shown]
        return {
            "menu": [section for section in sections if section[1]],
            "staff": person,
            "menu_waits": lambda: {} if g.get("is_error_page") else count_waiting(views),
        }

    return context


def count_waiting(views: Sequence[Any]) -> dict[str, int]:
    """How much waits behind each entry, by its endpoint; one query for all, and no number goes beyond MOST + 1.

    Args:
        views: those that the person may open.
    """
    known: dict[str, int] = g.get("already_counted", {})
    wanted = {
        (view.endpoint, place): each
        for view in views
        if view.endpoint not in known
        for place, each in enumerate(view.waiting())
    }
    counts = {**known, **dict.fromkeys((endpoint for endpoint, _place in wanted), 0)}
    for (endpoint, _place), count in count_all(wanted, cap=MOST).items():
        counts[endpoint] += count
    return {endpoint: count for endpoint, count in counts.items() if count}
