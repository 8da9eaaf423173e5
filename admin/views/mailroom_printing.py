"""The mailroom's pages for letters with a PIN: printed by two people, once; a sheet that went wrong is declared spoiled."""

import os
from typing import Any, BinaryIO
from uuid import UUID

from flask import Response, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from werkzeug.wsgi import wrap_file

from admin.access import needs
from admin.base import Guarded, tell
from admin.forms.mailings import PrintForm, SpoilForm
from app.core import clock
from app.core.apart import ApartError
from app.core.db import db
from app.core.errors import DomainError
from app.security import staff_actor
from mailings import queries
from mailings.pins import pin_maker
from mailings.printing.one_time import print_apart
from mailings.rules.print_run import MOST_IN_BROWSER, MOST_IN_RUN
from mailings.run_queries import list_printable
from mailings.services.spoil_letter import spoil_letter
from mailings.services.start_print_run import start_print_run


class PinLetters(Guarded):
    """Part of the mailroom's view."""

    render: Any
    _decide: Any

    @expose("/print/", methods=["GET", "POST"])
    @needs("letter:print")
    def print_run(self) -> ResponseReturnValue:
        """GET shows what would be printed; POST answers with the sheets themselves, once."""
        form, url = PrintForm(), current_app.extensions["settings"].printer_url
        most = MOST_IN_RUN if url else MOST_IN_BROWSER
        due = list_printable(most)
        chosen = set(request.form.getlist("piece")) if request.method == "POST" else set()
        if form.validate_on_submit():
            wanted = [piece.id for piece in due if str(piece.id) in chosen]
            try:
                if url and request.form.get("to") == "printer":
                    started = start_print_run(
                        wanted, witness=form.witness.data or "", printer=url, actor=staff_actor(), now=clock.now()
                    )
                    return redirect(url_for("print-runs.show", run_id=started))
                run_id, sheets = print_apart(
                    wanted, witness=form.witness.data or "", pins=pin_maker(), actor=staff_actor(), now=clock.now()
                )
            except DomainError as error:
                db.session.rollback()
                tell(form, error)
            except ApartError:
                db.session.rollback()
                form.form_errors.append(
                    _(
                        "The print broke off. Letters that stand under “To enclose” without a sheet in your hands are declared "
                        "spoiled; the others can be printed again."
                    )
                )
            else:
                return _one_time(sheets, run_id)
        due = list_printable(most)
        page = self.render(
            "admin/mailings/print.html",
            form=form,
            printer=url,
            due=due,
            chosen=chosen if request.method == "POST" else {str(each.id) for each in due if each.print_run_id is None},
            addressees=queries.addressees_of(due),
        )
        return page, 422 if request.method == "POST" else 200

    @expose("/<uuid:piece_id>/spoil/", methods=["GET", "POST"])
    @needs("letter:print")
    def spoil(self, piece_id: UUID) -> ResponseReturnValue:
        form = SpoilForm()
        now, actor = clock.now(), staff_actor()

        def act() -> str:
            spoil_letter(
                piece_id,
                witness=form.witness.data or "",
                reason=form.reason.data,
                pins=pin_maker(),
                actor=actor,
                now=now,
            )
            return _("The PIN is void. A new letter is prepared.")

        return self._decide(form, act, piece_id, title=_("Spoiled sheet"), button=_("Declare spoiled"))


def _one_time(sheets: BinaryIO, run_id: UUID) -> Response:
    """The only copy: shown by the browser's viewer, stored nowhere, and not to be asked for again.

    The server copies it from the file to the socket (sendfile(2)); this process reads nothing of it.
    """
    body = wrap_file(request.environ, sheets)
    response = Response(body, mimetype="application/pdf", direct_passthrough=True)
    response.content_length = os.fstat(sheets.fileno()).st_size
    response.headers["Cache-Control"] = "no-store, private, max-age=0"
    response.headers["Pragma"] = "no-cache"
    response.headers["Content-Disposition"] = "inline"
    response.headers["X-Print-Run"] = str(run_id)
    response.headers["X-Robots-Tag"] = "none"
    return response
