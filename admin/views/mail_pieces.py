"""One envelope: where it is, what the post said, and what comes after posting."""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm

from admin.access import may, needs
from admin.base import PageView
from admin.display import item, word
from admin.forms.posting import REASONS, AgainForm, AgentForm, ArrivalForm, CorrectNumberForm, InspectForm, LossForm
from admin.messages import sentence
from admin.views.mailroom_letters import pdf_answer, piece_or_404
from admin.views.outcomes import keep_days
from app.core import clock
from app.core.db import db
from app.core.errors import DomainError, IllegalTransitionError
from app.security import staff_actor
from mailings import posting_queries, queries
from mailings.rules.posting import require_read_twice, tracking_url
from mailings.rules.resending import ResendReason, possible_reasons
from mailings.services.check_again import check_again
from mailings.services.correct_item_number import correct_item_number
from mailings.services.exchange_item_numbers import exchange_item_numbers
from mailings.services.name_agent import BEFORE_POSTING, name_agent, remove_agent
from mailings.services.print_resend_notice import BEFORE_ENCLOSING, print_resend_notice
from mailings.services.record_outcome import inspect_return, record_loss, record_notice
from mailings.services.send_letter_again import send_letter_again
from models.enums import Inspection
from models.mail_pieces import MailPiece


class MailPiecesView(PageView):
    """What waits for somebody after posting, and the page of each envelope."""

    title = _l("Envelopes after posting")
    path = "mail-pieces"
    permission = "letter:read"

    def waiting(self) -> Iterable[tuple[Any, ...]]:
        """What came back and was not looked at, and what goes back soon."""
        if may("letter:post"):
            yield MailPiece, posting_queries.to_inspect()
            yield MailPiece, posting_queries.running_out(clock.today())

    @expose("/")
    @needs("letter:read")
    def index(self) -> ResponseReturnValue:
        """What came back and was not looked at; what goes back soon. With ?search=… the one letter that has this code."""
        sought = request.args.get("search", "").replace("\x00", "").strip()[:60]
        found = posting_queries.find_piece(sought) if sought else None
        if found is not None:
            return redirect(url_for(".show", piece_id=found.id))
        back, kept = posting_queries.list_to_inspect(), posting_queries.list_running_out(clock.today())
        return self.render(
            "admin/posting/afterwards.html",
            back=back,
            kept=kept,
            most=posting_queries.MOST_LISTED,
            addressees=queries.addressees_of([*back, *kept]),
            today=clock.today(),
            sought=sought,
        )

    @expose("/<uuid:piece_id>/")
    @needs("letter:read")
    def show(self, piece_id: UUID) -> ResponseReturnValue:
        """Everything about one envelope."""
        piece = piece_or_404(piece_id)
        return self.render(
            "admin/posting/piece.html",
            piece=piece,
            addressee=queries.addressees_of([piece])[piece.id],
            events=posting_queries.list_events_of(piece_id),
            outcomes=posting_queries.list_outcomes_of(piece_id),
            token=posting_queries.find_token(piece),
            successor=posting_queries.find_successor(piece_id),
            replaced=db.session.get(MailPiece, piece.replaces_id) if piece.replaces_id else None,
            reason=REASONS[ResendReason(piece.resend_reason)] if piece.resend_reason else None,
            has_resend_notice=bool(piece.resend_reason) and piece.status in BEFORE_ENCLOSING,
            can_name_agent=piece.applicant_id is not None and piece.status in BEFORE_POSTING,
            inspections={each.value: word(each) for each in Inspection},
            tracking=tracking_url(piece.item_number, str(get_locale())) if piece.item_number else "",
        )

    @expose("/<uuid:piece_id>/arrival/", methods=["GET", "POST"])
    @needs("letter:post")
    def arrival(self, piece_id: UUID) -> ResponseReturnValue:
        """The post office left an arrival notice."""
        form = ArrivalForm(notified_on=clock.today())

        def act() -> str:
            assert form.notified_on.day is not None
            record_notice(
                piece_id,
                notified_on=form.notified_on.day,
                keep_days=keep_days(),
                actor=staff_actor(),
                now=clock.now(),
            )
            return _("The arrival notice is recorded. Holder and company are reminded before the last day.")

        return self._step(form, act, piece_id, _("Arrival notice"), _("Record the notice"))

    @expose("/<uuid:piece_id>/inspect/", methods=["GET", "POST"])
    @needs("letter:post")
    def inspect(self, piece_id: UUID) -> ResponseReturnValue:
        """Two people look at what came back."""
        form = InspectForm()

        def act() -> str:
            inspect_return(
                piece_id,
                inspection=Inspection(form.inspection.data),
                witness=form.witness.data or "",
                actor=staff_actor(),
                now=clock.now(),
            )
            return _("The inspection is recorded. The eToken is decided on at its own page.")

        return self._step(form, act, piece_id, _("Inspect the envelope"), _("Record the inspection"))

    @expose("/<uuid:piece_id>/lost/", methods=["GET", "POST"])
    @needs("letter:post")
    def lost(self, piece_id: UUID) -> ResponseReturnValue:
        """Lost on its way, or by the holder after delivery."""
        form = LossForm()

        def act() -> str:
            record_loss(piece_id, circumstances=form.circumstances.data or "", actor=staff_actor(), now=clock.now())
            return _("The loss is recorded. The PIN in the letter is void.")

        return self._step(form, act, piece_id, _("Letter lost"), _("Record the loss"))

    @expose("/<uuid:piece_id>/again/", methods=["GET", "POST"])
    @needs("letter:post")
    def again(self, piece_id: UUID) -> ResponseReturnValue:
        """Another letter in its place."""
        piece, form = piece_or_404(piece_id), AgainForm()
        try:
            fitting = possible_reasons(piece.status, piece.delivered_on)
        except IllegalTransitionError as error:
            flash(sentence(error), "error")
            return redirect(url_for(".show", piece_id=piece_id))
        form.reason.choices = [(reason.value, REASONS[reason]) for reason in fitting]

        def act() -> str:
            send_letter_again(piece_id, reason=ResendReason(form.reason.data), actor=staff_actor(), now=clock.now())
            return _("Another letter is prepared. It gets a new PIN when it is printed.")

        return self._step(form, act, piece_id, _("Send another letter"), _("Prepare the letter"))

    @expose("/<uuid:piece_id>/resend-notice/", methods=["POST"])
    @needs("letter:print")
    def resend_notice(self, piece_id: UUID) -> ResponseReturnValue:
        """What lies beside a letter that is sent again; it holds no PIN, and can be printed once more."""
        piece = piece_or_404(piece_id)
        if FlaskForm().validate_on_submit():
            try:
                return pdf_answer(
                    print_resend_notice(piece_id, actor=staff_actor(), now=clock.now()), f"R-{piece.number}.pdf"
                )
            except DomainError as error:
                db.session.rollback()
                flash(sentence(error), "error")
        return redirect(url_for(".show", piece_id=piece_id))

    @expose("/<uuid:piece_id>/check-again/", methods=["POST"])
    @needs("letter:print")
    def check_again(self, piece_id: UUID) -> ResponseReturnValue:
        """Whether a letter that could not be printed can be printed now."""
        if FlaskForm().validate_on_submit():
            try:
                check_again(piece_id, actor=staff_actor(), now=clock.now())
                flash(_("It can be printed now."), "success")
            except DomainError as error:
                db.session.rollback()
                flash(sentence(error), "error")
        return redirect(url_for(".show", piece_id=piece_id))

    @expose("/<uuid:piece_id>/item-number/", methods=["GET", "POST"])
    @needs("letter:post")
    def correct_number(self, piece_id: UUID) -> ResponseReturnValue:
        """The number was typed wrongly when the letter was posted, or two labels were mixed up."""
        form = CorrectNumberForm()
        other = posting_queries.find_other_piece(form.item_number.data or "", piece_id)
        if other is None:
            del form.exchange  # asked only when another letter has the number
        else:
            name = queries.addressees_of([other])[other.id].name
            form.exchange.description = _(
                "Letter %(letter)s to %(name)s has this number. It gets the number of this letter.",
                letter=other.number,
                name=name,
            )

        def act() -> str:
            number = form.item_number.data or ""
            require_read_twice(number, form.item_number_again.data or "", is_scanned=False)
            is_exchange = bool(form.exchange and form.exchange.data)
            found = (exchange_item_numbers if is_exchange else correct_item_number)(
                piece_id,
                item_number=number,
                witness=form.witness.data or "",
                reason=form.reason.data or "",
                keep_days=keep_days(),
                actor=staff_actor(),
                now=clock.now(),
            )
            if is_exchange:
                return _("This letter and %(letter)s have exchanged their numbers.", letter=found)
            return _("The number is %(number)s from now on.", number=item(found))

        return self._step(form, act, piece_id, _("Correct the item number"), _("Correct"))

    @expose("/<uuid:piece_id>/agent/", methods=["GET", "POST"])
    @needs("letter:post")
    def agent(self, piece_id: UUID) -> ResponseReturnValue:
        """Who may receive it instead of the holder."""
        piece = piece_or_404(piece_id)
        form = AgentForm(obj=piece) if piece.agent_name else AgentForm(agent_papers_on=clock.today())

        def act() -> str:
            assert form.agent_papers_on.day is not None
            name_agent(
                piece_id,
                name=form.agent_name.data or "",
                address=form.agent_address.data or "",
                papers_on=form.agent_papers_on.day,
                actor=staff_actor(),
                now=clock.now(),
            )
            return _("The agent is recorded: write name and address on the envelope. It is charged when it is posted.")

        return self._step(form, act, piece_id, _("Agent who receives the letter"), _("Record the agent"))

    @expose("/<uuid:piece_id>/agent/remove/", methods=["POST"])
    @needs("letter:post")
    def no_agent(self, piece_id: UUID) -> ResponseReturnValue:
        """The holder receives it after all."""
        if FlaskForm().validate_on_submit():
            try:
                remove_agent(piece_id, actor=staff_actor(), now=clock.now())
                flash(_("The agent is removed."), "success")
            except DomainError as error:
                flash(sentence(error), "error")
        return redirect(url_for(".show", piece_id=piece_id))

    def _step(
        self, form: FlaskForm, act: Callable[[], str], piece_id: UUID, heading: str, button: str
    ) -> ResponseReturnValue:
        piece = piece_or_404(piece_id)
        to = queries.addressees_of([piece])[piece.id]
        facts: list[tuple[str, Any]] = [
            (_("Letter"), piece.number),
            (_("Recipient"), to.name),
            (_("Company"), to.company),
            (_("Item number"), item(piece.item_number)),
            (_("State"), piece.status),
        ]
        there = url_for(".show", piece_id=piece_id)
        return self.decide(
            form,
            act,
            template="admin/posting/step.html",
            back=lambda: there,
            heading=heading,
            button=button,
            trail=[(_("Mailroom"), url_for("mailroom.index")), (piece.number, there)],
            hint="",
            facts=facts,
        )
