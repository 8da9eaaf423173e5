"""Contents that were refused before the consent: by whom, what to do next, the answer or the end."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, TextAreaField
from wtforms.validators import Length

from admin import messages_contents
from admin.access import may, needs
from admin.base import PageView
from admin.messages import sentence
from app.core import clock
from app.core.errors import NotFoundError, StaleError
from app.core.forms import Form, InputRequired
from app.security import staff_actor
from issuance.errors import ContentsError
from issuance.queries.contents import get_refused, list_refused
from issuance.rules.contents import LONGEST_WORDS
from issuance.services.answer_contents import answer_contents
from issuance.services.end_contents import end_contents
from issuance.services.preview_certificate import preview_certificate
from registration.rules.my_number import contains_my_number


class _Seen(Form):
    seen = HiddenField()  # number of the entry that was looked at

    def number(self) -> int:
        """The entry that was looked at; 0 if none was."""
        return int(self.seen.data) if (self.seen.data or "").isdecimal() else 0


class AnswerForm(_Seen):
    """What came of it."""

    answer = TextAreaField(
        _l("Answer, as the holder reads it"),
        validators=[InputRequired(), Length(max=LONGEST_WORDS)],
        description=_l("It stands in the e-mail that asks the holder to look again, and on record with your name."),
        render_kw={"rows": 4, "lang": "ja"},
    )


class EndForm(_Seen):
    """Why no certificate is issued."""

    reason = TextAreaField(
        _l("Reason, as the holder reads it"),
        validators=[InputRequired(), Length(max=LONGEST_WORDS)],
        description=_l("It stands in the e-mail to the holder, and on record with your name."),
        render_kw={"rows": 4, "lang": "ja"},
    )


class RefusedContentsView(PageView):
    """A queue: the holder waits for somebody here."""

    title = _l("Refused contents")
    path = "refused-contents"
    permission = "certificate:read"

    @expose("/")
    @needs("certificate:read")
    def index(self) -> ResponseReturnValue:
        """The longest waiting first."""
        return self.render("admin/contents/index.html", rows=list_refused(), said=messages_contents)

    @expose("/<uuid:applicant_id>/")
    @needs("certificate:read")
    def show(self, applicant_id: UUID) -> ResponseReturnValue:
        """One: what is wrong, what the certificate would say, what to do, what was done before."""
        form = AnswerForm()
        return self.render("admin/contents/show.html", form=form, **_shown(applicant_id, form))

    @expose("/<uuid:applicant_id>/answer/", methods=["POST"])
    @needs("enrolment:resume")
    def answer(self, applicant_id: UUID) -> ResponseReturnValue:
        """The holder reads it and looks again."""
        form = AnswerForm()
        seen = form.number()

        def act() -> str:
            told = _clean(form.answer.data or "", "answer")
            answer_contents(applicant_id, seen=seen, answer=told, actor=staff_actor(), now=clock.now())
            return _("Answered. The holder is told by e-mail to look again.")

        return self._decide(applicant_id, form, act, "admin/contents/show.html")

    @expose("/<uuid:applicant_id>/end/", methods=["GET", "POST"])
    @needs("enrolment:end")
    def end(self, applicant_id: UUID) -> ResponseReturnValue:
        """Without a certificate."""
        form = EndForm()
        seen = form.number()

        def act() -> str:
            told = _clean(form.reason.data or "", "reason")
            end_contents(applicant_id, seen=seen, reason=told, actor=staff_actor(), now=clock.now())
            return _("Ended. The application PIN is void, and the holder is told by e-mail.")

        return self._decide(applicant_id, form, act, "admin/contents/end.html")

    def _decide(
        self, applicant_id: UUID, form: AnswerForm | EndForm, act: Callable[[], str], template: str
    ) -> ResponseReturnValue:
        try:
            shown = _shown(applicant_id, form)
        except NotFoundError:
            if request.method == "GET":
                raise
            flash(sentence(StaleError("refused contents")), "error")  # somebody was quicker
            return redirect(url_for(".index"))
        return self.decide(form, act, template=template, back=lambda: url_for(".index"), **shown)


def _shown(applicant_id: UUID, form: AnswerForm | EndForm) -> dict[str, Any]:
    refused = get_refused(applicant_id)
    form.seen.data = str(refused.seq)  # on a page that is shown again, what it shows now
    return {
        "refused": refused,
        "preview": preview_certificate(applicant_id, now=clock.now()),
        "said": messages_contents,
        "can_answer": may("enrolment:resume"),
    }


def _clean(text: str, field: str) -> str:
    """個人番号 never enters the system."""
    if contains_my_number(text):
        raise ContentsError("contents-my-number", field=field)
    return text
