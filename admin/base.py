"""What every view of the portal is made of: pages, registers, decisions.

No built-in create, edit, delete, export or bulk action exists (docs/adr/0001): their endpoints are not registered.
"""

from collections.abc import Callable
from typing import Any, ClassVar
from uuid import UUID

from flask import abort, flash, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import BaseView
from flask_admin.contrib.sqla import ModelView
from flask_wtf import FlaskForm

from admin.access import may
from admin.listing import Listing, read_listing
from admin.messages import sentence
from app.core.db import db
from app.core.errors import DomainError, NotFoundError


class Guarded:
    """What pages and registers share: a permission, a place in the menu, and no swallowed TypeError."""

    permission: ClassVar[str]
    in_menu: ClassVar[bool] = True
    icon: ClassVar[str] = "list"

    def is_accessible(self) -> bool:
        return may(self.permission)

    def inaccessible_callback(self, name: str, **kwargs: Any) -> ResponseReturnValue:  # noqa: ANN401
        abort(403)

    def _run_view(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        kwargs.pop("cls", None)
        return fn(self, *args, **kwargs)

    def decide(
        self,
        form: FlaskForm,
        act: Callable[[], str],
        *,
        template: str,
        back: Callable[[], str],
        **context: Any,  # noqa: ANN401
    ) -> ResponseReturnValue:
        """A decision page: GET shows, POST acts once, and what was typed stays if it could not be done.

        Args:
            form: the form that is shown and sent.
            act: calls the service; returns the sentence to show when it is done.
            template: of the page.
            back: address to go to when it is done.
            context: for the template.
        """
        status = 200
        if form.validate_on_submit():
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
        return self.render(template, form=form, **context), status  # type: ignore[attr-defined]


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


class RecordView(Guarded, ModelView):
    """A register: list, search, details. Nothing here changes a row."""

    can_create = can_edit = can_delete = can_export = False
    can_view_details = True
    page_size = 50
    simple_list_pager = True
    list_template = "admin/model/list.html"
    details_template = "admin/model/details.html"

    model_class: ClassVar[type]
    title: ClassVar[Any]
    path: ClassVar[str]
    tabs: ClassVar[tuple[tuple[str, Any, Any], ...]] = ()  # (key, title, criterion)
    newest_first: ClassVar[str] = "id"  # column of the default order, indexed together with id
    descending: ClassVar[bool] = True

    # Not registered at all: see the module's docstring.
    create_view = edit_view = delete_view = action_view = ajax_update = ajax_lookup = export = None

    def __init__(self) -> None:
        super().__init__(
            self.model_class, db, name=self.title, endpoint=self.path.replace("/", "-"), url=f"/{self.path}"
        )

    def search(self, text: str) -> Any:  # noqa: ANN401
        """The criterion for a search text, or None if this register has no search."""
        return None

    @property
    def has_search(self) -> bool:
        """Whether this register can be searched."""
        return type(self).search is not RecordView.search

    def eager(self) -> tuple[Any, ...]:
        """Loader options for the list, so that a page asks a fixed number of queries."""
        return ()

    def get_list(  # noqa: PLR0913  Flask-Admin's signature
        self,
        page: int,
        sort_column: str | None,
        sort_desc: bool,  # noqa: FBT001
        search: str | None,
        filters: Any,  # noqa: ANN401
        execute: bool = True,  # noqa: FBT001, FBT002
        page_size: int | None = None,
    ) -> tuple[None, list[Any]]:
        listing: Listing = read_listing(
            self.model_class,
            order=sort_column or self.newest_first,
            descending=bool(sort_desc) if sort_column else self.descending,
            criteria=self._criteria(search),
            options=self.eager(),
            limit=self.page_size,
            after=request.args.get("after"),
            before=request.args.get("before"),
        )
        g.listing = listing
        return None, listing.rows

    def _criteria(self, search: str | None) -> list[Any]:
        criteria = []
        if search and (criterion := self.search(search.strip())) is not None:
            criteria.append(criterion)
        chosen = request.args.get("tab", self.tabs[0][0] if self.tabs else "")
        criteria += [criterion for key, _title, criterion in self.tabs if key == chosen and criterion is not None]
        return criteria

    def get_one(self, id: str) -> Any:  # noqa: A002, ANN401  Flask-Admin's name
        try:
            key = UUID(id) if "-" in id else int(id)
        except ValueError:
            abort(404)
        row = db.session.get(self.model_class, key)
        if row is None:
            abort(404)
        return row

    def get_empty_list_message(self) -> Any:  # noqa: ANN401
        from flask_babel import gettext  # noqa: PLC0415

        return gettext("Nothing here.")
