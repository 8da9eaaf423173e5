"""Reception: an envelope becomes a case, and the screen says which papers it needs."""

from uuid import UUID

from flask import current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin.access import needs
from admin.base import PageView, tell
from admin.forms.registration import ReceptionForm
from app.core import clock
from app.core.errors import DomainError
from app.security import staff_actor
from mailings.rules.item_numbers import parse_item_number
from models.enums import Service
from registration import queries
from registration.services.receive_envelope import ApplicantDetails, CompanyDetails, receive_envelope


class ReceptionView(PageView):
    """The desk on which envelopes are opened."""

    title = _l("Reception")
    path = "reception"
    permission = "application:receive"

    @expose("/", methods=["GET", "POST"])
    @needs("application:receive")
    def show(self) -> ResponseReturnValue:
        form = ReceptionForm()
        if request.method == "GET":
            form.received_on.process_data(clock.today())
        if form.validate_on_submit():
            try:
                application_id = _receive(form)
            except DomainError as error:
                tell(form, error)
            else:
                flash(_("The envelope was received. These are the papers that the case needs."), "success")
                return redirect(url_for(".papers", application_id=application_id))
        status = 422 if request.method == "POST" else 200
        return self.render("admin/registration/reception.html", form=form), status

    @expose("/<uuid:application_id>/papers/")
    @needs("application:receive")
    def papers(self, application_id: UUID) -> ResponseReturnValue:
        """The list of papers to lay out and scan; prints as the cover sheet of the case."""
        case = queries.get_case(application_id)
        return self.render("admin/registration/papers.html", case=case)


def _receive(form: ReceptionForm) -> UUID:
    number = parse_item_number_at(form)
    applicants = [
        ApplicantDetails(
            name=entry["name"].strip(),
            name_kana=(entry["name_kana"] or "").strip(),
            wants_certificate=entry["wants_certificate"],
            wants_user_id=entry["wants_user_id"],
        )
        for entry in form.applicants.data
        if (entry["name"] or "").strip()
    ]
    assert form.received_on.day is not None  # noqa: S101  validated above
    return receive_envelope(
        item_number=number,
        received_on=form.received_on.day,
        company=CompanyDetails(
            name=form.company_name.data.strip(),
            corporate_number=(form.corporate_number.data or "").strip() or None,
            name_kana=(form.company_kana.data or "").strip(),
            name_romaji=(form.company_romaji.data or "").strip(),
        ),
        services=[Service(value) for value in form.services.data],
        applicants=applicants,
        actor=staff_actor(),
        now=clock.now(),
    )


def parse_item_number_at(form: ReceptionForm) -> str:
    """The digits of the item number."""
    return parse_item_number(form.item_number.data or "").digits


def extends_over_closed_days() -> bool:
    """Policy HOLIDAY_EXTENSION."""
    return bool(current_app.extensions["settings"].freshness_extends_over_closed_days)
