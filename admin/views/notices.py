"""Deficiency notices: put together, looked at, sent; and what became of each."""

from itertools import groupby
from typing import Any
from uuid import UUID

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin.access import needs
from admin.base import PageView, tell
from admin.forms.notices import AnswerForm, NoticeForm, ReasonForm, recipient_data
from admin.views.desk import extends_over_closed_days
from admin.views.mailroom_letters import letter_bytes, pdf_answer
from admin.views.notice_preview import email_text, letter_pdf, preview
from admin.views.notice_rows import asked, rows
from app.core import clock
from app.core.db import db
from app.core.errors import DomainError, NotFoundError
from app.security import staff_actor
from mailings import case_letters
from models.applications import Application
from registration import notice_queries, queries
from registration.notice_proposals import Proposal, proposals, recipient_of
from registration.rules.notices import default_due
from registration.services.answer_notice import answer_notice
from registration.services.withdraw_notice import withdraw_notice
from registration.services.write_notice import NoticeDraft, require_draft, write_notice


class NoticesView(PageView):
    """The pages of one notice; the register is a view of its own."""

    title = _l("Deficiency notice")
    path = "notices"
    permission = "notice:read"
    in_menu = False

    @expose("/")
    @needs("notice:read")
    def index(self) -> ResponseReturnValue:
        """No notice chosen: to the register."""
        return redirect(url_for("notice-list.index_view"))

    @expose("/<uuid:application_id>/write/", methods=["GET", "POST"])
    @needs("notice:write")
    def write(self, application_id: UUID) -> ResponseReturnValue:
        """Tick, word, look at letter and e-mail, send. What was typed goes along from page to page."""
        case = queries.get_case(application_id)
        offers = proposals(case, queries.faults_of(case, extend_over_closed_days=extends_over_closed_days()))
        first = {"due_on": default_due(clock.today()), **recipient_data(recipient_of(case))}
        form = NoticeForm(**first)
        step = request.form.get("do", "")
        if request.method == "GET" or step == "edit":
            return self._form(case, offers, form)
        if not form.validate():
            return self._form(case, offers, form), 422
        try:
            return self._step(step, case, _draft(form, offers), form)
        except NotFoundError:
            abort(404)
        except DomainError as error:
            db.session.rollback()
            tell(form, error)
            status = 409 if error.code in {"stale", "illegal-transition", "notice-open"} else 422
            case = queries.get_case(application_id)
            return self._form(case, offers, form), status

    @expose("/<uuid:notice_id>/")
    @needs("notice:read")
    def show(self, notice_id: UUID) -> ResponseReturnValue:
        """What was asked, what was answered, and where the letter is."""
        notice = notice_queries.get_notice(notice_id)
        letters = [each for each in notice_queries.list_letters(notice.application_id) if each.notice_id == notice.id]
        return self.render(
            "admin/registration/notice.html",
            notice=notice,
            case=notice.application,
            texts=[item.row() for item in case_letters.items_of(notice)],
            letters=[(letter, notice_queries.list_pieces(letter.id)) for letter in letters],
            today=clock.today(),
        )

    @expose("/letters/<uuid:letter_id>.pdf")
    @needs("notice:read")
    def letter(self, letter_id: UUID) -> ResponseReturnValue:
        """A letter to a company: as it was printed, or as it will be."""
        try:
            letter = case_letters.get_letter(letter_id)
        except NotFoundError:
            abort(404)
        pieces = notice_queries.list_pieces(letter_id)
        data = letter_bytes(pieces[0]) if pieces else case_letters.render(letter, "")
        return pdf_answer(data, f"{letter.application.number}-{letter.kind}.pdf")

    @expose("/<uuid:notice_id>/withdraw/", methods=["GET", "POST"])
    @needs("notice:write")
    def withdraw(self, notice_id: UUID) -> ResponseReturnValue:
        """Take an open notice back."""
        form = ReasonForm()

        def act() -> str:
            if withdraw_notice(notice_id, reason=form.reason.data or "", actor=staff_actor(), now=clock.now()):
                return _("The notice is taken back, its letter is stopped, and the papers stay here.")
            return _("The notice is taken back. Its letter has left already: call the company.")

        return self._about(
            notice_id, form, act, title=_("Take the notice back"), button=_("Take back"),
            hint=_("The case is yours again. If the letter has not left, it is stopped and its papers go back to their shelves."),
        )  # fmt: skip

    @expose("/<uuid:notice_id>/items/<int:position>/answer/", methods=["GET", "POST"])
    @needs("notice:write")
    def answer(self, notice_id: UUID, position: int) -> ResponseReturnValue:
        """The company explained something without a paper."""
        form = AnswerForm()

        def act() -> str:
            answer_notice(notice_id, position, answer=form.answer.data or "", actor=staff_actor(), now=clock.now())
            return _("The answer is on record.")

        return self._about(
            notice_id, form, act, title=_("Answer to no. %(number)s", number=position), button=_("Record the answer"),
            hint=_("For the books: what was said, by whom, and how (telephone, e-mail)."),
        )  # fmt: skip

    def _about(self, notice_id: UUID, form: Any, act: Any, **context: Any) -> ResponseReturnValue:
        return self.decide(
            form,
            act,
            template="admin/registration/notice_step.html",
            back=lambda: url_for(".show", notice_id=notice_id),
            notice=notice_queries.get_notice(notice_id),
            **context,
        )

    def _form(self, case: Application, offers: list[Proposal], form: NoticeForm) -> str:
        typed = request.form if request.method == "POST" else None
        return self.render(
            "admin/registration/notice_write.html",
            case=case,
            form=form,
            groups=[(paper, list(group)) for paper, group in groupby(rows(offers, typed), lambda row: row.paper)],
            missing=[str(form[f"recipient_{name}"].label.text) for name in recipient_of(case).missing()],
            open_notice=notice_queries.find_open_notice(case.id),
        )

    def _step(self, step: str, case: Application, draft: NoticeDraft, form: NoticeForm) -> ResponseReturnValue:
        if step == "send":
            notice_id = write_notice(case.id, draft, actor=staff_actor(), now=clock.now())
            flash(_("The notice is sent: the e-mail goes now, the letter waits in the mailroom."), "success")
            return redirect(url_for(".show", notice_id=notice_id))
        require_draft(case, draft, clock.today())
        notice = preview(case, draft)
        pdf = letter_pdf(notice)  # also when only looked at as text: a name that no font has is told now
        if step == "letter":
            return pdf_answer(pdf, f"{case.number}-preview.pdf")
        carried = [(name, value) for name, value in request.form.items(multi=True) if name not in {"csrf_token", "do"}]
        return self.render(
            "admin/registration/notice_preview.html",
            case=case,
            form=form,
            carried=carried,
            notice=notice,
            texts=[item.row() for item in notice.items],
            email=email_text(notice) if draft.recipient.email else None,
        )


def _draft(form: NoticeForm, offers: list[Proposal]) -> NoticeDraft:
    assert form.due_on.day is not None
    return NoticeDraft(asked(offers, request.form), form.due_on.day, form.recipient(), form.remark.data or "")
