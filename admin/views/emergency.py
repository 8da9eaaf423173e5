"""The emergency procedure: declared, countersigned, followed up; a path of its own beside the ordinary approval."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin import messages_approval as words
from admin.access import may, needs
from admin.base import PageView
from admin.forms.approval import CountersignForm, EmergencyForm, FollowUpForm, WithdrawForm
from admin.views.approval_page import confirmation_choices, page_context
from admin.views.desk import extends_over_closed_days
from app.core import clock
from app.security import current_staff, staff_actor
from models.emergencies import EmergencyApproval
from registration import decision_queries, queries
from registration.services.countersign_emergency import countersign_emergency
from registration.services.declare_emergency import FOLLOW_UP_WITHIN_DAYS, declare_emergency
from registration.services.follow_up_emergency import follow_up_emergency
from registration.services.withdraw_emergency import withdraw_emergency

PAGE = "admin/registration/emergency.html"


class EmergencyView(PageView):
    """Emergency approvals, and who must still look at them."""

    title = _l("Emergency approvals")
    path = "emergency"
    permission = "emergency:read"

    def waiting(self) -> Iterable[tuple[Any, ...]]:
        if may("emergency:countersign") or may("emergency:follow_up"):
            yield (
                EmergencyApproval,
                EmergencyApproval.withdrawn_at.is_(None),
                EmergencyApproval.followed_up_at.is_(None),
            )

    @expose("/")
    @needs("emergency:read")
    def index(self) -> ResponseReturnValue:
        """Those that wait for somebody first."""
        return self.render(
            "admin/registration/emergencies.html", rows=decision_queries.list_emergencies(), today=clock.today()
        )

    @expose("/<uuid:emergency_id>/")
    @needs("emergency:read")
    def show(self, emergency_id: UUID) -> ResponseReturnValue:
        """One use of the procedure, with everything that was checked on the case."""
        return self.render(PAGE, form=None, part="", **_context(decision_queries.get_emergency(emergency_id)))

    @expose("/declare/<uuid:application_id>/", methods=["GET", "POST"])
    @needs("emergency:declare")
    def declare(self, application_id: UUID) -> ResponseReturnValue:
        """Say who is absent and why the case cannot wait."""
        context = page_context(queries.get_case(application_id))
        form = EmergencyForm(digest=context["case"].reviewed_digest)
        made: list[UUID] = []

        def act() -> str:
            made.append(
                declare_emergency(
                    application_id,
                    digest=form.digest.data or "",
                    reason=form.reason.data or "",
                    actor=staff_actor(),
                    now=clock.now(),
                    extend_over_closed_days=extends_over_closed_days(),
                )
            )
            return _("Declared. A second person who did not work on the case must countersign it.")

        return self.decide(
            form,
            act,
            password=True,
            template="admin/registration/emergency_declare.html",
            back=lambda: url_for(".show", emergency_id=made[0]),
            days=FOLLOW_UP_WITHIN_DAYS,
            **context,
        )

    @expose("/<uuid:emergency_id>/countersign/", methods=["GET", "POST"])
    @needs("emergency:countersign")
    def countersign(self, emergency_id: UUID) -> ResponseReturnValue:
        """Approve by the emergency procedure."""
        row = decision_queries.get_emergency(emergency_id)
        context = _context(row)
        form = CountersignForm(digest=context["case"].reviewed_digest)
        form.confirmations.choices = confirmation_choices(context["profile"].confirmations)
        form.asked = context["profile"].confirmations

        def act() -> str:
            countersign_emergency(
                emergency_id,
                digest=form.digest.data or "",
                confirmations=form.confirmations.data or [],
                actor=staff_actor(),
                now=clock.now(),
                extend_over_closed_days=extends_over_closed_days(),
            )
            return _("Approved by the emergency procedure. Approvers and auditors are told.")

        return self.decide(
            form,
            act,
            password=True,
            template=PAGE,
            back=lambda: url_for(".show", emergency_id=emergency_id),
            part="countersign",
            **context,
        )

    @expose("/<uuid:emergency_id>/follow-up/", methods=["GET", "POST"])
    @needs("emergency:follow_up")
    def follow_up(self, emergency_id: UUID) -> ResponseReturnValue:
        """Write down what a third person found."""
        context = _context(decision_queries.get_emergency(emergency_id))
        form = FollowUpForm()

        def act() -> str:
            follow_up_emergency(emergency_id, finding=form.finding.data or "", actor=staff_actor(), now=clock.now())
            return _("Followed up. The finding is on record.")

        return self.decide(
            form,
            act,
            password=True,
            template=PAGE,
            back=lambda: url_for(".show", emergency_id=emergency_id),
            part="follow_up",
            **context,
        )

    @expose("/<uuid:emergency_id>/withdraw/", methods=["GET", "POST"])
    @needs("emergency:declare")
    def withdraw(self, emergency_id: UUID) -> ResponseReturnValue:
        """Take a declaration back."""
        context = _context(decision_queries.get_emergency(emergency_id))
        form = WithdrawForm()

        def act() -> str:
            withdraw_emergency(emergency_id, actor=staff_actor(), now=clock.now())
            return _("Taken back. The case waits for the steps of its profile.")

        return self.decide(
            form,
            act,
            template=PAGE,
            back=lambda: url_for(".show", emergency_id=emergency_id),
            part="withdraw",
            **context,
        )


def _context(row: EmergencyApproval) -> dict[str, Any]:
    person = current_staff()
    took_part = person is not None and person.id in {row.declared_by, row.countersigned_by}
    context = page_context(queries.get_case(row.application_id))
    return {**context, "row": row, "words": words, "took_part": took_part, "today": clock.today()}
