"""What happens to one token: reported, taken back, inspected, retired, destroyed."""

from datetime import datetime, time
from uuid import UUID

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin.access import needs
from admin.base import PageView
from admin.forms.tokens import BackForm, DestroyForm, InspectForm, ReportForm, RetireForm
from app.core import clock
from app.core.clock import TOKYO, to_tokyo
from app.security import staff_actor
from issuance.queries.tokens import get_token
from issuance.services.destroy_token import destroy_token
from issuance.services.inspect_token import inspect_token
from issuance.services.report_token import TokenReport, report_token
from issuance.services.retire_token import retire_token
from issuance.services.take_token_back import take_token_back
from models.enums import TokenStatus

STEP = "admin/issuance/token_step.html"


def page_of(token_id: UUID) -> str:
    """Address of a token's page."""
    return url_for("tokens.details_view", id=token_id)


class TokenWorkView(PageView):
    """One decision page for each thing that happens to a token."""

    title = _l("eTokens")
    path = "token-work"
    permission = "token:read"
    in_menu = False

    @expose("/")
    @needs("token:read")
    def index(self) -> ResponseReturnValue:
        """The work begins at a token's page."""
        return redirect(url_for("tokens.index_view"))

    @expose("/<uuid:token_id>/report/", methods=["GET", "POST"])
    @needs("token:report")
    def report(self, token_id: UUID) -> ResponseReturnValue:
        """Lost, stolen or damaged."""
        token, form = get_token(token_id), ReportForm()
        if request.method == "GET":
            form.reported_on.process_data(clock.today())
            form.reported_time.data = to_tokyo(clock.now()).strftime("%H:%M")

        def act() -> str:
            report_token(token_id, _report(form), actor=staff_actor(), now=clock.now())
            return _("The report is on record. Certificates on the token are being revoked.")

        return self.decide(
            form, act, template="admin/issuance/token_report.html", back=lambda: page_of(token_id), token=token
        )

    @expose("/<uuid:token_id>/back/", methods=["GET", "POST"])
    @needs("token:manage")
    def back(self, token_id: UUID) -> ResponseReturnValue:
        """It came back from its holder."""
        token, form = get_token(token_id), BackForm()

        def act() -> str:
            take_token_back(token_id, remark=form.remark.data or "", actor=staff_actor(), now=clock.now())
            return _("The token is back. Two people inspect it next.")

        return self.decide(
            form, act, template=STEP, back=lambda: page_of(token_id), token=token, title=_("Token came back")
        )

    @expose("/<uuid:token_id>/inspect/", methods=["GET", "POST"])
    @needs("token:manage")
    def inspect(self, token_id: UUID) -> ResponseReturnValue:
        """Two people look at it."""
        token, form = get_token(token_id), InspectForm()

        def act() -> str:
            to = inspect_token(
                token_id,
                is_sealed=form.seal.data == "sealed",
                witness=form.witness.data or "",
                remark=form.remark.data or "",
                actor=staff_actor(),
                now=clock.now(),
            )
            if to is TokenStatus.IN_STOCK:
                return _("The token is in stock again.")
            return _("The token is retired: it does not go out again.")

        return self.decide(
            form,
            act,
            template=STEP,
            back=lambda: page_of(token_id),
            token=token,
            title=_("Inspect"),
            hint=_("Only a sealed token that no holder ever had in hand goes back to the stock. Any other is retired."),
        )

    @expose("/<uuid:token_id>/retire/", methods=["GET", "POST"])
    @needs("token:manage")
    def retire(self, token_id: UUID) -> ResponseReturnValue:
        """Out of use for good."""
        token, form = get_token(token_id), RetireForm()

        def act() -> str:
            retire_token(
                token_id,
                reason=form.reason.data or "",
                witness=form.witness.data or "",
                actor=staff_actor(),
                now=clock.now(),
            )
            return _("The token is retired: it does not go out again.")

        return self.decide(form, act, template=STEP, back=lambda: page_of(token_id), token=token, title=_("Retire"))

    @expose("/<uuid:token_id>/destroy/", methods=["GET", "POST"])
    @needs("token:manage")
    def destroy(self, token_id: UUID) -> ResponseReturnValue:
        """Destroyed in front of a witness."""
        token, form = get_token(token_id), DestroyForm()

        def act() -> str:
            destroy_token(
                token_id,
                method=form.method.data or "",
                witness=form.witness.data or "",
                actor=staff_actor(),
                now=clock.now(),
            )
            return _("The destruction is on record.")

        return self.decide(
            form,
            act,
            template=STEP,
            back=lambda: page_of(token_id),
            token=token,
            title=_("Record the destruction"),
            is_danger=True,
        )


def _report(form: ReportForm) -> TokenReport:
    assert form.reported_on.day is not None  # validated
    hour, minute = (int(part) for part in (form.reported_time.data or "").split(":"))
    return TokenReport(
        circumstance=form.circumstance.data,
        reporter=form.reporter.data,
        reporter_name=form.reporter_name.data or "",
        reported_at=datetime.combine(form.reported_on.day, time(hour, minute), TOKYO),
        fault=form.fault.data,
        explanation=form.explanation.data or "",
    )
