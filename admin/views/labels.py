"""Address labels: which envelopes, which sheet, and from which label on."""

from flask import Response, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import lazy_gettext as _l

from admin.access import needs
from admin.base import PageView, tell
from admin.forms.stationery import LabelsForm
from admin.messages_stationery import NO_BARS
from app.core.db import db
from app.core.errors import DomainError
from mailings.errors import NothingToPrintError
from mailings.labels import labels_of, list_labelled
from mailings.letters.labels import render
from models.enums import Posting


class LabelsView(PageView):
    """Labels for envelopes without a window."""

    title = _l("Address labels")
    path = "labels"
    permission = "letter:print"

    @expose("/", methods=["GET", "POST"])
    @needs("letter:print")
    def index(self) -> ResponseReturnValue:
        """GET shows what is in the house; POST answers with the sheets. Restricted delivery is not ticked at first."""
        form = LabelsForm()
        pieces = list_labelled()
        labels = labels_of(pieces)
        chosen = {str(piece.id) for piece in pieces if piece.posting is not Posting.RESTRICTED}
        if request.method == "POST":
            chosen = set(request.form.getlist("piece"))
        if form.validate_on_submit():
            wanted = [labels[piece.id][0] for piece in pieces if str(piece.id) in chosen]
            try:
                if not wanted:
                    raise NothingToPrintError
                return _sheets(render(wanted, int(form.per_sheet.data), form.start.data or 1))
            except DomainError as error:
                db.session.rollback()
                tell(form, error)
                pieces = list_labelled()
                labels = labels_of(pieces)
        page = self.render(
            "admin/stationery/labels.html", form=form, pieces=pieces, labels=labels, chosen=chosen, no_bars=NO_BARS
        )
        return page, 422 if request.method == "POST" else 200


def _sheets(pdf: bytes) -> Response:
    response = Response(pdf, mimetype="application/pdf")
    response.headers["Content-Disposition"] = 'inline; filename="labels.pdf"'
    response.headers["Cache-Control"] = "no-store"
    return response
