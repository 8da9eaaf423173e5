"""A residence certificate with an individual number: send it back, or black the number out before anything is stored.

The file comes as the bare body of the request, never as a form with files: a form parser would write a large file to a
temporary file. It is drawn in memory, answered as pixels and dropped.
"""

from uuid import UUID

from flask import Response, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin.access import needs
from admin.base import PageView
from admin.messages import sentence
from app.core import clock
from app.core.db import db
from app.core.errors import DomainError, NotFoundError
from app.security import staff_actor
from models.enums import PaperKind
from models.papers import Paper
from registration import queries
from registration.page_images import pack
from registration.rules.masks import parse_masks
from registration.scans import media_type_of, page_images
from registration.services.mask_scan import mask_scan
from registration.services.return_numbered_paper import return_numbered_paper

BARE = "application/octet-stream"


class MaskingView(PageView):
    """The two ways out for a paper that shows a number which nobody may keep."""

    title = _l("Individual number")
    path = "masking"
    permission = "paper:mask"
    in_menu = False

    @expose("/")
    @needs("paper:mask")
    def index(self) -> ResponseReturnValue:
        """No paper chosen: to the queue."""
        return redirect(url_for("applications.index_view"))

    @expose("/<uuid:paper_id>/")
    @needs("paper:mask")
    def show(self, paper_id: UUID) -> ResponseReturnValue:
        return self._page(_paper(paper_id))

    @expose("/<uuid:paper_id>/preview/", methods=["POST"])
    @needs("paper:mask")
    def preview(self, paper_id: UUID) -> ResponseReturnValue:
        """The pages of the file in the body, as pixels in one stream (registration.page_images). Nothing of it is kept."""
        _paper(paper_id)
        try:
            data = _bare_body()
            media_type_of(data)
            pages = page_images(data)
        except DomainError as error:
            return _refuse(error)
        response = Response(pack(pages), mimetype=BARE)
        response.headers["Cache-Control"] = "no-store, private, max-age=0"
        return response

    @expose("/<uuid:paper_id>/store/", methods=["POST"])
    @needs("paper:mask")
    def store(self, paper_id: UUID) -> ResponseReturnValue:
        """Draw the file in the body again, paint the areas (?mask=page,left,top,width,height …) and store the pixels."""
        paper = _paper(paper_id)
        application_id = paper.application_id
        try:
            mask_scan(
                paper_id,
                _bare_body(),
                parse_masks(request.args.getlist("mask")),
                paper_is_blacked_out=request.args.get("paper") == "1",
                actor=staff_actor(),
                now=clock.now(),
            )
        except DomainError as error:
            db.session.rollback()
            return _refuse(error)
        flash(_("The pages were stored with the areas blacked out. The file itself was dropped."), "success")
        return {"next": url_for("review.show", application_id=application_id, paper=paper_id)}

    @expose("/<uuid:paper_id>/send-back/", methods=["POST"])
    @needs("paper:mask")
    def send_back(self, paper_id: UUID) -> ResponseReturnValue:
        """The paper goes back to the applicant."""
        paper = _paper(paper_id)
        application_id = paper.application_id
        try:
            return_numbered_paper(paper_id, actor=staff_actor(), now=clock.now())
        except DomainError as error:
            db.session.rollback()
            return self._page(_paper(paper_id), error=error), 422
        flash(
            _("The paper waits to be sent back and is recorded as missing. Ask for one without the number."), "success"
        )
        return redirect(url_for("review.show", application_id=application_id, paper=paper_id))

    def _page(self, paper: Paper, error: DomainError | None = None) -> str:
        return self.render("admin/registration/masking.html", paper=paper, error=error, sentence=sentence)


def _paper(paper_id: UUID) -> Paper:
    try:
        paper = queries.get_paper(paper_id)
    except NotFoundError:
        abort(404)
    if paper.kind is not PaperKind.RESIDENCE_CERTIFICATE:
        abort(404)
    return paper


def _bare_body() -> bytes:
    """The body, if it is a bare file: any other type might have gone through a parser that writes files."""
    if request.mimetype != BARE:
        abort(400)
    return request.get_data(cache=False)


def _refuse(error: DomainError) -> ResponseReturnValue:
    return {"error": sentence(error)}, 422
