"""Approval by people who did not work on the case, on what was reviewed."""

from uuid import UUID

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin.access import needs
from admin.base import PageView
from admin.forms.approval import SendBackForm
from admin.forms.registration import ApprovalForm
from admin.views.approval_page import confirmation_choices, page_context
from admin.views.desk import extends_over_closed_days
from app.core import clock
from app.security import staff_actor
from registration import queries
from registration.services.approve import approve_application
from registration.services.send_back import send_back


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
        case = queries.get_case(application_id)
        return self.render("admin/registration/approval.html", form=None, **page_context(case))

    @expose("/<uuid:application_id>/approve/", methods=["GET", "POST"])
    @needs("application:confirm")
    def approve(self, application_id: UUID) -> ResponseReturnValue:
        """Take the open step of the case's profile."""
        context = page_context(queries.get_case(application_id))
        case, following = context["case"], context["open_step"]
        form = ApprovalForm(digest=case.reviewed_digest, step=following.step.code if following else "")
        form.confirmations.choices = confirmation_choices(context["profile"].confirmations)
        form.asked = following.step.confirmations if following else ()

        def act() -> str:
            is_last = approve_application(
                application_id,
                digest=form.digest.data or "",
                step=form.step.data or None,
                confirmations=form.confirmations.data or [],
                reason=form.reason.data or "",
                actor=staff_actor(),
                now=clock.now(),
                extend_over_closed_days=extends_over_closed_days(),
            )
            if is_last:
                return _("Approved. What follows is on its way.")
            return _("This step is taken. The case waits for the next person.")

        return self.decide(
            form,
            act,
            password=True,
            template="admin/registration/approval.html",
            back=lambda: url_for(".show", application_id=application_id),
            **context,
        )

    @expose("/<uuid:application_id>/send-back/", methods=["GET", "POST"])
    @needs("application:confirm")
    def send_back(self, application_id: UUID) -> ResponseReturnValue:
        """Back to the officers, with the reason."""
        case = queries.get_case(application_id)
        form = SendBackForm()

        def act() -> str:
            send_back(application_id, reason=form.reason.data or "", actor=staff_actor(), now=clock.now())
            return _("Sent back. The officers see your reason on the case.")

        return self.decide(
            form,
            act,
            template="admin/registration/approval_send_back.html",
            back=lambda: url_for(".show", application_id=application_id),
            case=case,
        )
