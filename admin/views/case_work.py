"""Working a case: claim and release, hold, notes, reassignment, judgements, who else is here, what comes next."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import abort, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _

from admin.access import needs
from admin.messages import sentence
from admin.views import desk, review_page
from app.core import clock
from app.core.db import db
from app.core.errors import DomainError, NotFoundError
from app.security import current_staff, staff_actor
from models.enums import ApplicationStatus
from registration import queries
from registration.errors import CaseTakenError
from registration.postal_codes import suggest_addresses
from registration.presence import appear
from registration.services.claim_case import claim_case
from registration.services.hold_case import hold_case
from registration.services.judge import Answered, judge
from registration.services.reassign_case import reassign_case
from registration.services.release_case import release_case
from registration.services.resume_case import resume_case
from registration.services.write_note import write_note

RACES = 5  # how often another case is tried when somebody was quicker


class CaseWork:
    """Part of the review view: what is done with the case as a whole."""

    if TYPE_CHECKING:
        page_of: Callable[..., str]

    @expose("/<uuid:application_id>/claim/", methods=["POST"])
    @needs("application:review")
    def claim(self, application_id: UUID) -> ResponseReturnValue:
        """Take the case."""
        return self.act(
            application_id,
            "claim",
            lambda: claim_case(application_id, actor=staff_actor(), now=clock.now()),
            _("You have this case now."),
        )

    @expose("/<uuid:application_id>/release/", methods=["POST"])
    @needs("application:review")
    def release(self, application_id: UUID) -> ResponseReturnValue:
        """Give the case back."""
        return self.act(
            application_id, "release", lambda: release_case(application_id, actor=staff_actor()), _("Given back.")
        )

    @expose("/<uuid:application_id>/hold/", methods=["POST"])
    @needs("application:assign")
    def hold(self, application_id: UUID) -> ResponseReturnValue:
        """Let the case wait."""
        reason = request.form.get("reason", "")
        return self.act(
            application_id,
            "hold",
            lambda: hold_case(application_id, reason=reason, actor=staff_actor(), now=clock.now()),
            _("The case is on hold."),
        )

    @expose("/<uuid:application_id>/resume/", methods=["POST"])
    @needs("application:assign")
    def resume(self, application_id: UUID) -> ResponseReturnValue:
        """Let the case go on."""
        return self.act(
            application_id, "resume", lambda: resume_case(application_id, actor=staff_actor()), _("The case goes on.")
        )

    @expose("/<uuid:application_id>/note/", methods=["POST"])
    @needs("application:assign")
    def note(self, application_id: UUID) -> ResponseReturnValue:
        """Leave a note."""
        text = request.form.get("text", "")
        return self.act(
            application_id,
            "note",
            lambda: write_note(application_id, text=text, actor=staff_actor(), now=clock.now()),
            _("Noted."),
        )

    @expose("/<uuid:application_id>/reassign/", methods=["POST"])
    @needs("application:assign")
    def reassign(self, application_id: UUID) -> ResponseReturnValue:
        """Give the case to another officer."""
        to, reason = _uuid(request.form.get("to")), request.form.get("reason", "")
        return self.act(
            application_id,
            "reassign",
            lambda: reassign_case(application_id, to=to, reason=reason, actor=staff_actor(), now=clock.now()),
            _("Reassigned."),
        )

    @expose("/<uuid:application_id>/judge/", methods=["POST"])
    @needs("application:review")
    def judge(self, application_id: UUID) -> ResponseReturnValue:
        """Answer a question with a reason."""
        form = request.form
        answered = Answered(
            code=form.get("code", ""),
            accepted=form.get("accepted") == "yes",
            reason=form.get("reason", ""),
            facts=_facts(form.get("facts", "")),
            paper_id=_uuid(form["about"]) if form.get("about") else None,
            choice=form.get("choice", ""),
            alternative=current_app.extensions["settings"].company_seal_alternative,
        )
        return self.act(
            application_id,
            f"judge:{answered.code}:{answered.paper_id or ''}",
            lambda: judge(application_id, answered, actor=staff_actor(), now=clock.now()),
            _("The judgement is on record."),
        )

    @expose("/next/", methods=["POST"])
    @needs("application:assign")
    def next(self) -> ResponseReturnValue:
        """Take up what runs out first; a review is claimed on the way, and whoever is late gets the one after."""
        actor, after = staff_actor(), _uuid(request.form["after"]) if request.form.get("after") else None
        assert actor.id is not None
        for _attempt in range(RACES):
            case = queries.find_next_case(actor.id, desk.my_statuses(), after=after)
            if case is None:
                break
            if case.status is ApplicationStatus.REVIEWED:
                return redirect(url_for("approval.show", application_id=case.id))
            case_id = case.id
            try:
                claim_case(case_id, actor=actor, now=clock.now())
            except CaseTakenError:
                db.session.rollback()
                continue
            return redirect(url_for(".show", application_id=case_id))
        flash(_("Nothing waits for you: no open case is free."), "success")
        return redirect(url_for("applications.index_view"))

    @expose("/<uuid:application_id>/presence/")
    @needs("application:read")
    def presence(self, application_id: UUID) -> ResponseReturnValue:
        """Say that this page is still open, and hear who else has it open. Redis alone; the database is not asked."""
        return {"others": self.here(application_id)}

    @expose("/addresses/")
    @needs("application:read")
    def addresses(self) -> ResponseReturnValue:
        """Where a postal code is: shown under the field, never written into it."""
        try:
            found = suggest_addresses(request.args.get("code", ""))
        except DomainError as error:
            return {"texts": [], "error": sentence(error)}
        return {
            "texts": [each.text for each in found[:5]],
            "error": "" if found else _("Japan Post's list does not know this code."),
        }

    def here(self, application_id: UUID) -> list[str]:
        """Who else has the case on the screen."""
        person = current_staff()
        if person is None:
            return []
        return appear(current_app.extensions["redis"], application_id, person.id, person.name, clock.now())

    def act(self, application_id: UUID, name: str, do: Callable[[], None], done: str) -> ResponseReturnValue:
        """Do something once and show the case again; if it could not be done, what was typed stays."""
        try:
            do()
        except NotFoundError:
            abort(404)
        except DomainError as error:
            db.session.rollback()
            case = queries.get_case(application_id)
            paper = review_page.chosen_paper(case, request.form.get("paper"))
            status = 409 if isinstance(error, CaseTakenError) or error.code == "facts-changed" else 422
            return self.page_of(case, paper, failed=(name, error)), status
        flash(done, "success")
        return redirect(url_for(".show", application_id=application_id, paper=request.form.get("paper") or None))


def _uuid(text: str | None) -> UUID:
    try:
        return UUID(text or "")
    except ValueError:
        abort(400)


def _facts(text: str) -> dict[str, Any]:
    try:
        facts = json.loads(text or "{}")
    except ValueError:
        abort(400)
    return facts if isinstance(facts, dict) else abort(400)
