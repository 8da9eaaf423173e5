"""Sheets of paper: the register, and the desk at which a label is scanned."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Response, abort, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy import and_, literal_column, select

from admin.access import may, needs
from admin.base import PageView, RecordView, tell
from admin.forms.sheets import GiveBackForm, LendForm, ShelveForm
from admin.hrefs import url_for
from admin.messages import sentence
from app.core import clock
from app.core.db import db
from app.core.errors import DomainError, NotFoundError
from app.core.search import Search
from app.security import staff_actor
from models.applications import Application
from models.enums import SheetStatus
from models.sheets import NO_SHELF, Sheet, SheetUse
from registration import sheet_queries as queries
from registration.labels import Label, render
from registration.retention_queries import keep_until_of
from registration.rules.sheets import Act, parse_sheet_number
from registration.rules.sheets import may as may_now
from registration.services.give_back_sheet import give_back_sheet
from registration.services.lend_sheet import lend_sheet
from registration.services.shelve_sheet import shelve_sheet

CASE, SHEET = (re.compile(letter + r"-\d{4}-\d{6,}") for letter in "AS")
LOAN_DAYS = 7  # proposed; whoever lends writes another day


class SheetView(RecordView):
    """Every sheet of paper that ever came, and where it is."""

    model_class = Sheet
    title = _l("Sheets")
    path = "sheets"
    permission = "sheet:read"
    column_list = ("number", "kind", "status", "shelf", "received_on", "lent_to", "due_back_on")
    column_labels = {
        "number": _l("Number"),
        "kind": _l("Paper"),
        "status": _l("State"),
        "shelf": _l("Shelf"),
        "received_on": _l("Received on"),
        "lent_to": _l("Lent to"),
        "due_back_on": _l("Due back"),
        "keep_until": _l("Kept until"),
        "destroyed_on": _l("Destroyed on"),
    }
    column_details_list = (*column_list, "keep_until", "destroyed_on")
    column_sortable_list = ("received_on",)
    newest_first = "sequence"
    list_template = "admin/registration/sheets.html"
    tabs = (
        ("here", _l("Here"), Sheet.status == SheetStatus.HELD),
        ("no-shelf", _l("Without a shelf"), literal_column(f"({NO_SHELF})")),
        ("lent", _l("Lent"), Sheet.status == SheetStatus.LENT),
        (
            "overdue",
            _l("Overdue"),
            lambda: and_(Sheet.status == SheetStatus.LENT, Sheet.due_back_on < clock.today()),
        ),
        ("to-return", _l("To send back"), Sheet.status == SheetStatus.TO_RETURN),
        ("destroyed", _l("Destroyed"), Sheet.status == SheetStatus.DESTROYED),
        ("all", _l("All"), None),
    )

    def search(self, text: str) -> Any:  # noqa: ANN401
        """By the sheet's number, the number of a case that it served, or its shelf: each is indexed, and compared whole."""
        plain = text.strip().upper()
        if SHEET.fullmatch(plain):
            return Sheet.number == plain
        if CASE.fullmatch(plain):
            return Sheet.id.in_(select(SheetUse.sheet_id).join(Application).where(Application.number == plain))
        return Search(
            Sheet.shelf == plain, Sheet.shelf == plain
        )  # one that is nowhere is not looked for along the list

    def row_href(self, row: Sheet) -> str:
        """A sheet's own page is the desk's."""
        return url_for("sheet-desk.show", code=row.number)


