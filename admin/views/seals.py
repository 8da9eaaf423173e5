"""Seals: two impressions on one screen, as pixels, and what the officer finds (施行規則5条1項1号ロ: its own recorded step)."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin.access import may, needs
from admin.base import PageView
from admin.messages import sentence
from admin.messages_review import SHORT
from admin.views import desk
from admin.views.review import note_view
from admin.views.review_page import EDITABLE
from app.core import clock
from app.core.db import db
from app.core.errors import DomainError
from app.security import staff_actor
from models.applications import Application
from models.enums import CheckResult
from models.papers import Paper, PaperCheck
from registration import queries
from registration.rules.checklist import SEAL_CHECKS, paper_spec
from registration.services.record_check import record_check


@dataclass(frozen=True, slots=True)
class Pair:
    """One impression and the registered one that it is held against."""

    paper: Paper
    check: str
    reference: Paper | None
    found: PaperCheck | None

    @property
    def is_here(self) -> bool:
        """Whether both papers came."""
        return self.paper.received_on is not None and self.reference is not None and bool(self.reference.received_on)


class SealView(PageView):
    """The page on which seals are compared."""

    title = _l("Seals")
    path = "seals"
    permission = "application:read"
    in_menu = False

    @expose("/")
    @needs("application:read")
    def index(self) -> ResponseReturnValue:
        """No case chosen: to the queue."""
        return redirect(url_for("applications.index_view"))

    @expose("/<uuid:application_id>/")
    @needs("paper:read")
    def show(self, application_id: UUID) -> ResponseReturnValue:
        """One pair of impressions, with the others of the case beside it."""
        note_view(application_id)
        return self._page(queries.get_case(application_id), request.args.get("paper"), request.args.get("check"))

    @expose("/<uuid:application_id>/record/", methods=["POST"])
    @needs("application:review")
    def record(self, application_id: UUID) -> ResponseReturnValue:
        """What the officer found; then the next pair that nobody looked at."""
        case = queries.get_case(application_id)
        wanted, code = request.form.get("paper"), request.form.get("check", "")
        pair = next((each for each in _pairs(case) if str(each.paper.id) == wanted and each.check == code), None)
        if pair is None:
            abort(404)
        try:
            result = CheckResult(request.form.get("result", ""))
            record_check(
                pair.paper.id, code, result, note=request.form.get("note", ""), actor=staff_actor(), now=clock.now()
            )
        except ValueError:
            abort(400)
        except DomainError as error:
            db.session.rollback()
            return self._page(queries.get_case(application_id), wanted, code, error=error), 422
        flash(_("Recorded."), "success")
        left = [each for each in _pairs(queries.get_case(application_id)) if each.found is None and each.is_here]
        onward = left[0] if left else pair
        return redirect(url_for(".show", application_id=application_id, paper=onward.paper.id, check=onward.check))

    def _page(self, case: Application, paper: str | None, check: str | None, **extra: Any) -> str:  # noqa: ANN401
        pairs = _pairs(case)
        if not pairs:
            abort(404)
        chosen = next((each for each in pairs if str(each.paper.id) == paper and check in {None, each.check}), pairs[0])
        place = pairs.index(chosen)
        return self.render(
            "admin/registration/seals.html",
            case=case,
            pairs=pairs,
            pair=chosen,
            previous=pairs[place - 1] if place else None,
            following=pairs[place + 1] if place + 1 < len(pairs) else None,
            short=SHORT,
            can_edit=may("application:review") and case.status in EDITABLE,
            staff_names=desk.people([each.found.checked_by for each in pairs if each.found]),
            sentence=sentence,
            pages=_pages,
            **{"error": None, **extra},
        )


def _pairs(case: Application) -> list[Pair]:
    """Every seal check of the case, in the order of the papers."""
    found = []
    for paper in case.papers:
        for code in paper_spec(paper.kind, case.profile_version).checks:
            kind = SEAL_CHECKS.get((paper.kind, code))
            if kind is None:
                continue
            reference = next(
                (each for each in case.papers if each.kind is kind and each.applicant_id in {None, paper.applicant_id}),
                None,
            )
            done = next((each for each in paper.checks if each.code == code), None)
            found.append(Pair(paper, code, reference, done))
    return found


def _pages(paper: Paper | None) -> list[str]:
    """Addresses of a paper's scanned pages."""
    if paper is None:
        return []
    return [url_for("review.page", page_id=page.id) for scan in paper.scans for page in scan.pages]
