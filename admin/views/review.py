"""Review: scan beside checklist, paper by paper."""

from typing import Any
from uuid import UUID

from flask import Response, abort, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from admin import messages_review
from admin.access import may, needs
from admin.base import PageView, tell
from admin.forms.registration import ScanForm
from admin.messages import sentence
from admin.messages_registration import fault_sentence
from admin.views import desk, review_page
from admin.views.case_work import CaseWork
from admin.views.desk import extends_over_closed_days
from admin.views.freshness_answer import asked_freshness, freshness_answer
from admin.views.review_page import chosen_paper, get_paper
from app import audit, storage
from app.core import clock
from app.core.db import db
from app.core.errors import DomainError, NotFoundError
from app.security import staff_actor
from models.applications import Application
from models.enums import CheckResult
from models.papers import Paper, Scan, ScanPage
from registration import notice_queries, queries
from registration.errors import IncompleteReviewError
from registration.rules.required_papers import FRESH_KINDS
from registration.services.attach_scan import attach_scan
from registration.services.finish_review import finish_review
from registration.services.record_check import record_check
from registration.services.record_paper import PaperRecord, record_paper


class ReviewView(CaseWork, PageView):
    """The case page of an officer."""

    title = _l("Review")
    path = "review"
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
        note_view(application_id)
        case = queries.get_case(application_id)
        return self.page_of(case, chosen_paper(case, request.args.get("paper")))

    @expose("/<uuid:application_id>/papers/<uuid:paper_id>/", methods=["POST"])
    @needs("application:review")
    def record(self, application_id: UUID, paper_id: UUID) -> ResponseReturnValue:
        """Save what was typed from a paper."""
        case = queries.get_case(application_id)
        paper = get_paper(case, paper_id)
        typed = {
            name.removeprefix("field-"): value for name, value in request.form.items() if name.startswith("field-")
        }
        record = PaperRecord(
            is_present="missing" not in request.form,
            issued_on_text=request.form.get("issued_on", ""),
            fields=typed,
        )
        try:
            record_paper(paper.id, record, actor=staff_actor(), now=clock.now())
        except DomainError as error:
            db.session.rollback()
            case = queries.get_case(application_id)
            return self.page_of(case, get_paper(case, paper_id), typed=request.form, error=error), 422
        flash(_("Saved."), "success")
        return redirect(url_for(".show", application_id=application_id, paper=paper_id))

    @expose("/<uuid:application_id>/papers/<uuid:paper_id>/check/", methods=["POST"])
    @needs("application:review")
    def check(self, application_id: UUID, paper_id: UUID) -> ResponseReturnValue:
        """Record the result of one check."""
        case = queries.get_case(application_id)
        paper = get_paper(case, paper_id)
        try:
            result = CheckResult(request.form.get("result", ""))
            record_check(
                paper.id,
                request.form.get("code", ""),
                result,
                note=request.form.get("note", ""),
                actor=staff_actor(),
                now=clock.now(),
            )
        except ValueError:
            abort(400)
        except DomainError as error:
            db.session.rollback()
            case = queries.get_case(application_id)
            return self.page_of(case, get_paper(case, paper_id), check_error=(request.form.get("code"), error)), 422
        return redirect(url_for(".show", application_id=application_id, paper=paper_id) + "#checks")

    @expose("/<uuid:application_id>/papers/<uuid:paper_id>/scan/", methods=["POST"])
    @needs("application:receive")
    def scan(self, application_id: UUID, paper_id: UUID) -> ResponseReturnValue:
        """Take a scan of a paper in."""
        case = queries.get_case(application_id)
        paper = get_paper(case, paper_id)
        form = ScanForm()
        if form.validate_on_submit():
            try:
                attach_scan(
                    paper.id,
                    form.file.data.read(),
                    actor=staff_actor(),
                    now=clock.now(),
                    declares_no_my_number=bool(form.no_individual_number.data),
                )
            except DomainError as error:
                db.session.rollback()
                tell(form, error)
            else:
                flash(_("The scan was stored. Its pages appear in a moment."), "success")
                return redirect(url_for(".show", application_id=application_id, paper=paper_id))
        case = queries.get_case(application_id)
        return self.page_of(case, get_paper(case, paper_id), scan_form=form), 422

    @expose("/<uuid:application_id>/finish/", methods=["POST"])
    @needs("application:review")
    def finish(self, application_id: UUID) -> ResponseReturnValue:
        """Hand the case to the approver."""
        try:
            finish_review(
                application_id, actor=staff_actor(), now=clock.now(), extend_over_closed_days=extends_over_closed_days()
            )
        except NotFoundError:
            abort(404)
        except IncompleteReviewError as error:
            db.session.rollback()
            case = queries.get_case(application_id)
            return self.page_of(case, chosen_paper(case, request.form.get("paper")), faults=error.faults), 422
        except DomainError as error:
            db.session.rollback()
            flash(sentence(error), "error")
            return redirect(url_for(".show", application_id=application_id))
        flash(_("The review is finished. The case waits for approval by another person."), "success")
        return redirect(url_for("approval.show", application_id=application_id))

    @expose("/pages/<uuid:page_id>.webp")
    @needs("paper:read")
    def page(self, page_id: UUID) -> ResponseReturnValue:
        """One page of a scan, as pixels. Who looked is on record by the page of the case that shows it."""
        page = db.session.get(ScanPage, page_id)
        if page is None:
            abort(404)
        response = Response(storage.get(page.sha256), mimetype="image/webp")
        response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
        response.headers["Cache-Control"] = "no-store"
        return response

    @expose("/fresh/")
    @needs("application:read")
    def fresh(self) -> ResponseReturnValue:
        """Whether a paper of this issue date is fresh: asked while the date is typed."""
        return asked_freshness(request.args.get("issued", ""), request.args.get("received", ""))

    def page_of(self, case: Application, paper: Paper, **extra: Any) -> str:  # noqa: ANN401
        """The page with this paper open; `extra` carries what was typed and what was wrong with it."""
        fresh = None
        if paper.kind in FRESH_KINDS and paper.issued_on and paper.received_on:
            fresh = freshness_answer(paper.issued_on, paper.received_on)
        page = review_page.read_page(case, paper)
        return self.render(
            "admin/registration/review.html",
            page=page,
            case=case,
            paper=paper,
            needs_date=paper.kind in FRESH_KINDS,
            results={check.code: check for check in paper.checks},
            fresh=fresh,
            can_edit=page.can_edit,
            can_see=may("paper:read"),
            due=desk.due_of(case),
            staff_names=desk.people(
                [case.claimed_by, case.held_by, paper.recorded_by, *(check.checked_by for check in paper.checks)]
            ),
            officers=desk.officers() if may("application:assign") and case.closed_on is None else [],
            notes=desk.notes_of(case.id),
            timeline=desk.timeline_of(case.id),
            others=self.here(case.id),
            notice=notice_queries.find_open_notice(case.id),
            fault_sentence=fault_sentence,
            scan_form=extra.pop("scan_form", None) or ScanForm(formdata=None),
            sentence=sentence,
            said=messages_review,
            seal_alternative=current_app.extensions["settings"].company_seal_alternative,
            shown_value=review_page.shown_value,
            **{"typed": None, "error": None, "check_error": None, "failed": None, "faults": None, **extra},
        )


def note_view(application_id: UUID) -> None:
    """Viewing personal papers is an event: written before anything is read, in a transaction of its own."""
    scanned = (
        select(Scan.id)
        .join(Paper, Paper.sheet_id == Scan.sheet_id)
        .where(Paper.application_id == application_id)
        .limit(1)
    )
    if may("paper:read") and db.session.scalar(scanned):
        audit.attempt(
            "paper:view", subject_type="application", subject_id=application_id, actor=staff_actor(), outcome="done"
        )
