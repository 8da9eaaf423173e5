"""Everything that is enclosed, one row each: number, weight, shape; saved together, each row for itself."""

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
TYPED = ("number", "again", "scanned", "grams", "shape", "kind")


@dataclass
class Row:
    """One envelope of the page: what was typed, what is offered, what is wrong with it."""

    piece: MailPiece
    offered: str = ""
    typed: dict[str, str] = field(default_factory=dict)
    error: str = ""

    @property
    def is_wanted(self) -> bool:
        """Whether somebody typed something that says that it goes out."""
        return bool(self.typed.get("grams") or self.typed.get("number"))


class PostingView(PageView):
    """The posting page."""

    title = _l("Post envelopes")
    path = "posting"
    permission = "letter:post"

    @expose("/", methods=["GET", "POST"])
    @needs("letter:post")
    def index(self) -> ResponseReturnValue:
        """GET lists what is enclosed; POST posts the rows with a weight, and keeps those that could not be."""
        form = PostManyForm(posted_on=clock.today())
        done: list[tuple[str, str]] = []
        errors: dict[UUID, str] = {}
        if request.method == "POST" and form.validate_on_submit():
            assert form.posted_on.day is not None
            done, errors = _post_all(form.posted_on.day, PostagePayment(form.payment.data), staff_actor())
            if not done and not errors:
                form.form_errors.append(_("Type the weight of at least one envelope."))
            for number, item in done:
                flash(
                    _("%(letter)s was posted: %(number)s", letter=number, number=item or _("ordinary mail")), "success"
                )
            if done and not errors:
                return redirect(url_for(".index"))
        rows = _rows(errors)
        page = self.render(
            "admin/posting/index.html",
            form=form,
            rows=rows,
            addressees=queries.addressees_of([row.piece for row in rows]),
            shapes=SHAPE_CHOICES,
            kinds=KIND_CHOICES,
            fees=fees_on(clock.today()),
            is_more=len(rows) == MOST,
            most=MOST,
            cut_off=current_app.extensions["settings"].posting_cut_off,
            refused=_("Rows that were not saved: %(count)s.", count=len(errors)) if errors else "",
        )
        return page, 422 if errors or form.errors or form.form_errors else 200


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


def _rows(errors: dict[UUID, str]) -> list[Row]:
    pieces = queries.list_pieces(MailPieceStatus.ENCLOSED, MOST)
    offered: dict[Posting, list[str]] = {}
    for kind in {piece.posting for piece in pieces} - {Posting.ORDINARY}:
        offered[kind] = next_numbers(kind, sum(piece.posting is kind for piece in pieces))
    rows = []
    for piece in pieces:
        numbers = offered.get(piece.posting, [])
        number = parse_item_number(numbers.pop(0)).formatted if numbers else ""
        rows.append(Row(piece, number, _typed(piece.id), errors.get(piece.id, "")))
    return rows


def _typed(piece_id: UUID) -> dict[str, str]:
    if not request.form:
        return {}
    return {name: request.form.get(f"{name}-{piece_id}", "").strip() for name in TYPED}


def _post_all(day: date, payment: PostagePayment, actor: Actor) -> tuple[list[tuple[str, str]], dict[UUID, str]]:
    """Post each wanted row in a transaction of its own: what is right is done, whatever stands beside it."""
    wanted = [Row(piece, typed=_typed(piece.id)) for piece in queries.list_pieces(MailPieceStatus.ENCLOSED, MOST)]
    todo: list[tuple[UUID, str, bool, dict[str, Any]]] = [
        (row.piece.id, row.piece.number, row.piece.posting is Posting.ORDINARY, row.typed)
        for row in wanted
        if row.is_wanted
    ]
    db.session.rollback()
    done: list[tuple[str, str]] = []
    errors: dict[UUID, str] = {}
    for piece_id, number, is_ordinary, typed in todo:
        try:
            if typed["number"] and not is_ordinary:
                require_read_twice(typed["number"], typed["again"], is_scanned=typed["scanned"] == "1")
            parcel = parcel_of(typed["grams"], typed["shape"], typed["kind"], payment)
            digits = post_letter(
                piece_id,
                item_number=typed["number"] or None,
                posted_on=day,
                actor=actor,
                now=clock.now(),
                parcel=parcel,
            )
            done.append((number, parse_item_number(digits).formatted if digits else ""))
        except DomainError as error:
            db.session.rollback()
            errors[piece_id] = sentence(error)
    return done, errors
