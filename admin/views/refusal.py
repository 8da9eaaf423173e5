"""Ends of a case without a certificate: refused by an approver, withdrawn by the company."""

from uuid import UUID

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin.access import needs
from admin.base import PageView
from admin.forms.notices import RefusalForm, WithdrawalForm, recipient_data
from app.core import clock
from app.security import current_staff, staff_actor
from models.enums import PapersFate, RefusalReason
from registration import queries
from registration.notice_proposals import recipient_of
from registration.rules.retention import keep_until
from registration.services.refuse import refuse_application
from registration.services.withdraw_application import withdraw_application


class RefusalView(PageView):
    """An approver refuses."""

    title = _l("Refusal")
    path = "refusal"
    permission = "application:read"
    in_menu = False

    @expose("/")
    @needs("application:read")
    def index(self) -> ResponseReturnValue:
        """No case chosen: to the queue."""
        return redirect(url_for("applications.index_view"))

    @expose("/<uuid:application_id>/", methods=["GET", "POST"])
    @needs("application:approve")
    def show(self, application_id: UUID) -> ResponseReturnValue:
        """The reason, the letter's address, and what becomes of the papers."""
        case = queries.get_case(application_id)
        form = RefusalForm(**recipient_data(recipient_of(case)))

        def act() -> str:
            refuse_application(
                application_id,
                reason=form.reason.data or "",
                reason_code=RefusalReason(form.reason_code.data),
                papers=PapersFate(form.papers.data),
                recipient=form.recipient(),
                actor=staff_actor(),
                now=clock.now(),
            )
            return _("Refused. The reason is on record; the letter waits in the mailroom.")

        person = current_staff()
        return self.decide(
            form,
            act,
            password=True,
            template="admin/registration/refusal.html",
            back=lambda: url_for("approval.show", application_id=application_id),
            case=case,
            keep_until=keep_until(clock.today()),
            standing=queries.find_control_action(case.id, person.id) if person else None,
        )


class WithdrawalView(PageView):
    """The company takes its application back, and an officer records it."""

    title = _l("Withdrawal")
    path = "withdrawal"
    permission = "application:read"
    in_menu = False

    @expose("/")
    @needs("application:read")
    def index(self) -> ResponseReturnValue:
        """No case chosen: to the queue."""
        return redirect(url_for("applications.index_view"))

    @expose("/<uuid:application_id>/", methods=["GET", "POST"])
    @needs("application:review")
    def show(self, application_id: UUID) -> ResponseReturnValue:
        """What the company said, and where the papers go."""
        case = queries.get_case(application_id)
        form = WithdrawalForm(**recipient_data(recipient_of(case)))

        def act() -> str:
            withdraw_application(
                application_id,
                reason=form.reason.data or "",
                papers=PapersFate(form.papers.data),
                recipient=form.recipient(),
                actor=staff_actor(),
                now=clock.now(),
            )
            return _("Withdrawn. The confirmation waits in the mailroom.")

        return self.decide(
            form,
            act,
            template="admin/registration/withdrawal.html",
            back=lambda: url_for("review.show", application_id=application_id),
            case=case,
        )
