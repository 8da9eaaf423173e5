"""Versions of the approval profile: proposed by an administrator, put in force by a second person."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin import messages_approval as words
from admin.access import may, needs
from admin.base import PageView
from admin.forms.approval import ProfileDecisionForm, ProfileForm
from app.core import clock
from app.security import current_staff, staff_actor
from models.approval_profiles import ApprovalProfile
from models.enums import ProfileStatus
from registration import decision_queries
from registration.rules.approval_profile import compare_profiles, parse_profile
from registration.services.decide_profile import decide_profile
from registration.services.propose_profile import propose_profile


class ProfilesView(PageView):
    """Which steps an approval takes."""

    title = _l("Approval profile")
    path = "profiles"
    permission = "profile:read"

    def waiting(self) -> Iterable[tuple[Any, ...]]:
        if may("profile:decide"):
            yield ApprovalProfile, ApprovalProfile.status == ProfileStatus.PROPOSED

    @expose("/")
    @needs("profile:read")
    def index(self) -> ResponseReturnValue:
        """What is in force, and every version there was."""
        active = decision_queries.get_profile(decision_queries.current_profile_version())
        return self.render(
            "admin/registration/profiles.html", active=active, rows=decision_queries.list_profiles(), words=words
        )

    @expose("/<uuid:profile_id>/")
    @needs("profile:read")
    def show(self, profile_id: UUID) -> ResponseReturnValue:
        """A version beside the one in force."""
        return self.render(
            "admin/registration/profile.html", form=None, **_context(decision_queries.get_profile_row(profile_id))
        )

    @expose("/propose/", methods=["GET", "POST"])
    @needs("profile:propose")
    def propose(self) -> ResponseReturnValue:
        """Propose a version; the form begins with what is in force."""
        active = decision_queries.get_profile(decision_queries.current_profile_version())
        form = ProfileForm(data=active.as_json()) if request.method == "GET" else ProfileForm()
        made: list[UUID] = []

        def act() -> str:
            made.append(
                propose_profile(
                    form.content(),
                    reason=form.reason.data or "",
                    needs_accreditation=form.needs_accreditation.data,
                    actor=staff_actor(),
                    now=clock.now(),
                )
            )
            return _("Proposed. It holds for nothing until another person puts it in force.")

        return self.decide(
            form,
            act,
            template="admin/registration/profile_propose.html",
            back=lambda: url_for(".show", profile_id=made[0]),
            active=active,
            words=words,
        )

    @expose("/<uuid:profile_id>/decide/", methods=["GET", "POST"])
    @needs("profile:decide")
    def decide_on(self, profile_id: UUID) -> ResponseReturnValue:
        """Put a version in force, or reject it."""
        row = decision_queries.get_profile_row(profile_id)
        form = ProfileDecisionForm()
        activate = request.form.get("verdict") == "activate"

        def act() -> str:
            decide_profile(
                profile_id,
                activate=activate,
                accreditation_reference=form.accreditation_reference.data or "",
                reason=form.reason.data or "",
                actor=staff_actor(),
                now=clock.now(),
            )
            if activate:
                return _("In force for every case received from now on. Cases at the desk keep their version.")
            return _("Rejected. Whoever proposed it finds your reason in the audit log.")

        return self.decide(
            form,
            act,
            password=True,
            template="admin/registration/profile.html",
            back=lambda: url_for(".show", profile_id=profile_id),
            **_context(row),
        )


def _context(row: ApprovalProfile) -> dict[str, Any]:
    person = current_staff()
    active = decision_queries.get_profile(decision_queries.current_profile_version())
    content = parse_profile(row.version, row.content)
    return {
        "row": row,
        "content": content,
        "active": active,
        "lines": compare_profiles(active, content),
        "words": words,
        "is_own": person is not None and row.proposed_by == person.id,
    }
