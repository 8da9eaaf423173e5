"""Reception: an envelope becomes one case or several, and the screen says which papers each needs."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin.access import needs
from admin.base import PageView, tell
from admin.display import word
from admin.forms.reception import ApplicantsForm, ApplicationForm, FurtherApplicationForm, MoreForm, ReceptionForm
from admin.messages import sentence
from admin.views.reception_renewal import fill, find_before
from app.core import clock
from app.core.db import db
from app.core.errors import DomainError
from app.security import staff_actor
from mailings.rules.item_numbers import parse_item_number
from models.applications import Application
from models.enums import ApplicationKind, ApplicationStatus, Arrival, ChangeItem, Service
from registration import queries
from registration.services.add_applicants import add_applicants
from registration.services.add_application import add_application
from registration.services.confirm_contents import confirm_contents
from registration.services.receive_envelope import ApplicantDetails, CompanyDetails, receive_envelope
from registration.services.receive_more import receive_more

CLOSED = {
    ApplicationStatus.APPROVED,
    ApplicationStatus.REFUSED,
    ApplicationStatus.WITHDRAWN,
    ApplicationStatus.EXPIRED,
}


class ReceptionView(PageView):
    """The desk on which envelopes are opened."""

    title = _l("Reception")
    path = "reception"
    permission = "application:receive"

    @expose("/", methods=["GET", "POST"])
    @needs("application:receive")
    def show(self) -> ResponseReturnValue:
        form = ReceptionForm()
        asked = request.args.get("renews") if request.method == "GET" else form.renews.data
        before = find_before(asked)
        if request.method == "GET":
            form.received_on.process_data(clock.today())
            if before is not None:
                fill(form, before)
        renews = before.applicant.id if before is not None else None
        db.session.rollback()
        return self._open(
            form,
            lambda: _receive(form, renews),
            template="admin/registration/reception.html",
            more=lambda: {"before": find_before(asked)},
        )

    @expose("/<uuid:application_id>/add/", methods=["GET", "POST"])
    @needs("application:receive")
    def add(self, application_id: UUID) -> ResponseReturnValue:
        """Another application out of the same envelope."""
        case = queries.get_case(application_id)
        form = FurtherApplicationForm()
        return self._open(
            form, lambda: _add(application_id, form), template="admin/registration/reception_add.html", case=case
        )

    @expose("/<uuid:application_id>/applicants/", methods=["GET", "POST"])
    @needs("application:receive")
    def applicants(self, application_id: UUID) -> ResponseReturnValue:
        """Further applicants of a case."""
        case = queries.get_case(application_id)
        form = ApplicantsForm()

        def act() -> UUID:
            add_applicants(application_id, _applicants(form), actor=staff_actor(), now=clock.now())
            return application_id

        return self._open(form, act, template="admin/registration/reception_applicants.html", case=case)

    @expose("/<uuid:application_id>/papers/", methods=["GET", "POST"])
    @needs("application:receive")
    def papers(self, application_id: UUID) -> ResponseReturnValue:
        """The list of papers to lay out, label and scan; prints as the cover sheet of the case. POST says which are there."""
        error = None
        if request.method == "POST":
            there = set(request.form.getlist("there"))
            missing = [paper.id for paper in queries.get_case(application_id).papers if str(paper.id) not in there]
            try:
                confirm_contents(application_id, missing=missing, actor=staff_actor(), now=clock.now())
            except DomainError as refused:
                db.session.rollback()
                error = refused
            else:
                flash(_("The contents of the envelope are on record."), "success")
                return redirect(url_for(".papers", application_id=application_id))
        case = queries.get_case(application_id)
        page = self.render(
            "admin/registration/papers.html",
            case=case,
            error=error,
            others=_others(case),
            changes=[word(ChangeItem(item)) for item in case.change_items],
            sentence=sentence,
            can_confirm=case.status is ApplicationStatus.RECEIVED,
            is_open=case.status not in CLOSED,
        )
        return page, 422 if error else 200

    @expose("/<uuid:application_id>/more/", methods=["GET", "POST"])
    @needs("application:receive")
    def more(self, application_id: UUID) -> ResponseReturnValue:
        """Papers that came later, each with its own day of receipt."""
        case = queries.get_case(application_id)
        form = MoreForm()
        chosen = request.form.getlist("paper")
        if request.method == "GET":
            form.received_on.process_data(clock.today())
            chosen = [str(paper.id) for paper in case.papers if paper.received_on is None]

        def act() -> str:
            assert form.received_on.day is not None  # validated
            arrived_by = Arrival(form.arrived_by.data)
            number = (form.item_number.data or "").strip()
            by_mail = arrived_by is Arrival.REGISTERED_MAIL and number
            receive_more(
                application_id,
                papers=[paper.id for paper in queries.get_case(application_id).papers if str(paper.id) in chosen],
                received_on=form.received_on.day,
                arrived_by=arrived_by,
                item_number=parse_item_number(number).digits if by_mail else None,
                actor=staff_actor(),
                now=clock.now(),
            )
            return _("The papers were received. Print their labels, then record and check them.")

        return self.decide(
            form,
            act,
            template="admin/registration/reception_more.html",
            back=lambda: url_for(".papers", application_id=application_id),
            case=case,
            chosen=chosen,
        )

    def _open(
        self,
        form: ApplicantsForm,
        act: Callable[[], UUID],
        *,
        template: str,
        case: Application | None = None,
        more: Callable[[], dict[str, Any]] = dict,
    ) -> ResponseReturnValue:
        """Show a form with rows for applicants; "one more row" keeps everything that was typed."""
        status, known = 200, None
        if "add_row" in request.form:
            form.add_row()
        elif form.validate_on_submit():
            try:
                opened = act()
            except DomainError as error:
                db.session.rollback()
                tell(form, error)
                status = 422
                known = error.fields.get("application_id") if error.code == "envelope-known" else None
            else:
                flash(_("Received. These are the papers that the case needs."), "success")
                return redirect(url_for(".papers", application_id=opened))
        elif request.method == "POST":
            status = 422
        case = queries.get_case(case.id) if case is not None else None
        return self.render(template, form=form, case=case, known=known, **more()), status


def _receive(form: ReceptionForm, renews: UUID | None) -> UUID:
    assert form.received_on.day is not None  # validated
    return receive_envelope(
        item_number=parse_item_number(form.item_number.data or "").digits,
        received_on=form.received_on.day,
        company=_company(form),
        kind=ApplicationKind(form.kind.data),
        change_items=_items(form),
        services=[Service(value) for value in form.services.data or ()],
        applicants=_applicants(form),
        actor=staff_actor(),
        now=clock.now(),
        renews=renews,
    )


def _add(application_id: UUID, form: FurtherApplicationForm) -> UUID:
    return add_application(
        application_id,
        company=_company(form) if (form.company_name.data or "").strip() else None,
        kind=ApplicationKind(form.kind.data),
        change_items=_items(form),
        services=[Service(value) for value in form.services.data or ()],
        applicants=_applicants(form),
        actor=staff_actor(),
        now=clock.now(),
    )


def _company(form: ReceptionForm | FurtherApplicationForm) -> CompanyDetails:
    return CompanyDetails(
        name=(form.company_name.data or "").strip(),
        corporate_number=(form.corporate_number.data or "").strip() or None,
        name_kana=(form.company_kana.data or "").strip(),
        name_romaji=(form.company_romaji.data or "").strip(),
    )


def _items(form: ApplicationForm) -> list[ChangeItem]:
    """What is ticked; without JavaScript ticks may be left over from another kind."""
    if form.kind.data != ApplicationKind.CHANGE:
        return []
    return [ChangeItem(value) for value in form.change_items.data or ()]


def _applicants(form: ApplicantsForm) -> list[ApplicantDetails]:
    return [
        ApplicantDetails(
            name=entry["name"].strip(),
            name_kana=(entry["name_kana"] or "").strip(),
            wants_certificate=entry["wants_certificate"],
            wants_user_id=entry["wants_user_id"],
        )
        for entry in form.applicants.data
        if (entry["name"] or "").strip()
    ]


def _others(case: Application) -> list[Application]:
    """The other cases out of the same envelope."""
    return [other for other in case.envelope.applications if other.id != case.id]
