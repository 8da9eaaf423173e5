"""Review: scan beside checklist, paper by paper."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import Response, abort, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from admin.access import may, needs
from admin.base import PageView, tell
from admin.forms.registration import ScanForm
from admin.messages import sentence
from admin.messages_registration import fault_sentence
from app import audit, storage
from app.core import clock
from app.core.db import db
from app.core.errors import DomainError, NotFoundError
from app.core.wareki import format_wareki, parse_date
from app.security import staff_actor
from models.applications import Application
from models.audit import AuditEntry
from models.enums import ApplicationStatus, CheckResult
from models.papers import Paper, Scan, ScanPage
from registration import queries
from registration.errors import IncompleteReviewError
from registration.rules.checklist import paper_spec
from registration.rules.freshness import freshness
from registration.rules.required_papers import FRESH_KINDS
from registration.services.attach_scan import attach_scan
from registration.services.finish_review import finish_review
from registration.services.record_check import record_check
from registration.services.record_paper import PaperRecord, record_paper


class ReviewView(PageView):
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
        _note_view(application_id)
        case = _case(application_id)
        return self._page(case, _chosen(case, request.args.get("paper")))

    @expose("/<uuid:application_id>/papers/<uuid:paper_id>/", methods=["POST"])
    @needs("application:review")
    def record(self, application_id: UUID, paper_id: UUID) -> ResponseReturnValue:
        """Save what was typed from a paper."""
        case = _case(application_id)
        paper = _paper(case, paper_id)
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
            case = _case(application_id)
            return self._page(case, _paper(case, paper_id), typed=request.form, error=error), 422
        flash(_("Saved."), "success")
        return redirect(url_for(".show", application_id=application_id, paper=paper_id))

    @expose("/<uuid:application_id>/papers/<uuid:paper_id>/check/", methods=["POST"])
    @needs("application:review")
    def check(self, application_id: UUID, paper_id: UUID) -> ResponseReturnValue:
        """Record the result of one check."""
        case = _case(application_id)
        paper = _paper(case, paper_id)
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
            case = _case(application_id)
            return self._page(case, _paper(case, paper_id), check_error=(request.form.get("code"), error)), 422
        return redirect(url_for(".show", application_id=application_id, paper=paper_id) + "#checks")

    @expose("/<uuid:application_id>/papers/<uuid:paper_id>/scan/", methods=["POST"])
    @needs("application:receive")
    def scan(self, application_id: UUID, paper_id: UUID) -> ResponseReturnValue:
        """Take a scan of a paper in."""
        case = _case(application_id)
        paper = _paper(case, paper_id)
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
        case = _case(application_id)
        return self._page(case, _paper(case, paper_id), scan_form=form), 422

    @expose("/<uuid:application_id>/finish/", methods=["POST"])
    @needs("application:review")
    def finish(self, application_id: UUID) -> ResponseReturnValue:
        """Hand the case to the approver."""
        try:
            finish_review(application_id, actor=staff_actor(), now=clock.now(), extend_over_closed_days=_extends())
        except NotFoundError:
            abort(404)
        except IncompleteReviewError as error:
            db.session.rollback()
            case = _case(application_id)
            return self._page(case, _chosen(case, None), faults=error.faults), 422
        except DomainError as error:
            db.session.rollback()
            flash(sentence(error), "error")
            return redirect(url_for(".show", application_id=application_id))
        flash(_("The review is finished. The case waits for approval by another person."), "success")
        return redirect(url_for("approval.show", application_id=application_id))

    @expose("/pages/<uuid:page_id>.webp")
    @needs("paper:read")
    def page(self, page_id: UUID) -> ResponseReturnValue:
        """One page of a scan, as pixels. Who looked is on record once per case and hour (see `look`)."""
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
        try:
            received = parse_date(request.args.get("received", "")).date
            parsed = parse_date(request.args.get("issued", ""))
        except DomainError as error:
            return {"ok": False, "text": sentence(error)}
        return freshness_answer(parsed.date, received)

    def _page(self, case: Application, paper: Paper, **extra: Any) -> str:  # noqa: ANN401
        spec = paper_spec(paper.kind, case.profile_version)
        papers = list(case.papers)
        index = papers.index(paper)
        fresh = None
        if paper.kind in FRESH_KINDS and paper.issued_on and paper.received_on:
            fresh = freshness_answer(paper.issued_on, paper.received_on)
        faults = extra.pop("faults", None)
        return self.render(
            "admin/registration/review.html",
            case=case,
            paper=paper,
            spec=spec,
            needs_date=paper.kind in FRESH_KINDS,
            results={check.code: check for check in paper.checks},
            fresh=fresh,
            previous=papers[index - 1] if index else None,
            following=papers[index + 1] if index + 1 < len(papers) else None,
            next_case=queries.find_next_case(case),
            can_edit=may("application:review")
            and case.status
            in {
                ApplicationStatus.RECEIVED,
                ApplicationStatus.INCOMPLETE,
                ApplicationStatus.IN_REVIEW,
                ApplicationStatus.REVIEWED,
            },
            can_see=may("paper:read"),
            faults=faults,
            open_faults=queries.faults_of(case, extend_over_closed_days=_extends()),
            fault_sentence=fault_sentence,
            scan_form=extra.pop("scan_form", None) or ScanForm(formdata=None),
            sentence=sentence,
            timeline=_timeline(case.id),
            **{"typed": None, "error": None, "check_error": None, **extra},
        )


def freshness_answer(issued: date, received: date) -> dict[str, Any]:
    """Freshness as the screen says it, with the last acceptable day and why."""
    state = freshness(issued, received, extend_over_closed_days=_extends())
    last = format_wareki(state.last_acceptable_day)
    words = {
        "fresh": _("Fresh: it may be received until %(day)s.", day=last),
        "stale": _("Too old: the last acceptable day was %(day)s. Ask for a new one.", day=last),
        "from-the-future": _("The date lies after the day of receipt. Look at the paper again."),
    }
    why = _(
        "Three months from the day after issue end on %(day)s (Civil Code 140, 143).", day=format_wareki(state.last_day)
    )
    if state.last_acceptable_day != state.last_day:
        why += " " + _("That day is closed, so the period ends on the next open day (Civil Code 142).")
    return {
        "ok": state.is_fresh,
        "text": words[state.code],
        "why": why,
        "date": format_wareki(issued),
        "iso": issued.isoformat(),
    }


def _case(application_id: UUID) -> Application:
    try:
        return queries.get_case(application_id)
    except NotFoundError:
        abort(404)


def _paper(case: Application, paper_id: UUID) -> Paper:
    found = next((paper for paper in case.papers if paper.id == paper_id), None)
    if found is None:
        abort(404)
    return found


def _chosen(case: Application, wanted: str | None) -> Paper:
    if not case.papers:
        abort(404)
    return next((paper for paper in case.papers if str(paper.id) == wanted), case.papers[0])


def _extends() -> bool:
    return bool(current_app.extensions["settings"].freshness_extends_over_closed_days)


def _timeline(application_id: UUID) -> list[AuditEntry]:
    return list(
        db.session.scalars(
            select(AuditEntry)
            .where(AuditEntry.subject_id == str(application_id), AuditEntry.event != "paper:view")
            .order_by(AuditEntry.seq.desc())
            .limit(12)
        )
    )


def _note_view(application_id: UUID) -> None:
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
