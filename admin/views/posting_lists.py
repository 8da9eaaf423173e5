"""差出票: made from what was posted, printed, exported, and the stamped receipt that comes back."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from flask import Response, abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage

from admin.access import needs
from admin.base import PageView
from admin.forms.posting import ListForm, ReceiptForm
from app.core import clock
from app.core.csv_file import csv_bytes
from app.core.errors import NotFoundError
from app.security import staff_actor
from mailings import posting_queries, queries
from mailings.case_letters import sender
from mailings.letters import posting_list
from mailings.posting_queries import Listed
from mailings.rules.item_numbers import parse_item_number
from mailings.services.make_posting_list import make_posting_list
from mailings.services.take_receipt import take_receipt
from models.mail_pieces import MailPiece
from models.posting import PostingList

COLUMNS = (
    "差出票", "差出日", "番号", "手紙番号", "お届け先のお名前", "ご住所", "お問い合わせ番号", "重量(g)", "形状", "料金(円)",
    "摘要", "訂正後の番号",
)  # fmt: skip
MOST_DAYS = 31  # each by itself


class PostingListsView(PageView):
    """Posting lists."""

    title = _l("Posting lists")
    path = "posting-lists"
    permission = "letter:read"

    @expose("/")
    @needs("letter:read")
    def index(self) -> ResponseReturnValue:
        """The lists, and the days that have none yet; what is older than a month of them stands together."""
        days = posting_queries.list_unlisted_days()
        return self.render(
            "admin/posting/lists.html",
            lists=posting_queries.list_posting_lists(),
            days=days[:MOST_DAYS],
            earlier=days[MOST_DAYS:],
        )

    @expose("/make/", methods=["GET", "POST"])
    @needs("letter:post")
    def make(self) -> ResponseReturnValue:
        """A list of what was posted on a day."""
        days = posting_queries.list_unlisted_days()
        form = ListForm(day=_day_asked_for() or (days[0][0] if days else clock.today()))
        made: list[UUID] = []

        def act() -> str:
            assert form.day.day is not None
            made.append(
                make_posting_list(
                    form.day.day, post_office=form.post_office.data or "", actor=staff_actor(), now=clock.now()
                )
            )
            return _("The list is made. Print it twice: one copy comes back with the stamp.")

        return self.decide(
            form,
            act,
            template="admin/posting/step.html",
            back=lambda: url_for(".show", list_id=made[0]),
            heading=_("Make a posting list"),
            button=_("Make the list"),
            trail=[(_("Posting lists"), url_for(".index"))],
            hint="",
        )

    @expose("/<uuid:list_id>/")
    @needs("letter:read")
    def show(self, list_id: UUID) -> ResponseReturnValue:
        """One list."""
        row = _list_or_404(list_id)
        pieces, listed = pieces_as_listed(row)
        return self.render(
            "admin/posting/list.html", row=row, pieces=pieces, listed=listed, addressees=queries.addressees_of(pieces)
        )

    @expose("/<uuid:list_id>/list.pdf")
    @needs("letter:post")
    def pdf(self, list_id: UUID) -> ResponseReturnValue:
        """As it is handed in."""
        row = _list_or_404(list_id)
        data = posting_list.render(rows_of(*pieces_as_listed(row)), sender(), row.posted_on, row.number)
        return _file(data, "application/pdf", f'inline; filename="{row.number}.pdf"')

    @expose("/<uuid:list_id>/list.csv")
    @needs("letter:post")
    def csv(self, list_id: UUID) -> ResponseReturnValue:
        """For a spreadsheet."""
        row = _list_or_404(list_id)
        pieces, listed = pieces_as_listed(row)
        addressees = queries.addressees_of(pieces)
        lines: list[tuple[Any, ...]] = [COLUMNS]
        for place, (piece, item) in enumerate(zip(pieces, rows_of(pieces, listed), strict=True), start=1):
            remark = posting_list.KINDS[item.group][1]
            number, to = parse_item_number(item.item_number).formatted, addressees[piece.id]
            head = (row.number, row.posted_on.isoformat(), place, piece.number, to.name, to.address, number)
            now = parse_item_number(item.corrected_to).formatted if item.corrected_to else ""
            lines.append((*head, piece.weight_grams, piece.shape, piece.postage_yen, remark, now))
        return _file(csv_bytes(lines), "text/csv; charset=utf-8", f'attachment; filename="{row.number}.csv"')

    @expose("/<uuid:list_id>/receipt/", methods=["GET", "POST"])
    @needs("letter:post")
    def receipt(self, list_id: UUID) -> ResponseReturnValue:
        """The stamped copy came back."""
        row, form = _list_or_404(list_id), ReceiptForm()
        if request.method == "GET":
            form.stamped_on.process_data(row.stamped_on or row.posted_on)

        def act() -> str:
            assert form.stamped_on.day is not None
            sent = form.file.data
            data = sent.read() if isinstance(sent, FileStorage) and sent.filename else None
            take_receipt(list_id, stamped_on=form.stamped_on.day, data=data, actor=staff_actor(), now=clock.now())
            return _("The receipt is on record.")

        return self.decide(
            form,
            act,
            template="admin/posting/step.html",
            back=lambda: url_for(".show", list_id=list_id),
            heading=_("Stamped receipt"),
            button=_("Keep the receipt"),
            trail=[(_("Posting lists"), url_for(".index")), (row.number, url_for(".show", list_id=list_id))],
            hint="",
        )


def pieces_as_listed(row: PostingList) -> tuple[list[MailPiece], dict[UUID, Listed]]:
    """The pieces of a list with the numbers under which they were handed in, in the order of those."""
    pieces = posting_queries.list_pieces_of(row.id)
    listed = posting_queries.numbers_as_listed(row, pieces)
    return sorted(pieces, key=lambda piece: listed[piece.id].item_number), listed


def rows_of(pieces: list[MailPiece], listed: Mapping[UUID, Listed] | None = None) -> list[posting_list.PostingRow]:
    """Posted pieces as rows of the printed list; without `listed`, under the numbers that they have now."""
    addressees = queries.addressees_of(pieces)
    numbers = listed or {piece.id: Listed(piece.item_number or "") for piece in pieces}
    return [
        posting_list.PostingRow(
            addressees[piece.id].name,
            addressees[piece.id].address,
            numbers[piece.id].item_number,
            piece.posting,
            piece.postage_yen,
            piece.restricted_kind,
            numbers[piece.id].corrected_to,
        )
        for piece in pieces
    ]


def _day_asked_for() -> date | None:
    """The day of the link that led here."""
    try:
        return date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return None


def _list_or_404(list_id: UUID) -> PostingList:
    try:
        return posting_queries.get_posting_list(list_id)
    except NotFoundError:
        abort(404)


def _file(data: bytes, media_type: str, disposition: str) -> Response:
    response = Response(data, content_type=media_type)
    response.headers["Cache-Control"] = "no-store, private"
    response.headers["Content-Disposition"] = disposition
    return response
