"""SO-PINs under dual control: one asks, another grants, and it is shown once to the one who asked."""

from uuid import UUID

from flask import flash, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin.access import needs
from admin.base import PageView
from admin.forms.tokens import AskSoPinForm
from admin.messages import sentence
from app.core import clock
from app.core.db import db
from app.core.errors import DomainError
from app.security import current_staff, staff_actor, verify_first
from issuance.queries.so_pins import get_disclosure, list_disclosures
from issuance.queries.tokens import get_token
from issuance.services.ask_so_pin import ask_so_pin
from issuance.services.decide_so_pin import decide_so_pin
from issuance.services.show_so_pin import show_so_pin


class SoPinsView(PageView):
    """Requests, decisions, and the page that shows an SO-PIN once."""

    title = _l("SO-PINs")
    path = "so-pins"
    permission = "token:so_pin"

    @expose("/")
    @needs("token:so_pin")
    def index(self) -> ResponseReturnValue:
        """Requests that wait, and those that are over."""
        person = current_staff()
        return self.render(
            "admin/issuance/so_pins.html", rows=list_disclosures(), me=person.id if person is not None else None
        )

    @expose("/ask/<uuid:token_id>/", methods=["GET", "POST"])
    @needs("token:so_pin")
    def ask(self, token_id: UUID) -> ResponseReturnValue:
        """Somebody needs one and says why."""
        token, form = get_token(token_id), AskSoPinForm()

        def act() -> str:
            ask_so_pin(token_id, reason=form.reason.data or "", actor=staff_actor(), now=clock.now())
            return _("The request is on record. Another person decides.")

        return self.decide(
            form,
            act,
            template="admin/issuance/token_step.html",
            back=lambda: url_for(".index"),
            token=token,
            title=_("Ask for the SO-PIN"),
            hint=_("Another person decides with a fresh password. The SO-PIN is then shown to you, once."),
        )

    @expose("/<uuid:disclosure_id>/decide/", methods=["POST"])
    @needs("token:so_pin")
    def settle(self, disclosure_id: UUID) -> ResponseReturnValue:
        """The second person grants or refuses."""
        if to_password := verify_first(url_for(".index")):
            return to_password
        is_granted = request.form.get("verdict") == "grant"
        try:
            decide_so_pin(disclosure_id, is_granted=is_granted, actor=staff_actor(), now=clock.now())
        except DomainError as error:
            return self._refused(error)
        flash(_("Granted. The person who asked can see it once.") if is_granted else _("Refused."), "success")
        return redirect(url_for(".index"))

    @expose("/<uuid:disclosure_id>/show/", methods=["POST"])
    @needs("token:so_pin")
    def show(self, disclosure_id: UUID) -> ResponseReturnValue:
        """Shown once, on a page that is stored nowhere."""
        if to_password := verify_first(url_for(".index")):
            return to_password
        try:
            so_pin = show_so_pin(disclosure_id, actor=staff_actor(), now=clock.now())
        except DomainError as error:
            return self._refused(error)
        token = get_token(get_disclosure(disclosure_id).token_id)
        response = make_response(self.render("admin/issuance/so_pin.html", so_pin=so_pin, token=token))
        response.headers["Cache-Control"] = "no-store, private, max-age=0"
        response.headers["X-Robots-Tag"] = "none"
        return response

    def _refused(self, error: DomainError) -> ResponseReturnValue:
        if error.code == "not-found":
            raise error
        db.session.rollback()
        person = current_staff()
        page = self.render(
            "admin/issuance/so_pins.html",
            rows=list_disclosures(),
            me=person.id if person is not None else None,
            error=sentence(error),
        )
        return page, 422
