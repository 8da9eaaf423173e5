"""The mailroom's pages for letters without a PIN: to companies, perhaps with papers that go back, and to holders."""

from typing import Any
from uuid import UUID

from flask import Response, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from admin.access import needs
from admin.base import Guarded, tell
from admin.forms.mailings import EnclosePapersForm
from app import storage
from app.core import clock
from app.core.db import db
from app.core.errors import DomainError
from app.security import staff_actor
from mailings import plain_letters, queries
from mailings.services.enclose_papers import enclose_papers
from mailings.services.prepare_case_letter import prepare_again
from mailings.services.print_case_letters import print_case_letters
from models.enums import MailPieceStatus
from models.mail_pieces import MailPiece


class CompanyLetters(Guarded):
    """Part of the mailroom's view."""

    render: Any

    @expose("/company-letters/print/", methods=["GET", "POST"])
    @needs("letter:print")
    def print_case_letters(self) -> ResponseReturnValue:
        """GET shows what is due; POST answers with the letters in one file."""
        form = FlaskForm()
        due = self._due()
        chosen = set(request.form.getlist("piece")) if request.method == "POST" else {str(piece.id) for piece in due}
        if form.validate_on_submit():
            try:
                wanted = [piece.id for piece in due if str(piece.id) in chosen]
                pdf = print_case_letters(wanted, actor=staff_actor(), now=clock.now())
                if pdf is not None:
                    return pdf_answer(pdf, "letters.pdf")
                flash(
                    _("Nothing is left to print: what these letters say is no longer so. They were stopped."), "message"
                )
                return redirect(url_for(".index", tab=MailPieceStatus.STOPPED.value))
            except DomainError as error:
                db.session.rollback()
                tell(form, error)
                due = self._due()
        page = self.render(
            "admin/mailings/print_case_letters.html",
            form=form,
            due=due,
            chosen=chosen,
            addressees=queries.addressees_of(due),
            enclosures=queries.enclosures_of(due),
        )
        return page, 422 if request.method == "POST" else 200

    @expose("/<uuid:piece_id>/letter.pdf")
    @needs("letter:read")
    def letter_pdf(self, piece_id: UUID) -> ResponseReturnValue:
        """A letter as it was printed, or as it would be. A letter with a PIN is never shown."""
        piece = piece_or_404(piece_id)
        if piece.applicant_id is not None:
            abort(404)
        return pdf_answer(letter_bytes(piece), f"{piece.number}.pdf")

    @expose("/enclose-papers/", methods=["GET", "POST"])
    @needs("letter:enclose")
    def enclose_papers(self) -> ResponseReturnValue:
        """Letter and sheets are scanned; they must be the ones that belong together."""
        form = EnclosePapersForm()

        def act() -> str:
            enclose_papers(
                form.letter_code.data or "", form.sheet_codes.data or "", actor=staff_actor(), now=clock.now()
            )
            return _("Everything is there, and nothing else: close the envelope. Next letter.")

        waiting = queries.list_pieces(MailPieceStatus.PRINTED, with_pin=False)
        return self.decide(
            form,
            act,
            template="admin/mailings/enclose_papers.html",
            back=lambda: url_for(".enclose_papers"),
            waiting=waiting,
            addressees=queries.addressees_of(waiting),
            enclosures=queries.enclosures_of(waiting),
        )

    @expose("/<uuid:piece_id>/send-again/", methods=["GET", "POST"])
    @needs("letter:post")
    def send_again(self, piece_id: UUID) -> ResponseReturnValue:
        """A letter came back: another envelope for it."""
        form = FlaskForm()
        piece = piece_or_404(piece_id)

        def act() -> str:
            prepare_again(piece_id, actor=staff_actor(), now=clock.now())
            return _("A new envelope is prepared.")

        return self.decide(
            form,
            act,
            template="admin/mailings/step.html",
            back=lambda: url_for(".index"),
            piece=piece,
            addressee=queries.addressees_of([piece])[piece.id],
            heading=_("Send again"),
            button=_("Prepare again"),
        )

    def _due(self) -> list[MailPiece]:
        prepared = queries.list_pieces(MailPieceStatus.PREPARED, with_pin=False)
        return [piece for piece in prepared if not piece.blocked_reason]


def letter_bytes(piece: MailPiece) -> bytes:
    """The letter of a piece: what was printed, once it was."""
    if piece.document_sha256:
        return storage.get(piece.document_sha256)
    try:
        return plain_letters.render(piece)
    except DomainError:
        abort(409)  # a text cannot be printed: the mailroom's list names it


def pdf_answer(data: bytes, name: str) -> Response:
    """A letter, to be looked at and not to be kept by the browser."""
    response = Response(data, mimetype="application/pdf")
    response.headers["Cache-Control"] = "no-store, private"
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response


def piece_or_404(piece_id: UUID) -> MailPiece:
    """A piece by the key in an address."""
    piece = db.session.get(MailPiece, piece_id)
    if piece is None:
        abort(404)
    return piece
