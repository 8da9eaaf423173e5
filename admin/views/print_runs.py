"""Printing runs: what the printer did, what is not sure, and whether the counts agree."""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin.access import may, needs
from admin.base import PageView
from admin.messages import sentence
from admin.messages_print_runs import REASONS
from app.core import clock
from app.core.db import db
from app.core.errors import DomainError
from app.security import staff_actor
from mailings import posting_queries
from mailings.rules.print_run import known_reasons
from mailings.run_queries import MOST_RUNS, counts_of_run, counts_of_runs, get_run, list_pieces_of_run, list_runs
from mailings.services.close_print_run import close_print_run
from mailings.services.start_print_run import resume_print_run, stop_print_run
from models.enums import MailPieceStatus
from models.mail_pieces import PrintRun


class PrintRunsView(PageView):
    """The runs of the printer, and each with its sheets."""

    title = _l("Printing runs")
    path = "print-runs"
    permission = "letter:read"

    def waiting(self) -> Iterable[tuple[Any, ...]]:
        """Runs that are not closed."""
        if may("letter:print"):
            yield PrintRun, PrintRun.status.in_(posting_queries.OPEN_RUNS)

    @expose("/")
    @needs("letter:read")
    def index(self) -> ResponseReturnValue:
        """The newest runs; with ?tab=open those alone that are not closed."""
        is_open = request.args.get("tab") == "open"
        runs = list_runs(is_open=is_open)
        counts = counts_of_runs(runs)
        return self.render(
            "admin/mailings/print_runs.html",
            runs=[(run, counts[run.id]) for run in runs],
            is_open=is_open,
            most=MOST_RUNS,
        )

    @expose("/<uuid:run_id>/")
    @needs("letter:read")
    def show(self, run_id: UUID) -> ResponseReturnValue:
        run = get_run(run_id)
        pieces = list_pieces_of_run(run_id)
        return self.render(
            "admin/mailings/print_run.html",
            run=run,
            counts=counts_of_run(run),
            pieces=pieces,
            to_shred=[piece for piece in pieces if piece.status is MailPieceStatus.SPOILED],
            why=_why(run),
        )

    @expose("/<uuid:run_id>/stop/", methods=["POST"])
    @needs("letter:print")
    def stop(self, run_id: UUID) -> ResponseReturnValue:
        return self._act(run_id, lambda: stop_print_run(run_id, reason="stopped-by-hand", actor=staff_actor()))

    @expose("/<uuid:run_id>/resume/", methods=["POST"])
    @needs("letter:print")
    def resume(self, run_id: UUID) -> ResponseReturnValue:
        return self._act(run_id, lambda: resume_print_run(run_id, actor=staff_actor()))

    @expose("/<uuid:run_id>/close/", methods=["POST"])
    @needs("letter:print")
    def close(self, run_id: UUID) -> ResponseReturnValue:
        return self._act(run_id, lambda: close_print_run(run_id, actor=staff_actor(), now=clock.now()))

    def _act(self, run_id: UUID, act: Callable[[], object]) -> ResponseReturnValue:
        try:
            act()
        except DomainError as error:
            db.session.rollback()
            flash(sentence(error), "error")
        return redirect(url_for(".show", run_id=run_id))


def _why(run: PrintRun) -> list[str]:
    """Why a run stands still, and what to do."""
    if not run.stop_reason:
        return []
    if run.stop_reason == "stopped-by-hand":
        return [_("Somebody stopped the run.")]
    reasons = run.stop_reason.split(",")
    found = [str(REASONS[reason]) for reason in known_reasons(reasons)]
    found += [
        str(REASONS[reason]) for reason in reasons if reason in {"printer-away", "printer-refused", "envelope-in-use"}
    ]
    return found or [_("The printer stopped: %(reason)s. Look at its panel, then go on.", reason=run.stop_reason)]
