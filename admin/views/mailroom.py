"""The mailroom: print, enclose, post, and what became of it."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from flask import Response, abort, current_app, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin.access import may, needs
from admin.base import PageView, already_counted
from admin.forms.mailings import EncloseForm
from admin.forms.posting import PostForm
from admin.listing import read_listing
from admin.views.mailroom_letters import CompanyLetters, piece_or_404
from admin.views.mailroom_outcomes import PieceOutcomes
from admin.views.mailroom_printing import PinLetters
from admin.views.posting import fees_on, parcel_of
from admin.views.posting_lists import rows_of
from app.core import clock
from app.security import staff_actor
from mailings import posting_queries, queries
from mailings.band_queries import left_of_kinds, next_numbers
from mailings.case_letters import sender
from mailings.letters import posting_list
from mailings.rules.item_numbers import parse_item_number
from mailings.rules.posting import require_read_twice
from mailings.services.enclose import enclose
from mailings.services.post_letter import post_letter
from models.enums import MailPieceStatus, PostagePayment, Posting
from models.mail_pieces import MailPiece

COLUMNS: tuple[tuple[str, Any], ...] = (
    (MailPieceStatus.PREPARED.value, _l("To print")),
    (MailPieceStatus.PRINTED.value, _l("To enclose")),
    (MailPieceStatus.ENCLOSED.value, _l("To post")),
    (MailPieceStatus.POSTED.value, _l("On the way")),
    (MailPieceStatus.DELIVERED.value, _l("Delivered")),
    (MailPieceStatus.RETURNED.value, _l("Returned")),
    (MailPieceStatus.LOST.value, _l("Lost")),
    (MailPieceStatus.STOPPED.value, _l("Stopped")),
    (queries.BLOCKED, _l("Cannot be printed")),
    (queries.ORDINARY, _l("Sent as ordinary mail")),
)
# What an empty list says: why, where the work goes on (an endpoint and what it takes), and the words of that button.
EMPTY: dict[str, tuple[Any, str, str, Any]] = {
    MailPieceStatus.PREPARED.value: (
        _l("No letter waits to be printed. Letters come here by themselves when a case is decided."), "", "", ""
    ),
    MailPieceStatus.PRINTED.value: (
        _l("No sheet waits for its envelope."), "mailroom.print_run", "letter:print", _l("Print letters…")
    ),
    MailPieceStatus.ENCLOSED.value: (_l("Nothing is enclosed."), "mailroom.enclose", "letter:enclose", _l("Enclose")),
    MailPieceStatus.POSTED.value: (_l("Nothing is on its way."), "posting.index", "letter:post", _l("Post envelopes")),
    queries.BLOCKED: (_l("Every letter can be printed."), "", "", ""),
}  # fmt: skip


# Nothing is left to do: the newest comes first. Of everything else the oldest.
FINISHED = {
    MailPieceStatus.DELIVERED.value,
    MailPieceStatus.LOST.value,
    MailPieceStatus.STOPPED.value,
    queries.ORDINARY,
}


class MailroomView(PinLetters, CompanyLetters, PieceOutcomes, PageView):
    """What must leave, what is on the way, what came back."""

    title = _l("Mailroom")
    path = "mailroom"
    permission = "letter:read"

    def waiting(self) -> Iterable[tuple[Any, ...]]:
        """What is to be printed: the list that opens first."""
        if may("letter:print"):
            yield MailPiece, queries.tab_of(COLUMNS[0][0])

    @expose("/")
    @needs("letter:read")
    def index(self) -> ResponseReturnValue:
        chosen = next((key for key, _title in COLUMNS if key == request.args.get("tab")), COLUMNS[0][0])
        listing = read_listing(
            MailPiece,
            order="sequence",
            descending=chosen in FINISHED,
            criteria=[queries.tab_of(chosen)],
            after=request.args.get("after"),
            before=request.args.get("before"),
        )
        pieces = listing.rows
        today = posting_queries.count_today(clock.today()) if may("letter:post") else None
        if today is not None:
            already_counted(
                {
                    "posting": today.to_post,
                    "outcomes": today.unmatched,
                    "mail-pieces": today.to_inspect + today.running_out,
                    "print-runs": today.open_runs,
                }
            )
        return self.render(
            "admin/mailings/index.html",
            columns=COLUMNS,
            today=today,
            cap=posting_queries.CAP,
            few=[left for left in left_of_kinds() if left.is_few],
            cut_off=cut_off_today(),
            chosen=chosen,
            listing=listing,
            empty=EMPTY.get(chosen),
            pieces=pieces,
            replaced=posting_queries.list_replaced(pieces),
            addressees=queries.addressees_of(pieces),
            enclosures=queries.enclosures_of(pieces),
            tokens=queries.tokens_of(pieces),
        )

    @expose("/enclose/", methods=["GET", "POST"])
    @needs("letter:enclose")
    def enclose(self) -> ResponseReturnValue:
        form = EncloseForm()

        def act() -> str:
            enclose(
                form.letter_code.data or "",
                form.token_serial.data or "",
                notice_code=form.notice_code.data or "",
                actor=staff_actor(),
                now=clock.now(),
            )
            return _("The pair is right: close the envelope. Next letter.")

        waiting = queries.list_pieces(MailPieceStatus.PRINTED, with_pin=True)
        return self.decide(
            form,
            act,
            template="admin/mailings/enclose.html",
            back=lambda: url_for(".enclose"),
            waiting=waiting,
            addressees=queries.addressees_of(waiting),
            tokens=queries.tokens_of(waiting),
        )

    @expose("/<uuid:piece_id>/post/", methods=["GET", "POST"])
    @needs("letter:post")
    def post(self, piece_id: UUID) -> ResponseReturnValue:
        form = PostForm(posted_on=clock.today())
        piece = piece_or_404(piece_id)
        if is_ordinary := piece.posting is Posting.ORDINARY:
            del form.item_number, form.item_number_again, form.scanned, form.offered
        if piece.posting is not Posting.RESTRICTED:
            del form.restricted_kind

        def act() -> str:
            assert form.posted_on.day is not None
            number = "" if is_ordinary else (form.item_number.data or "").strip()
            if number:
                require_read_twice(number, form.item_number_again.data or "", is_scanned=form.scanned.data == "1")
            kind = form.restricted_kind.data if form.restricted_kind else ""
            payment = PostagePayment(form.payment.data)
            digits = post_letter(
                piece_id,
                item_number=number or None,
                posted_on=form.posted_on.day,
                actor=staff_actor(),
                now=clock.now(),
                parcel=parcel_of(str(form.grams.data), form.shape.data, kind, payment),
                offered="" if is_ordinary else form.offered.data or "",
            )
            if digits is None:
                return _("Posted.")
            return _("Posted under the number %(number)s.", number=parse_item_number(digits).formatted)

        return self.decide(
            form,
            act,
            template="admin/posting/one.html",
            back=lambda: url_for(".index", tab=MailPieceStatus.ENCLOSED.value),
            piece=piece,
            addressee=queries.addressees_of([piece])[piece.id],
            heading=_("Posting"),
            button=_("Posted"),
            fees=fees_on(clock.today()),
            offered=lambda: "" if is_ordinary else _offer(piece.posting),
        )

    @expose("/posting-list.pdf")
    @needs("letter:post")
    def posting_list(self) -> ResponseReturnValue:
        """差出票 of a day (?day=2026-11-24; today without), for the counter of the post office."""
        try:
            day = date.fromisoformat(request.args.get("day", clock.today().isoformat()))
        except ValueError:
            abort(404)
        rows = rows_of(queries.list_posted_on(day))
        response = Response(posting_list.render(rows, sender(), day), mimetype="application/pdf")
        response.headers["Cache-Control"] = "no-store, private"
        response.headers["Content-Disposition"] = f'inline; filename="posting-list-{day.isoformat()}.pdf"'
        return response


def _offer(posting: Posting) -> str:
    """The number that is free next, as printed; asked when the page is drawn, after what it was sent for."""
    numbers = next_numbers(posting, 1)
    return parse_item_number(numbers[0]).formatted if numbers else ""


def cut_off_today() -> tuple[str, bool]:
    """Until when the counter takes envelopes, and whether that is over today."""
    until: str = current_app.extensions["settings"].posting_cut_off
    return until, clock.to_tokyo(clock.now()).strftime("%H:%M") > until
