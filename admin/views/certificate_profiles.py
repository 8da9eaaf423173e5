"""Versions of the certificate profiles: what certificates, CRLs and OCSP answers contain; two people change it."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin import messages_certificate_profiles as words
from admin.access import may, needs
from admin.base import PageView
from admin.forms.approval import ProfileDecisionForm
from admin.forms.certificate_profiles import CertificateProfilesForm, form_of
from app.core import clock
from app.security import current_staff, staff_actor
from issuance.queries.profiles import get_profile_row, get_profiles, has_open_profile_proposal, list_profile_rows
from issuance.rules.profiles import BUILT_IN, SECTIONS, compare, from_content
from issuance.services.decide_profiles import decide_profiles
from issuance.services.propose_profiles import propose_profiles
from models.certificate_profiles import CertificateProfile
from models.enums import ProfileStatus


class CertificateProfilesView(PageView):
    """What certificates contain."""

    title = _l("Certificate profiles")
    path = "certificate-profiles"
    permission = "certificate_profile:read"

    def waiting(self) -> Iterable[tuple[Any, ...]]:
        if may("certificate_profile:decide"):
            yield CertificateProfile, CertificateProfile.status == ProfileStatus.PROPOSED

    @expose("/")
    @needs("certificate_profile:read")
    def index(self) -> ResponseReturnValue:
        """What is in force, and every version there was with what it changed."""
        rows = list_profile_rows()
        return self.render(
            "admin/certificate_profiles/index.html",
            active=get_profiles(),
            rows=rows,
            changes={row.id: _differences(row, rows) for row in rows},
            sections=SECTIONS,
            words=words,
            is_open=has_open_profile_proposal(),
        )

    @expose("/<uuid:profile_id>/")
    @needs("certificate_profile:read")
    def show(self, profile_id: UUID) -> ResponseReturnValue:
        """A version beside the one in force."""
        return self.render("admin/certificate_profiles/show.html", form=None, **_context(get_profile_row(profile_id)))

    @expose("/propose/", methods=["GET", "POST"])
    @needs("certificate_profile:propose")
    def propose(self) -> ResponseReturnValue:
        """Propose a version; the form begins with what is in force."""
        active = get_profiles()
        form = form_of(active) if request.method == "GET" else CertificateProfilesForm()
        made: list[UUID] = []

        def act() -> str:
            made.append(
                propose_profiles(
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
            template="admin/certificate_profiles/propose.html",
            back=lambda: url_for(".show", profile_id=made[0]),
            active=active,
            sections=SECTIONS,
            words=words,
        )

    @expose("/<uuid:profile_id>/decide/", methods=["GET", "POST"])
    @needs("certificate_profile:decide")
    def decide_on(self, profile_id: UUID) -> ResponseReturnValue:
        """Put a version in force, or reject it."""
        row = get_profile_row(profile_id)
        form = ProfileDecisionForm()
        activate = request.form.get("verdict") == "activate"

        def act() -> str:
            decide_profiles(
                profile_id,
                activate=activate,
                accreditation_reference=form.accreditation_reference.data or "",
                reason=form.reason.data or "",
                actor=staff_actor(),
                now=clock.now(),
            )
            if activate:
                return _("In force for every serial number reserved from now on. What was issued keeps its version.")
            return _("Rejected. Whoever proposed it finds your reason in the audit log.")

        return self.decide(
            form,
            act,
            password=True,
            template="admin/certificate_profiles/show.html",
            back=lambda: url_for(".show", profile_id=profile_id),
            **_context(row),
        )


def _differences(row: CertificateProfile, rows: list[CertificateProfile]) -> list[tuple[str, str, Any, Any]]:
    """What a version changes of the one that was used before it."""
    before = [other for other in rows if other.version < row.version and other.status.value in {"active", "retired"}]
    old = from_content(before[0].version, before[0].content) if before else BUILT_IN
    return [line for line in compare(old, from_content(row.version, row.content)) if line[2] != line[3]]


def _context(row: CertificateProfile) -> dict[str, Any]:
    person, active = current_staff(), get_profiles()
    content = from_content(row.version, row.content)
    return {
        "row": row,
        "active": active,
        "lines": compare(active, content),
        "words": words,
        "is_own": person is not None and row.proposed_by == person.id,
    }
