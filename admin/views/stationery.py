"""Envelopes: which were measured, which is in use, and the sheet that proves the numbers."""

from uuid import UUID

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin.access import needs
from admin.base import PageView
from admin.forms.stationery import StockForm
from admin.messages import sentence
from app.core import clock
from app.core.db import db
from app.core.errors import DomainError
from app.documents.envelopes import NAGA3
from app.security import current_staff, staff_actor
from mailings.letters import calibration
from mailings.rules.stationery import SKEW
from mailings.services.keep_stock import keep_stock, use_stock
from mailings.stationery_queries import envelope_in_use, envelope_of, find_stock_in_use, get_stock, list_stocks

BUILT_IN = "長形3号（標準値）"


class StationeryView(PageView):
    """The envelopes that letters go into."""

    title = _l("Envelopes")
    path = "stationery"
    permission = "letter:read"

    @expose("/")
    @needs("letter:read")
    def index(self) -> ResponseReturnValue:
        """What is in use, and every stock there is."""
        envelope = envelope_in_use()
        return self.render(
            "admin/stationery/index.html",
            stocks=list_stocks(),
            in_use=find_stock_in_use(),
            built_in=BUILT_IN,
            envelope=envelope,
            safe=envelope.safe(),
            swept=envelope.swept(SKEW),
        )

    @expose("/new/", methods=["GET", "POST"])
    @needs("letter:print")
    def new(self) -> ResponseReturnValue:
        """Take a measured envelope in."""
        form = StockForm()
        if request.method == "GET":
            person = current_staff()
            form.slack.data, form.measured_by.data = NAGA3.slack, person.name if person else ""
            form.measured_on.process_data(clock.today())

        def act() -> str:
            assert form.measured_on.day is not None
            keep_stock(
                form.envelope(),
                name=form.name.data or "",
                measured_on=form.measured_on.day,
                measured_by=form.measured_by.data or "",
                actor=staff_actor(),
                now=clock.now(),
            )
            return _("Taken in. Print the calibration sheet, try it in the envelope, then put it in use.")

        return self.decide(form, act, template="admin/stationery/new.html", back=lambda: url_for(".index"))

    @expose("/<uuid:stock_id>/use/", methods=["POST"])
    @needs("letter:print")
    def use(self, stock_id: UUID) -> ResponseReturnValue:
        """Put a stock in use."""
        try:
            use_stock(stock_id, actor=staff_actor(), now=clock.now())
        except DomainError as error:
            db.session.rollback()
            flash(sentence(error), "error")
        else:
            flash(_("In use from the next letter on."), "success")
        return redirect(url_for(".index"))

    @expose("/calibration.pdf")
    @needs("letter:read")
    def calibration_in_use(self) -> ResponseReturnValue:
        """The calibration sheet of the envelope in use."""
        stock = find_stock_in_use()
        return _sheet(calibration.render(envelope_in_use(), stock.name if stock else BUILT_IN, SKEW))

    @expose("/<uuid:stock_id>/calibration.pdf")
    @needs("letter:read")
    def calibration(self, stock_id: UUID) -> ResponseReturnValue:
        """The calibration sheet of a stock."""
        stock = get_stock(stock_id)
        return _sheet(calibration.render(envelope_of(stock), stock.name, SKEW))


def _sheet(pdf: bytes) -> Response:
    response = Response(pdf, mimetype="application/pdf")
    response.headers["Content-Disposition"] = 'inline; filename="calibration.pdf"'
    response.headers["Cache-Control"] = "no-store"
    return response
