"""The mailroom's pages for what became of one envelope: delivered, come back."""

from typing import Any
from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _

from admin.access import needs
from admin.base import Guarded
from admin.forms.mailings import DeliveryForm, ReturnForm
from admin.views.mailroom_letters import piece_or_404
from app.core import clock
from app.security import staff_actor
from mailings import queries
from mailings.services.record_outcome import record_delivery, record_return


class PieceOutcomes(Guarded):
    """Part of the mailroom's view."""

    @expose("/<uuid:piece_id>/delivery/", methods=["GET", "POST"])
    @needs("letter:post")
    def delivery(self, piece_id: UUID) -> ResponseReturnValue:
        form = DeliveryForm(delivered_on=clock.today())
        piece = piece_or_404(piece_id)
        if is_plain := piece.applicant_id is None:
            del form.shown_document
        if request.method == "GET":
            form.delivered_to.data = queries.addressees_of([piece])[piece.id].name

        def act() -> str:
            assert form.delivered_on.day is not None
            record_delivery(
                piece_id,
                delivered_on=form.delivered_on.day,
                delivered_to=form.delivered_to.data or "",
                shown_document="" if is_plain else form.shown_document.data,
                actor=staff_actor(),
                now=clock.now(),
            )
            return _("The delivery is recorded.")

        return self._decide(form, act, piece_id, title=_("Delivery"), button=_("Record the delivery"))

    @expose("/<uuid:piece_id>/return/", methods=["GET", "POST"])
    @needs("letter:post")
    def returned(self, piece_id: UUID) -> ResponseReturnValue:
        form = ReturnForm(came_back_on=clock.today())

        def act() -> str:
            record_return(
                piece_id,
                reason=form.reason.data,
                came_back_on=form.came_back_on.day,
                actor=staff_actor(),
                now=clock.now(),
            )
            piece = piece_or_404(piece_id)
            if piece.applicant_id is not None:
                return _("The return is recorded. The PIN in the envelope is void.")
            if piece.notice_id is not None:
                return _(
                    "The return is recorded. Ask the company for the holder's address, then send the letter again."
                )
            if piece.letter_id is None:
                return _("The return is recorded. Ask the company for its address, then send the letter again.")
            return _("The return is recorded. The papers in the envelope wait in the tray for papers to return.")

        return self._decide(form, act, piece_id, title=_("Return"), button=_("Record the return"))

    def _decide(self, form: Any, act: Any, piece_id: UUID, *, title: str, button: str) -> ResponseReturnValue:  # noqa: ANN401
        piece = piece_or_404(piece_id)
        return self.decide(
            form,
            act,
            template="admin/mailings/step.html",
            back=lambda: url_for(".index", tab=piece_or_404(piece_id).status),
            piece=piece,
            addressee=queries.addressees_of([piece])[piece.id],
            heading=title,
            button=button,
        )
