"""The wording of letters: versions, a proposal, a second person's decision, and how each looks on paper."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask import Response, abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin.access import may, needs
from admin.base import PageView, tell
from admin.forms.stationery import TemplateDecisionForm, wording_form
from admin.messages_stationery import TEXTS
from app.core import clock
from app.core.errors import DomainError
from app.security import current_staff, staff_actor
from mailings.case_letters import sender
from mailings.letters.samples import render_sample
from mailings.letters.texts import BUILT_IN, Texts
from mailings.rules.letter_texts import parse_texts
from mailings.services.decide_letter_template import decide_letter_template
from mailings.services.propose_letter_template import propose_letter_template
from mailings.template_queries import get_template, list_templates, wording_in_force
from models.enums import LetterKind, ProfileStatus
from models.stationery import LetterTemplate


class LetterTemplatesView(PageView):
    """What our letters say."""

    title = _l("Wording of letters")
    path = "letter-templates"
    permission = "letter:read"

    def waiting(self) -> Iterable[tuple[Any, ...]]:
        if _may_decide():
            yield LetterTemplate, LetterTemplate.status == ProfileStatus.PROPOSED

    @expose("/")
    @needs("letter:read")
    def index(self) -> ResponseReturnValue:
        """Every letter with the version in force, and every version there was."""
        return self.render(
            "admin/stationery/templates.html",
            letters=[(kind, wording_in_force(kind)) for kind in LetterKind],
            rows=list_templates(),
        )

    @expose("/<uuid:template_id>/")
    @needs("letter:read")
    def show(self, template_id: UUID) -> ResponseReturnValue:
        """A version beside the one in force."""
        return self.render("admin/stationery/template.html", form=None, **_context(get_template(template_id)))

    @expose("/<kind>/propose/", methods=["GET", "POST"])
    @needs("letter_template:propose")
    def propose(self, kind: str) -> ResponseReturnValue:
        """Propose a wording; the form begins with what is in force. One button only looks."""
        letter = _kind(kind)
        active = wording_in_force(letter)
        form_class = wording_form(letter)
        form = form_class(data=dict(active.texts)) if request.method == "GET" else form_class()
        page: dict[str, Any] = {"kind": letter, "active": active, "names": list(BUILT_IN[letter])}
        if request.form.get("to") == "preview" and form.validate_on_submit():
            try:
                return _pdf(letter, parse_texts(letter, form.content()))
            except DomainError as error:
                tell(form, error)
                return self.render("admin/stationery/template_propose.html", form=form, **page), 422
        made: list[UUID] = []

        def act() -> str:
            made.append(
                propose_letter_template(
                    letter, form.content(), reason=form.reason.data or "", actor=staff_actor(), now=clock.now()
                )
            )
            return _("Proposed. No letter is printed in it until another person puts it in force.")

        return self.decide(
            form,
            act,
            template="admin/stationery/template_propose.html",
            back=lambda: url_for(".show", template_id=made[0]),
            **page,
        )

    @expose("/<uuid:template_id>/decide/", methods=["GET", "POST"])
    @needs("letter_template:decide")
    def decide_on(self, template_id: UUID) -> ResponseReturnValue:
        """Put a version in force, or reject it."""
        row = get_template(template_id)
        form = TemplateDecisionForm()
        activate = request.form.get("verdict") == "activate"

        def act() -> str:
            decide_letter_template(
                template_id, activate=activate, reason=form.reason.data or "", actor=staff_actor(), now=clock.now()
            )
            if activate:
                return _("In force for every letter that is printed from now on.")
            return _("Rejected. Whoever proposed it finds your reason in the audit log.")

        return self.decide(
            form,
            act,
            password=True,
            template="admin/stationery/template.html",
            back=lambda: url_for(".show", template_id=template_id),
            **_context(row),
        )

    @expose("/<uuid:template_id>/preview.pdf")
    @needs("letter:read")
    def preview(self, template_id: UUID) -> ResponseReturnValue:
        """A version with invented data."""
        row = get_template(template_id)
        return _pdf(row.kind, row.content)

    @expose("/<kind>/preview.pdf")
    @needs("letter:read")
    def preview_in_force(self, kind: str) -> ResponseReturnValue:
        """The version in force with invented data."""
        return _pdf(_kind(kind), wording_in_force(_kind(kind)).texts)


def _may_decide() -> bool:
    return may("letter_template:decide")


def _kind(text: str) -> LetterKind:
    try:
        return LetterKind(text)
    except ValueError:
        abort(404)


def _pdf(kind: LetterKind, texts: Texts) -> Response:
    response = Response(render_sample(kind, texts, sender()), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="sample-{kind.value}.pdf"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _context(row: LetterTemplate) -> dict[str, Any]:
    person = current_staff()
    active = wording_in_force(row.kind)
    return {
        "row": row,
        "active": active,
        "lines": [(TEXTS[name], active.texts[name], row.content[name]) for name in BUILT_IN[row.kind]],
        "is_own": person is not None and row.proposed_by == person.id,
    }
