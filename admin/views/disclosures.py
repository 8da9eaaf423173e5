"""Disclosure: who is named as holder and harmed by it may see on what the certificate was issued (施行規則6条14号)."""

from typing import Any
from uuid import UUID

from flask import Response, abort, current_app, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin.access import needs
from admin.base import PageView
from admin.forms.sheets import DisclosureDecisionForm, DisclosureForm
from admin.messages import sentence
from app import audit
from app.core import clock
from app.core.db import db
from app.core.errors import DomainError, NotFoundError
from app.security import current_staff, staff_actor
from models.disclosures import DisclosureRequest
from registration import queries as case_queries
from registration import sheet_queries as queries
from registration.services.decide_disclosure import decide_disclosure
from registration.services.hand_over_disclosure import hand_over_disclosure
from registration.services.receive_disclosure import DisclosureDetails, receive_disclosure


class DisclosuresView(PageView):
    """Requests for disclosure, from receipt to hand-over."""

    title = _l("Disclosure")
    path = "disclosures"
    permission = "disclosure:read"

    @expose("/")
    @needs("disclosure:read")
    def index(self) -> ResponseReturnValue:
        return self.render("admin/registration/disclosures.html", requests=queries.list_disclosures())

    @expose("/new/<uuid:application_id>/", methods=["GET", "POST"])
    @needs("disclosure:receive")
    def new(self, application_id: UUID) -> ResponseReturnValue:
        """Enter a request about an applicant of a case."""
        case = case_queries.get_case(application_id)
        form = DisclosureForm()
        form.applicant.choices = [(str(each.id), f"{each.name} ({each.number})") for each in case.applicants]
        if request.method == "GET":
            form.received_on.process_data(clock.today())
            form.applicant.data = str(case.applicants[0].id) if len(case.applicants) == 1 else None
        made: list[UUID] = []

        def act() -> str:
            made.append(_receive(form))
            return _("The request is entered, and the papers of the case are on hold. Another person decides.")

        return self.decide(
            form,
            act,
            template="admin/registration/disclosure_new.html",
            back=lambda: url_for(".show", request_id=made[0]),
            case=case,
        )

    @expose("/<uuid:request_id>/")
    @needs("disclosure:read")
    def show(self, request_id: UUID) -> ResponseReturnValue:
        asked = queries.get_disclosure(request_id)
        audit.attempt(
            "disclosure:view",
            subject_type="application",
            subject_id=asked.application_id,
            actor=staff_actor(),
            outcome="done",
        )
        return self.render(
            "admin/registration/disclosure.html",
            form=DisclosureDecisionForm(formdata=None),
            **_context(queries.get_disclosure(request_id)),
        )

    @expose("/<uuid:request_id>/decide/", methods=["POST"])
    @needs("disclosure:decide")
    def settle(self, request_id: UUID) -> ResponseReturnValue:
        """The second person grants or refuses."""
        form = DisclosureDecisionForm()

        def act() -> str:
            decide_disclosure(
                request_id,
                is_granted=form.verdict.data == "grant",
                reason=form.reason.data or "",
                actor=staff_actor(),
                now=clock.now(),
            )
            return _("The decision is on record.")

        return self.decide(
            form,
            act,
            template="admin/registration/disclosure.html",
            back=lambda: url_for(".show", request_id=request_id),
            **_context(queries.get_disclosure(request_id)),
        )

    @expose("/<uuid:request_id>/hand-over/", methods=["POST"])
    @needs("disclosure:receive")
    def hand_over(self, request_id: UUID) -> ResponseReturnValue:
        """The file itself, once for each press: it is kept nowhere."""
        try:
            number, pdf = hand_over_disclosure(
                request_id,
                authority=current_app.extensions["settings"].issuer_name,
                actor=staff_actor(),
                now=clock.now(),
            )
        except NotFoundError:
            abort(404)
        except DomainError as error:
            db.session.rollback()
            page = self.render(
                "admin/registration/disclosure.html",
                form=DisclosureDecisionForm(formdata=None),
                error=sentence(error),
                **_context(queries.get_disclosure(request_id)),
            )
            return page, 422
        response = Response(pdf, mimetype="application/pdf")
        response.headers["Cache-Control"] = "no-store, private, max-age=0"
        response.headers["Content-Disposition"] = f'attachment; filename="{number}.pdf"'
        response.headers["X-Robots-Tag"] = "none"
        return response


def _receive(form: DisclosureForm) -> UUID:
    assert form.received_on.day is not None  # validated
    return receive_disclosure(
        UUID(form.applicant.data),
        DisclosureDetails(
            requester_name=form.requester_name.data or "",
            requester_address=form.requester_address.data or "",
            identified_by=form.identified_by.data or "",
            harm=form.harm.data or "",
            received_on=form.received_on.day,
        ),
        actor=staff_actor(),
        now=clock.now(),
    )


def _context(asked: DisclosureRequest) -> dict[str, Any]:
    person = current_staff()
    return {"asked": asked, "is_receiver": person is not None and person.id == asked.received_by}
