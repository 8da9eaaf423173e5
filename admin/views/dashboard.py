"""The first page: what waits, for whom, and what runs out first."""

from datetime import timedelta
from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_admin import AdminIndexView, expose
from flask_babel import gettext as _
from sqlalchemy import and_, select
from sqlalchemy.orm import joinedload, selectinload

from admin import messages_review
from admin.access import may
from admin.base import Guarded
from admin.listing import capped_count, capped_counts
from admin.views import desk
from app.core import clock
from app.core.db import db
from app.security import signed_in
from issuance.queries.token_models import list_low_stock
from mailings.queries import BLOCKED, CANNOT_BE_PRINTED
from models.applications import Application
from models.certificates import Certificate
from models.enums import ApplicationStatus as A
from models.enums import CertificateStatus, TokenStatus
from models.enums import MailPieceStatus as M
from models.mail_pieces import MailPiece
from models.promises import Promise
from models.tokens import Token

OPEN = Application.closed_on.is_(None)
URGENT = 8
Card = tuple[str, int, str | None]


class DashboardView(Guarded, AdminIndexView):
    """Counts of what waits, each a link to where the work is done; the cases that run out first."""

    permission = "application:read"

    def is_accessible(self) -> bool:
        return True  # the guard in front asks for a sign-in; what is shown depends on the roles

    @expose("/")
    @signed_in
    def index(self) -> ResponseReturnValue:
        urgent = _urgent() if may("application:read") else []
        return self.render(
            "admin/dashboard.html",
            groups=_groups(),
            urgent=[(case, desk.due_of(case)) for case in urgent],
            officers=_by_officer() if may("application:assign") else [],
            staff_names=desk.people([case.claimed_by for case in urgent]),
            levels=list_low_stock() if may("token:read") else [],
            said=messages_review,
        )


def _groups() -> list[tuple[str, list[dict[str, Any]]]]:
    groups: list[tuple[str, list[Card]]] = []
    if may("application:read"):
        groups.append((_("Registration"), _desk_cards()))
    if may("letter:read"):
        pieces = _counts(MailPiece, M.PREPARED, M.PRINTED, M.ENCLOSED, M.POSTED, M.NOTIFIED)
        blocked, lists = capped_count(MailPiece, and_(*CANNOT_BE_PRINTED)), url_for("mailroom.index")
        mail: list[Card] = [
            (_("To print"), pieces[M.PREPARED], f"{lists}?tab=prepared"),
            (_("Cannot be printed"), blocked, f"{lists}?tab={BLOCKED}"),
            (_("To enclose"), pieces[M.PRINTED], f"{lists}?tab=printed"),
            (_("To post"), pieces[M.ENCLOSED], f"{lists}?tab=enclosed"),
            (_("On the way"), pieces[M.POSTED] + pieces[M.NOTIFIED], f"{lists}?tab=posted"),
        ]
        groups.append((_("Mailroom"), mail))
    if may("certificate:read") or may("token:read"):
        tokens = _counts(Token, TokenStatus.IN_STOCK)
        certificates = _counts(Certificate, CertificateStatus.ACTIVE, CertificateStatus.REVOKED)
        register = url_for("certificates.index_view") if may("certificate:read") else None
        cards: list[Card] = [
            (_("Valid certificates"), certificates[CertificateStatus.ACTIVE], register and f"{register}?tab=valid"),
            (_("Revoked"), certificates[CertificateStatus.REVOKED], register and f"{register}?tab=revoked"),
            (_("Tokens in stock"), tokens[TokenStatus.IN_STOCK], url_for("token-stock.index")),
        ]
        groups.append((_("Certificates and tokens"), cards))
    if may("audit:read"):
        waiting = capped_count(Promise, Promise.done_at.is_(None))
        groups.append((_("Control"), [(_("Jobs waiting"), waiting, url_for("jobs.index"))]))
    return [
        (title, [{"word": word, "count": count, "href": href} for word, count, href in cards])
        for title, cards in groups
    ]


def _desk_cards() -> list[Card]:
    """Open cases alone, each counted along an index of the open ones and never over the whole table."""
    queue, today = url_for("applications.index_view"), clock.today()

    def card(word: str, tab: str, *criteria: Any) -> Card:  # noqa: ANN401
        return word, capped_count(Application, and_(OPEN, *criteria)), f"{queue}?tab={tab}"

    status = Application.status
    return [
        card(_("All open cases"), "open"),
        card(_("Overdue"), "overdue", Application.due_on < today),
        card(_("Due today"), "open", Application.due_on == today),
        card(_("Received"), "received", status == A.RECEIVED),
        card(_("In review"), "in_review", status == A.IN_REVIEW),
        card(_("Awaiting approval"), "reviewed", status == A.REVIEWED),
        card(_("Incomplete"), "incomplete", status == A.INCOMPLETE),
    ]


def _urgent() -> list[Application]:
    """What runs out first within the next days, or ran out."""
    return list(
        db.session.scalars(
            select(Application)
            .where(OPEN, Application.due_on <= clock.today() + timedelta(days=3))
            .options(joinedload(Application.company), selectinload(Application.applicants))
            .order_by(Application.due_on, Application.id)
            .limit(URGENT)
        )
    )


def _by_officer() -> list[tuple[str, int]]:
    """Open cases by who has them; those of nobody last."""
    rows = [
        (name, capped_count(Application, and_(OPEN, Application.claimed_by == officer)))
        for officer, name in desk.officers()
    ]
    taken = sorted(((name, count) for name, count in rows if count), key=lambda row: -row[1])
    return [*taken, (_("not taken yet"), capped_count(Application, and_(OPEN, Application.claimed_by.is_(None))))]


def _counts(model: type[Any], *wanted: Any) -> dict[Any, int]:  # noqa: ANN401
    """How many are in each of these states: no whole table is ever counted."""
    return capped_counts(model, {state: (model.status == state,) for state in wanted})
