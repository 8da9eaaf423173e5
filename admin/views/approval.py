"""Approval by a second person, on what was reviewed."""

from typing import Any
from uuid import UUID

from flask import abort, current_app, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from admin.access import needs
from admin.base import PageView
from admin.forms.registration import ApprovalForm
from admin.messages_registration import fault_sentence
from app.core import clock
from app.core.db import db
from app.core.errors import NotFoundError
from app.security import current_staff, staff_actor, verify_first
from models.applications import Application
from models.staff import StaffUser
from registration import queries
from registration.rules.checklist import paper_spec
from registration.services.approve import approve_application


class ApprovalView(PageView):
    """What was checked, by whom, and the decision on it."""

    title = _l("Approval")
    path = "approval"
    permission = "application:read"
    in_menu = False

    @expose("/")
    @needs("application:read")
    def index(self) -> ResponseReturnValue:
        """No case chosen: to the queue."""
        return redirect(url_for("applications.index_view"))

    @expose("/<uuid:application_id>/")
    @needs("application:read")
    def show(self, application_id: UUID) -> ResponseReturnValue:
        """Everything that was looked at; the decisions are buttons that open their pages."""
        case = _case(application_id)
        return self.render("admin/registration/approval.html", form=None, **_context(case))

    @expose("/<uuid:application_id>/approve/", methods=["GET", "POST"])
    @needs("application:approve")
    def approve(self, application_id: UUID) -> ResponseReturnValue:
        if to_password := verify_first(url_for(".approve", application_id=application_id)):
            return to_password
        case = _case(application_id)
        form = ApprovalForm(digest=case.reviewed_digest)

        def act() -> str:
            approve_application(
                application_id,
                digest=form.digest.data or "",
                reason=form.reason.data or "",
                actor=staff_actor(),
                now=clock.now(),
                extend_over_closed_days=_extends(),
            )
            return _("Approved. IDs and letters are being prepared.")

        return self.decide(
            form,
            act,
            template="admin/registration/approval.html",
            back=lambda: url_for(".show", application_id=application_id),
            **_context(case),
        )


def _context(case: Application) -> dict[str, Any]:
    person = current_staff()
    standing = queries.find_control_action(case.id, person.id) if person else None
    return {
        "case": case,
        "faults": queries.faults_of(case, extend_over_closed_days=_extends()),
        "fault_sentence": fault_sentence,
        "spec_of": lambda paper: paper_spec(paper.kind, case.profile_version),
        "names": _names(case),
        "standing": standing,
    }


def _names(case: Application) -> dict[UUID, str]:
    """Names of everybody who checked something."""
    ids = {check.checked_by for paper in case.papers for check in paper.checks}
    ids |= {paper.recorded_by for paper in case.papers if paper.recorded_by}
    return dict(db.session.execute(select(StaffUser.id, StaffUser.name).where(StaffUser.id.in_(ids))).all())


def _case(application_id: UUID) -> Application:
    try:
        return queries.get_case(application_id)
    except NotFoundError:
        abort(404)


def _extends() -> bool:
    return bool(current_app.extensions["settings"].freshness_extends_over_closed_days)
