"""Nobody finds a page in the menu that refuses them."""

import pytest

from admin.registry import SECTIONS

IN_MENU = [view for _title, views in SECTIONS for view in views if view.in_menu]


@pytest.mark.parametrize("view", IN_MENU, ids=lambda view: view.__name__)
def test_the_menu_asks_for_what_the_page_asks_for(view: type) -> None:
    """Whoever has the permission for which the menu shows the page may open it."""
    (first,) = {name for address, name, _methods in view._urls if address == "/"}  # noqa: SLF001  Flask-Admin's list
    assert getattr(getattr(view, first), "needs", view.permission) == view.permission