class SheetDeskView(PageView):
    """Scan a label: what is it, where should it be, what can be done."""

    title = _l("Sheet desk")
    path = "sheet-desk"
    permission = "sheet:read"

    @expose("/")
    @needs("sheet:read")
    def show(self) -> ResponseReturnValue:
        code = request.args.get("code", "").replace("\x00", "").strip()
        if not code:
            return self._page()
        try:
            return self._page(queries.get_sheet(parse_sheet_number(code)))
        except DomainError as error:
            return self._page(code=code, error=error)

    @expose("/<uuid:sheet_id>/shelve/", methods=["POST"])
    @needs("sheet:manage")
    def shelve(self, sheet_id: UUID) -> ResponseReturnValue:
        """Put a sheet on a shelf, or on another one."""
        form = ShelveForm()

        def act() -> str:
            shelve_sheet(sheet_id, form.shelf.data or "", actor=staff_actor(), now=clock.now())
            return _("%(number)s lies on its shelf. Scan the next label.", number=queries.sheet_number(sheet_id))

        return self._act(sheet_id, form, act, "shelve_form")

    @expose("/<uuid:sheet_id>/lend/", methods=["POST"])
    @needs("sheet:manage")
    def lend(self, sheet_id: UUID) -> ResponseReturnValue:
        """Give a sheet to somebody."""
        form = LendForm()

        def act() -> str:
            assert form.due_back_on.day is not None  # validated
            lend_sheet(
                sheet_id,
                lent_to=form.lent_to.data or "",
                due_back_on=form.due_back_on.day,
                actor=staff_actor(),
                now=clock.now(),
            )
            return _("%(number)s is lent. Scan the next label.", number=queries.sheet_number(sheet_id))

        return self._act(sheet_id, form, act, "lend_form")

    @expose("/<uuid:sheet_id>/give-back/", methods=["POST"])
    @needs("sheet:manage")
    def give_back(self, sheet_id: UUID) -> ResponseReturnValue:
        """A lent sheet is back."""
        form = GiveBackForm()

        def act() -> str:
            give_back_sheet(sheet_id, shelf=form.shelf.data or "", actor=staff_actor(), now=clock.now())
            return _("%(number)s is back. Scan the next label.", number=queries.sheet_number(sheet_id))

        return self._act(sheet_id, form, act, "give_back_form")

    @expose("/labels.pdf")
    @needs("sheet:manage")
    def labels(self) -> ResponseReturnValue:
        """Labels of a case (?application_id=) or of one sheet (?code=); ?skip= stickers of the first sheet are used up."""
        try:
            case = UUID(request.args["application_id"]) if "application_id" in request.args else None
            skip = int(request.args.get("skip", "0"))
        except ValueError:
            abort(404)
        found = queries.list_labels(case, request.args.get("code", "").replace("\x00", ""))
        if not found:
            abort(404)
        labels = [
            Label(sheet.number, sheet.kind, case_number, more, sheet.received_on) for sheet, case_number, more in found
        ]
        response = Response(render(labels, skip=max(0, skip)), mimetype="application/pdf")
        response.headers["Cache-Control"] = "no-store, private"
        response.headers["Content-Disposition"] = 'inline; filename="labels.pdf"'
        return response

    def _act(self, sheet_id: UUID, form: FlaskForm, act: Callable[[], str], name: str) -> ResponseReturnValue:
        try:
            number = queries.sheet_number(sheet_id)
            if not form.validate_on_submit():
                return self._page(queries.get_sheet(number), **{name: form}), 422
            flash(act(), "success")
        except NotFoundError:
            abort(404)
        except DomainError as error:
            db.session.rollback()
            tell(form, error)
            if not any(field.errors for field in form):  # said at the top: the form may be gone with the new state
                flash(sentence(error), "error")
            return self._page(queries.get_sheet(number), **{name: form}), 422
        return redirect(url_for(".show"))

    def _page(
        self, sheet: Sheet | None = None, code: str = "", error: DomainError | None = None, **forms: FlaskForm
    ) -> str:
        context: dict[str, Any] = {}
        if sheet is not None:
            uses = queries.list_uses(sheet.id)
            due = clock.today() + timedelta(days=LOAN_DAYS)
            context = {
                "uses": uses,
                "holds": queries.list_holds([case.id for _use, case, _paper in uses]),
                "keep_until": sheet.keep_until or keep_until_of([sheet.id])[sheet.id],
                "shelve_form": forms.get("shelve_form") or ShelveForm(formdata=None),
                "lend_form": forms.get("lend_form") or LendForm(formdata=None, due_back_on=due),
                "give_back_form": forms.get("give_back_form") or GiveBackForm(formdata=None),
                "can": {act.value: may("sheet:manage") and may_now(sheet.status, act) for act in Act},
            }
        return self.render(
            "admin/registration/sheet_desk.html",
            sheet=sheet,
            code=code,
            error=error,
            sentence=sentence,
            overdue=queries.list_overdue(clock.today()) if sheet is None else [],
            today=clock.today(),
            **context,
        )
