"""What every view of the portal is made of: pages, registers, decisions.

No built-in create, edit, delete, export or bulk action exists (docs/adr/0001): their endpoints are not registered.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from flask import abort, flash, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import BaseView, expose
from flask_admin.contrib.sqla import ModelView
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from markupsafe import Markup
from sqlalchemy import select

from admin.access import may
from admin.hrefs import url_for
from admin.listing import Listing, capped_counts, column_value, primary_key, read_listing
from admin.messages import sentence
from app.core import clock
from app.core.db import db
from app.core.errors import DomainError, NotFoundError
from app.security import is_fresh, verify_first


def already_counted(numbers: dict[str, int]) -> None:
    """What a page counted for itself, by the endpoints of the menu's entries: the menu does not count it once more."""
    g.already_counted = numbers


class Guarded:
    """What pages and registers share: a permission, a place in the menu, and no swallowed TypeError."""

    permission: ClassVar[str]
    in_menu: ClassVar[bool] = True
    icon: ClassVar[str] = "list"

    def waiting(self) -> Iterable[tuple[Any, ...]]:
        """What waits here for the signed-in person, as models with criteria: their rows are the number beside the menu's entry.

        It is counted for every page, so each needs an index.
        """
        return ()

    def is_accessible(self) -> bool:
        return may(self.permission)

    def inaccessible_callback(self, name: str, **kwargs: Any) -> ResponseReturnValue:  # noqa: ANN401  as Flask-Admin calls it
        abort(403)

    def _run_view(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401  as Flask-Admin calls it
        kwargs.pop("cls", None)
        return fn(self, *args, **kwargs)

    def decide(
        self,
        form: FlaskForm,
        act: Callable[[], str],
        *,
        template: str,
        back: Callable[[], str],
        password: bool = False,
        **context: Any,  # noqa: ANN401  whatever the template takes
    ) -> ResponseReturnValue:
        """A decision page: GET shows, POST acts once, and what was typed stays if it could not be done.

        Args:
            form: the form that is shown and sent.
            act: calls the service; returns the sentence to show when it is done.
            template: of the page.
            back: address to go to when it is done.
            password: the decision needs a password that was given within the last five minutes. The page asks for it before
                it is shown; whoever typed for longer gives it in another tab, and what was typed stays.
            context: for the template.
        """
        status = 200
        if password and request.method == "GET" and (to_password := verify_first()) is not None:
            return to_password
        if password and not is_fresh(clock.now()):
            form.form_errors.append(_password_again())
            status = 422
        elif form.validate_on_submit():
            try:
                done = act()
            except NotFoundError:
                abort(404)
            except DomainError as error:
                db.session.rollback()
                tell(form, error)
                status = 409 if error.code in {"stale", "illegal-transition"} else 422
            else:
                flash(done, "success")
                return redirect(back())
        elif request.method == "POST":
            status = 422
        return self.render(template, form=form, **context), status  # type: ignore[attr-defined]  # a mixin of views


def _password_again() -> Markup:
    words = _(
        "More than five minutes have passed since you gave your password. Nothing was done, and what you typed is still here."
    )
    there = _("Give the password in another tab, then press again.")
    return Markup('{} <a href="{}" target="_blank" rel="noopener">{}</a>').format(
        words, url_for("security.verify", next="/"), there
    )


def tell(form: FlaskForm, error: DomainError) -> None:
    """Put an error's sentence where it belongs: at its field, or above the form."""
    field = form._fields.get(error.field) if error.field else None  # noqa: SLF001  WTForms has no public way
    if field is None:
        form.form_errors.append(sentence(error))
    else:
        field.errors = [*field.errors, sentence(error)]


class PageView(Guarded, BaseView):
    """A page, or several that belong together."""

    title: ClassVar[Any]
    path: ClassVar[str]

    def __init__(self) -> None:
        super().__init__(name=self.title, endpoint=self.path.replace("/", "-"), url=f"/{self.path}")


@dataclass(frozen=True, slots=True)
class Filter:
    """A choice above a register's list, kept in the address as `?name=value`."""

    name: str
    title: Any
    criterion: Callable[[str], Any]  # the value as typed → a criterion, or None if it says nothing
    choices: Callable[[], list[tuple[str, Any]]] | None = None  # without: a text field


class RecordView(Guarded, ModelView):
    """A register: list, search, details. Nothing here changes a row."""

    can_create = can_edit = can_delete = can_export = False
    can_view_details = True
    page_size = 50
    column_type_formatters: ClassVar[dict[type, Any]] = {}  # admin.display shows every kind of value
    column_type_formatters_detail: ClassVar[dict[type, Any]] = {}
    simple_list_pager = True
    list_template = "admin/model/list.html"
    details_template = "admin/model/details.html"

    model_class: ClassVar[type]
    title: ClassVar[Any]
    path: ClassVar[str]
    stacks: ClassVar[bool] = False  # on a telephone every row of the list is a small list by itself
    tabs: ClassVar[tuple[tuple[str, Any, Any], ...]] = ()  # (key, title, criterion or a function that gives one)
    counted_tabs: ClassVar[tuple[str, ...]] = ()  # keys of tabs with a number beside them
    filters: ClassVar[tuple[Filter, ...]] = ()
    newest_first: ClassVar[str | tuple[str, ...]] = "id"  # the default order: columns indexed together, id behind them
    descending: ClassVar[bool] = True
    sorts: ClassVar[
        dict[str, tuple[str, ...]]
    ] = {}  # tab → the only columns of column_sortable_list that it has indexed
    orders: ClassVar[dict[str, tuple[str | tuple[str, ...], bool]]] = {}  # tab → another order, and whether it descends

    # Not registered at all: see the module's docstring.
    create_view = edit_view = delete_view = action_view = ajax_update = ajax_lookup = export = None

    def __init__(self) -> None:
        super().__init__(
            self.model_class, db, name=self.title, endpoint=self.path.replace("/", "-"), url=f"/{self.path}"
        )

    def search(self, text: str) -> Any:  # noqa: ANN401  a criterion or nothing
        """The criterion for a search text, or None if this register has no search."""
        return None

    @property
    def has_search(self) -> bool:
        """Whether this register can be searched."""
        return type(self).search is not RecordView.search

    def eager(self) -> tuple[Any, ...]:
        """Loader options for the list, so that a page asks a fixed number of queries."""
        return ()

    def scope(self) -> tuple[Any, ...]:
        """Criteria that hold for every row of this register, in the list and for one row alike."""
        return ()

    def row_href(self, row: Any) -> str:  # noqa: ANN401  a row of the view's model
        """The address that a row leads to: that of its details."""
        return url_for(".details_view", id=str(getattr(row, primary_key(self.model_class).key)))

    def tab_counts(self) -> dict[str, int]:
        """Numbers beside the tabs, by key, never more than COUNT_CAP + 1; one query for all."""
        wanted = {key: self._tab(key) for key in self.counted_tabs}
        return capped_counts(self.model_class, {key: (*self.scope(), *tab) for key, tab in wanted.items()})

    def get_list(  # noqa: PLR0917  Flask-Admin's signature
        self,
        page: int,
        sort_column: str | None,
        sort_desc: bool,
        search: str | None,
        filters: Any,
        execute: bool = True,
        page_size: int | None = None,
    ) -> tuple[None, list[Any]]:
        tab = self.chosen_tab()
        if sort_column not in self.sorts.get(tab, self._sortable_columns or ()):  # whatever the address says
            sort_column = None
        order, descending = self.orders.get(tab, (self.newest_first, self.descending))
        listing: Listing = read_listing(
            self.model_class,
            order=sort_column or order,
            descending=bool(sort_desc) if sort_column else descending,
            criteria=self._criteria(search),
            options=self.eager(),
            limit=self.page_size,
            after=request.args.get("after"),
            before=request.args.get("before"),
        )
        g.listing = listing
        return None, listing.rows

    def chosen_tab(self) -> str:
        """Key of the tab that is open; of the first if the address names none."""
        keys = [key for key, _title, _criterion in self.tabs]
        asked = request.args.get("tab", "")
        return asked if asked in keys else (keys[0] if keys else "")

    def chosen(self, name: str) -> str:
        """A value from the address as the database can take it (PostgreSQL has no NUL in a text)."""
        return request.args.get(name, "").replace("\x00", "").strip()

    def _criteria(self, search: str | None) -> list[Any]:
        criteria = [*self.scope()]
        if text := (search or "").replace("\x00", "").strip():
            criteria.append(self.search(text))
        criteria += self._tab(self.chosen_tab())
        criteria += [each.criterion(value) for each in self.filters if (value := self.chosen(each.name))]
        return [criterion for criterion in criteria if criterion is not None]

    def _tab(self, key: str) -> list[Any]:
        found = [each() if callable(each) else each for name, _title, each in self.tabs if name == key]
        return [criterion for criterion in found if criterion is not None]

    def get_one(self, id: str) -> Any:
        """One row of this register by the key in an address; 404 for everything else."""
        key = primary_key(self.model_class)
        try:
            wanted = column_value(id, key)
        except ValueError:
            abort(404)
        row = db.session.scalars(select(self.model_class).where(key == wanted, *self.scope())).first()
        if row is None:
            abort(404)
        return row

    @expose("/details/")
    def details_view(self) -> ResponseReturnValue:
        return self.render(
            self.details_template,
            model=self.get_one(request.args.get("id", "")),
            details_columns=self._details_columns,
            get_value=self.get_detail_value,
        )

    def get_empty_list_message(self) -> Any:
        return _("Nothing here.")
