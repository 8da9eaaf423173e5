"""What the post says about items: pasted or imported, and what matches nothing."""

import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable
from contextlib import suppress
from typing import Any
from uuid import UUID

from flask import abort, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage

from admin.access import needs
from admin.base import PageView, tell
from admin.forms.posting import OutcomesForm, SettleForm
from admin.messages_posting import UNREAD, WAITING
from app.core import clock
from app.core.db import db
from app.core.errors import DomainError, NotFoundError
from app.security import staff_actor
from mailings import posting_queries
from mailings.rules.item_numbers import parse_item_number
from mailings.rules.outcomes import UnreadLine, read_outcomes
from mailings.rules.posting import tracking_url
from mailings.services.settle_outcome import settle_outcome
from mailings.services.take_outcomes import take_outcomes
from models.enums import OutcomeSource
from models.mail_pieces import MailPiece
from models.posting import DeliveryOutcome

NO_TEXT = re.compile("[\x00-\x08\x0e-\x1f\x7f\uf8f0-\uf8f3]")  # the last four: what Windows makes of A0 and FD to FF
MOST_BYTES = 5 * 1024 * 1024


def keep_days() -> int:
    """How long 本人限定受取 lies at the post office."""
    days: int = current_app.extensions["settings"].restricted_keep_days
    return days


class OutcomesView(PageView):
    """Outcomes from the post."""

    title = _l("Delivery results")
    path = "outcomes"
    permission = "letter:post"

    def waiting(self) -> Iterable[tuple[Any, ...]]:
        """Results that nobody settled."""
        yield DeliveryOutcome, DeliveryOutcome.settled_at.is_(None)

    @expose("/", methods=["GET", "POST"])
    @needs("letter:post")
    def index(self) -> ResponseReturnValue:
        """GET shows the form and what waits; POST takes the lines in. What cannot be read stays in the field."""
        form, unread = OutcomesForm(), list[UnreadLine]()
        if request.method == "POST" and form.validate_on_submit():
            try:
                unread = _take(form)
            except DomainError as error:
                db.session.rollback()
                tell(form, error)
            else:
                if not unread:
                    return redirect(url_for(".index"))
                form.lines.data = "\n".join(each.line for each in unread)
        waiting = posting_queries.list_unsettled()
        page = self.render(
            "admin/posting/outcomes.html",
            form=form,
            unread=unread,
            why_unread=UNREAD,
            waiting=waiting,
            most=posting_queries.MOST_LISTED,
            why=WAITING,
            letters=posting_queries.numbers_of(waiting),
            formatted=formatted,
        )
        return page, 422 if unread or form.errors or form.form_errors else 200

    @expose("/<uuid:outcome_id>/", methods=["GET", "POST"])
    @needs("letter:post")
    def settle(self, outcome_id: UUID) -> ResponseReturnValue:
        """Which letter it is about, or why nothing further is to be done."""
        row, form = _outcome_or_404(outcome_id), SettleForm()
        if request.method == "GET" and row.mail_piece_id:
            form.letter.data = db.session.get_one(MailPiece, row.mail_piece_id).number

        def act() -> str:
            settle_outcome(
                outcome_id,
                letter=form.letter.data or "",
                note=form.note.data or "",
                keep_days=keep_days(),
                actor=staff_actor(),
                now=clock.now(),
            )
            return _("The result is settled.")

        facts: list[tuple[str, Any]] = [
            (_("Item number"), formatted(row.item_number)),
            (_("Result"), row.status),
            (_("Day"), row.on),
            (_("Post office"), row.office),
            (_("Line"), row.line),
            (_("Why it waits"), WAITING.get(row.note, WAITING[""])),
        ]
        return self.decide(
            form,
            act,
            template="admin/posting/step.html",
            back=lambda: url_for(".index"),
            heading=_("Settle a result"),
            button=_("Settle"),
            trail=[(_("Delivery results"), url_for(".index"))],
            hint="",
            facts=facts,
            tracking=tracking_url(row.item_number),
        )


def formatted(digits: str) -> str:
    """An item number as it is printed."""
    return parse_item_number(digits).formatted


def _take(form: OutcomesForm) -> list[UnreadLine]:
    """Take in what was sent, and say so. Returns the lines that could not be read."""
    text, source = _text_of(form)
    read = read_outcomes(text, clock.today())
    if not read.lines and not read.unread and not read.passed:
        raise DomainError("outcome-nothing", field="lines")
    taken = take_outcomes(read.lines, source=source, keep_days=keep_days(), actor=staff_actor(), now=clock.now())
    if read.lines or read.passed:
        flash(
            _(
                "Recorded: %(settled)s. Waiting below: %(waiting)s. Known before: %(known)s. Nothing new: %(passed)s.",
                settled=taken.settled,
                waiting=taken.waiting,
                known=taken.known,
                passed=read.passed,
            ),
            "success",
        )
    return list(read.unread)


def _text_of(form: OutcomesForm) -> tuple[str, OutcomeSource]:
    """The lines of the field, else those of the file: UTF-8, what Japanese Windows writes, or a spreadsheet's Unicode text.

    Raises:
        DomainError: outcome-file-large, outcome-file-text: nothing of it was read.
    """
    sent = form.file.data
    if (form.lines.data or "").strip() or not isinstance(sent, FileStorage) or not sent.filename:
        return form.lines.data or "", OutcomeSource.PASTED
    data = sent.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise DomainError("outcome-file-large", field="file", megabytes=MOST_BYTES // 1024**2)
    for encoding in ("utf-16",) if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else ("utf-8-sig", "cp932"):
        with suppress(UnicodeDecodeError):
            text = data.decode(encoding)
            if not NO_TEXT.search(text):  # else it is none, whatever it can be read as
                return text, OutcomeSource.FILE
    raise DomainError("outcome-file-text", field="file")


def _outcome_or_404(outcome_id: UUID) -> DeliveryOutcome:
    try:
        return posting_queries.get_outcome(outcome_id)
    except NotFoundError:
        abort(404)
