"""Destroying sheets whose day has passed, by two people; holds that stop it; the book of use and disposal."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin.access import needs
from admin.base import PageView
from admin.forms.sheets import ConfirmForm, HoldForm, ProposeForm
from admin.messages import sentence
from app.core import clock
from app.core.db import db
from app.core.errors import DomainError, NotFoundError
from app.core.wareki import parse_date
from app.security import current_staff, staff_actor
from models.enums import DisposalStatus, HoldKind
from models.sheets import Disposal
from registration import queries as case_queries
from registration import sheet_queries as queries
from registration.retention_queries import list_due
from registration.services.confirm_disposal import confirm_disposal
from registration.services.lift_hold import lift_hold
from registration.services.place_hold import place_hold
from registration.services.propose_disposal import propose_disposal
from registration.services.withdraw_disposal import withdraw_disposal


class DisposalsView(PageView):
    """What may be destroyed, what is proposed, what was."""

    title = _l("Disposal")
    path = "disposals"
    permission = "sheet:read"

    @expose("/")
    @needs("sheet:read")
    def index(self) -> ResponseReturnValue:
        return self.render(
            "admin/registration/disposals.html",
            proposed=queries.list_disposals(DisposalStatus.PROPOSED),
            done=queries.list_disposals(DisposalStatus.DONE),
            due_count=len(list_due(clock.today())),
        )

    @expose("/propose/", methods=["GET", "POST"])
    @needs("disposal:propose")
    def propose(self) -> ResponseReturnValue:
        """The sheets whose day has passed; those that are ticked go onto a list."""
        form = ProposeForm()
        due = list_due(clock.today())
        chosen = (
            set(request.form.getlist("sheet")) if request.method == "POST" else {str(sheet.id) for sheet, _day in due}
        )
        wanted = [sheet.id for sheet, _day in due if str(sheet.id) in chosen]
        made: list[UUID] = []

        def act() -> str:
            made.append(propose_disposal(wanted, reason=form.reason.data or "", actor=staff_actor(), now=clock.now()))
            return _("The list is made. Another person destroys the sheets together with you and confirms it.")

        return self.decide(
            form,
            act,
            template="admin/registration/disposal_propose.html",
            back=lambda: url_for(".show", disposal_id=made[0]),
            due=due,
            chosen=chosen,
        )

    @expose("/<uuid:disposal_id>/")
    @needs("sheet:read")
    def show(self, disposal_id: UUID) -> ResponseReturnValue:
        return self._page(queries.get_disposal(disposal_id), ConfirmForm(formdata=None))

    @expose("/<uuid:disposal_id>/confirm/", methods=["POST"])
    @needs("disposal:confirm")
    def confirm(self, disposal_id: UUID) -> ResponseReturnValue:
        """The second person: the sheets are destroyed."""
        form = ConfirmForm()

        def act() -> str:
            confirm_disposal(disposal_id, method=form.method.data, actor=staff_actor(), now=clock.now())
            return _("The destruction is on record.")

        return self.decide(
            form,
            act,
            template="admin/registration/disposal.html",
            back=lambda: url_for(".show", disposal_id=disposal_id),
            **self._context(queries.get_disposal(disposal_id)),
        )

    @expose("/<uuid:disposal_id>/withdraw/", methods=["POST"])
    @needs("disposal:propose")
    def withdraw(self, disposal_id: UUID) -> ResponseReturnValue:
        """Give the list up."""
        try:
            withdraw_disposal(disposal_id, actor=staff_actor(), now=clock.now())
        except NotFoundError:
            abort(404)
        except DomainError as error:
            db.session.rollback()
            flash(sentence(error), "error")
        else:
            flash(_("The list is withdrawn. Its sheets stay."), "success")
        return redirect(url_for(".show", disposal_id=disposal_id))

    @expose("/book/")
    @needs("sheet:read")
    def book(self) -> ResponseReturnValue:
        """The book of use and disposal for a period (?since=, ?until=; this month without): to read and to print."""
        error = None
        today = clock.today()
        since, until = today.replace(day=1), today
        try:
            since, until = _day("since", since), _day("until", until)
        except DomainError as unread:
            error = sentence(unread)
        lines = queries.list_book(since, until)
        return self.render(
            "admin/registration/disposal_book.html",
            since=since,
            until=until,
            lines=lines[: queries.MOST_LINES],
            is_cut=len(lines) > queries.MOST_LINES,
            most=queries.MOST_LINES,
            error=error,
        )

    @expose("/hold/<uuid:application_id>/", methods=["GET", "POST"])
    @needs("sheet:hold")
    def hold(self, application_id: UUID) -> ResponseReturnValue:
        """Holds of a case, and one more."""
        case = case_queries.get_case(application_id)
        form = HoldForm()

        def act() -> str:
            place_hold(
                application_id,
                HoldKind(form.kind.data),
                reason=form.reason.data or "",
                actor=staff_actor(),
                now=clock.now(),
            )
            return _("The papers of this case stay until the hold is lifted.")

        return self.decide(
            form,
            act,
            template="admin/registration/hold.html",
            back=lambda: url_for(".hold", application_id=application_id),
            case=case,
            holds=queries.list_holds([application_id]),
        )

    @expose("/holds/<uuid:hold_id>/lift/", methods=["POST"])
    @needs("sheet:hold")
    def lift(self, hold_id: UUID) -> ResponseReturnValue:
        """A hold has served its purpose."""
        try:
            application_id = queries.get_hold(hold_id).application_id
            lift_hold(hold_id, actor=staff_actor(), now=clock.now())
        except NotFoundError:
            abort(404)
        except DomainError as error:
            db.session.rollback()
            flash(sentence(error), "error")
        else:
            flash(_("The hold is lifted."), "success")
        return redirect(url_for(".hold", application_id=application_id))

    def _page(self, disposal: Disposal, form: ConfirmForm) -> str:
        return self.render("admin/registration/disposal.html", form=form, **self._context(disposal))

    def _context(self, disposal: Disposal) -> dict[str, Any]:
        person = current_staff()
        items = sorted(disposal.items, key=lambda item: item.sheet.number)
        return {
            "disposal": disposal,
            "sheets": [item.sheet for item in items],
            "is_proposer": person is not None and person.id == disposal.proposed_by,
        }


def _day(name: str, fallback: date) -> date:
    text = request.args.get(name, "").replace("\x00", "").strip()
    return parse_date(text).date if text else fallback
