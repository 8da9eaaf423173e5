"""Everything that is enclosed, one row each: number, weight, shape; saved together, each row for itself."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from flask import current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin.access import needs
from admin.base import PageView
from admin.forms.posting import KIND_CHOICES, SHAPE_CHOICES, PostManyForm
from admin.messages import sentence
from app.core import clock
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import DomainError
from app.security import staff_actor
from mailings import queries
from mailings.band_queries import next_numbers
from mailings.rules.item_numbers import parse_item_number
from mailings.rules.postage import PostageError, fee_table, postage
from mailings.rules.posting import SERVICES, SHAPES, require_read_twice
from mailings.services.post_letter import Parcel, post_letter
from models.enums import MailPieceStatus, PostagePayment, Posting, RestrictedKind
from models.mail_pieces import MailPiece

MOST = 100  # rows of the page
MOST_SENT = 2 * MOST  # rows that are looked at: those of the page, and those that were kept for their errors
TYPED = ("number", "again", "scanned", "offered", "grams", "shape", "kind")


@dataclass
class Row:
    """One envelope of the page: what was typed, what is offered, what is wrong with it and at which field."""

    piece: MailPiece
    offered: str = ""
    typed: dict[str, str] = field(default_factory=dict)
    error: str = ""
    wrong: str = ""


@dataclass
class Sent:
    """What became of the rows that were sent."""

    done: list[tuple[str, str]] = field(default_factory=list)  # letter, item number as printed
    errors: dict[UUID, tuple[str, str]] = field(default_factory=dict)  # sentence, name of the field
    gone: list[str] = field(default_factory=list)  # sentences about letters that are enclosed no more


class PostingView(PageView):
    """The posting page."""

    title = _l("Post envelopes")
    path = "posting"
    permission = "letter:post"

    def waiting(self) -> Iterable[tuple[Any, ...]]:
        """What is enclosed."""
        yield MailPiece, MailPiece.status == MailPieceStatus.ENCLOSED

    @expose("/", methods=["GET", "POST"])
    @needs("letter:post")
    def index(self) -> ResponseReturnValue:
        """GET lists what is enclosed; POST posts the rows with a weight, and keeps those that could not be."""
        form, sent = PostManyForm(posted_on=clock.today()), Sent()
        if request.method == "POST" and form.validate_on_submit():
            assert form.posted_on.day is not None
            sent = _post_all(form.posted_on.day, PostagePayment(form.payment.data), staff_actor())
            for number, item in sent.done:
                flash(
                    _("%(letter)s was posted: %(number)s", letter=number, number=item or _("ordinary mail")), "success"
                )
            for each in sent.gone:
                flash(each, "error")
            if (sent.done or sent.gone) and not sent.errors:
                return redirect(url_for(".index"))
            if not sent.errors:
                form.form_errors.append(_("Type the weight of at least one envelope."))
        rows = _rows(sent.errors)
        page = self.render(
            "admin/posting/index.html",
            form=form,
            rows=rows,
            addressees=queries.addressees_of([row.piece for row in rows]),
            shapes=SHAPE_CHOICES,
            kinds=KIND_CHOICES,
            fees=fees_on(clock.today()),
            is_more=len(rows) >= MOST,
            most=MOST,
            cut_off=current_app.extensions["settings"].posting_cut_off,
            refused=_("Rows that were not saved: %(count)s.", count=len(sent.errors)) if sent.errors else "",
        )
        return page, 422 if sent.errors or form.errors or form.form_errors else 200


def fees_on(day: date) -> dict[str, dict[str, list[tuple[int, int]]]]:
    """For each kind of item and shape: up to how many grams, how many yen. The page adds nothing up by itself."""
    table = fee_table(day)
    found: dict[str, dict[str, list[tuple[int, int]]]] = {}
    for kind, services in SERVICES.items():
        found[kind.value] = {
            shape: [(grams, postage(shape, grams, services, day)) for grams, _yen in table.base[shape]]
            for shape in SHAPES
            if shape in table.base
        }
    return found


def parcel_of(grams: str, shape: str, kind: str, payment: PostagePayment) -> Parcel:
    """What was typed about an envelope. Raises PostageError(postage-weight) if the weight is no whole number."""
    if not grams.strip().isdecimal():
        raise PostageError("postage-weight", field="grams", grams=grams)
    wanted = RestrictedKind(kind) if kind in set(RestrictedKind) else None
    return Parcel(shape, int(grams), payment, wanted)


def _rows(errors: dict[UUID, tuple[str, str]]) -> list[Row]:
    """The oldest envelopes, and every other one with an error: what was typed for it stays."""
    pieces = queries.list_pieces(MailPieceStatus.ENCLOSED, MOST)
    known = {piece.id for piece in pieces}
    pieces += [piece for key in errors if key not in known and (piece := db.session.get(MailPiece, key)) is not None]
    offered: dict[Posting, list[str]] = {}
    for kind in {piece.posting for piece in pieces} - {Posting.ORDINARY}:
        offered[kind] = next_numbers(kind, sum(piece.posting is kind for piece in pieces))
    rows = []
    for piece in pieces:
        numbers = offered.get(piece.posting, [])
        number = parse_item_number(numbers.pop(0)).formatted if numbers else ""
        rows.append(Row(piece, number, _typed(piece.id), *errors.get(piece.id, ("", ""))))
    return rows


def _typed(piece_id: UUID) -> dict[str, str]:
    if not request.form:
        return {}
    return {name: request.form.get(f"{name}-{piece_id}", "").replace("\x00", "").strip() for name in TYPED}


def _wanted() -> list[UUID]:
    """The rows that were sent with a weight or a number, in their order, whatever became of their letters since."""
    found = []
    for name in request.form:
        field_name, _dash, key = name.partition("-")
        with suppress(ValueError):
            if field_name == "grams" and any(_typed(UUID(key))[each] for each in ("grams", "number")):
                found.append(UUID(key))
    return found[:MOST_SENT]


def _post_all(day: date, payment: PostagePayment, actor: Actor) -> Sent:
    """Post each wanted row in a transaction of its own: what is right is done, whatever stands beside it."""
    sent = Sent()
    for piece_id in _wanted():
        typed, piece = _typed(piece_id), db.session.get(MailPiece, piece_id)
        if piece is None:
            continue
        number, is_ordinary = piece.number, piece.posting is Posting.ORDINARY
        try:
            if typed["number"] and not is_ordinary:
                require_read_twice(typed["number"], typed["again"], is_scanned=typed["scanned"] == "1")
            digits = post_letter(
                piece_id,
                item_number=typed["number"] or None,
                posted_on=day,
                actor=actor,
                now=clock.now(),
                parcel=parcel_of(typed["grams"], typed["shape"], typed["kind"], payment),
                offered=typed["offered"],
            )
            sent.done.append((number, parse_item_number(digits).formatted if digits else ""))
        except DomainError as error:
            db.session.rollback()
            _note(sent, piece_id, error)
    return sent


def _note(sent: Sent, piece_id: UUID, error: DomainError) -> None:
    """Why a row was not saved: at the row, or above the page if its letter is enclosed no more and has no row."""
    piece = db.session.get_one(MailPiece, piece_id, populate_existing=True)
    if piece.status is MailPieceStatus.ENCLOSED:
        sent.errors[piece_id] = sentence(error), error.field or ""
    elif piece.item_number is None:
        sent.gone.append(f"{piece.number}: {sentence(error)}")
    else:
        sent.gone.append(
            _(
                "%(letter)s was posted before, under the number %(number)s. Compare it with the label on the envelope.",
                letter=piece.number,
                number=parse_item_number(piece.item_number).formatted,
            )
        )
