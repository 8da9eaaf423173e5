"""Issues that stopped before the signature: why, what to do next, once more or the end."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, TextAreaField
from wtforms.validators import Length

from admin import messages_stopped
from admin.access import may, needs
from admin.base import PageView
from admin.messages import sentence
from app.core import clock
from app.core.db import db
from app.core.errors import NotFoundError, StaleError
from app.core.forms import Form, InputRequired
from app.security import staff_actor
from issuance.errors import EnrolmentEndError
from issuance.queries.stops import get_stop, is_stopped, list_stopped
from issuance.rules.stops import may_go_on
from issuance.services.end_stopped_enrolment import LONGEST_REASON, end_stopped_enrolment
from issuance.services.resume_enrolment import resume_enrolment
from models.enrolments import Enrolment


class EndForm(Form):
    """Why no certificate is issued."""

    seen = HiddenField()  # number of the stop that was looked at
    reason = TextAreaField(
        _l("Reason, as the holder reads it"),
        validators=[InputRequired(), Length(max=LONGEST_REASON)],
        description=_l("It stands in the e-mail to the holder, and on record with your name."),
        render_kw={"rows": 4, "lang": "ja"},
    )


class StoppedIssuesView(PageView):
    """A queue: everything in it waits for somebody here, and nobody else can move it."""

    title = _l("Stopped issues")
    path = "stopped-issues"
    permission = "certificate:read"

    def waiting(self) -> Iterable[tuple[Any, ...]]:
        """Every one of them, for whoever can move it."""
        if may("enrolment:resume"):
            yield Enrolment, is_stopped()

    @expose("/")
    @needs("certificate:read")
    def index(self) -> ResponseReturnValue:
        """The longest waiting first."""
        return self.render("admin/stopped/index.html", stops=list_stopped(), said=messages_stopped)

    @expose("/<uuid:enrolment_id>/")
    @needs("certificate:read")
    def show(self, enrolment_id: UUID) -> ResponseReturnValue:
        """One: what was found, what to do, what was done before."""
        stop = get_stop(enrolment_id)
        return self.render(
            "admin/stopped/show.html",
            stop=stop,
            said=messages_stopped,
            can_go_on=may_go_on(stop.remedy) and may("enrolment:resume"),
        )

    @expose("/<uuid:enrolment_id>/resume/", methods=["POST"])
    @needs("enrolment:resume")
    def resume(self, enrolment_id: UUID) -> ResponseReturnValue:
        """Once more, with the profile and the CA of today."""
        try:
            resume_enrolment(enrolment_id, actor=staff_actor())
        except (StaleError, NotFoundError, EnrolmentEndError) as error:
            db.session.rollback()
            flash(sentence(error), "error")
        else:
            flash(_("It is tried once more. If it is refused again, it comes back here."), "success")
        return redirect(url_for(".index"))

    @expose("/<uuid:enrolment_id>/end/", methods=["GET", "POST"])
    @needs("enrolment:end")
    def end(self, enrolment_id: UUID) -> ResponseReturnValue:
        """Without a certificate."""
        form = EndForm()
        try:
            stop = get_stop(enrolment_id)
        except NotFoundError:
            if request.method == "GET":
                raise
            flash(sentence(StaleError("enrolment")), "error")  # somebody was quicker
            return redirect(url_for(".index"))

        seen = int(form.seen.data) if (form.seen.data or "").isdecimal() else -1
        form.seen.data = str(stop.seq)  # on a page that is shown again, what it shows now

        def act() -> str:
            reason = form.reason.data or ""
            end_stopped_enrolment(enrolment_id, reason=reason, actor=staff_actor(), now=clock.now(), seen=seen)
            return _("Ended. Both PINs are void, and the holder is told by e-mail.")

        return self.decide(
            form,
            act,
            template="admin/stopped/end.html",
            back=lambda: url_for(".index"),
            stop=stop,
            said=messages_stopped,
        )
