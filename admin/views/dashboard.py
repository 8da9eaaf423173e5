"""The first page: what waits, for whom, and what runs out first."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_admin import AdminIndexView, expose
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from admin import messages_review
from admin.access import may
from admin.base import Guarded
from admin.listing import count_all
from admin.views import desk
from admin.views.certificates import valid
from app.core import clock
from app.core.db import db
from app.security import signed_in
from issuance.queries.token_models import list_low_stock
from mailings.queries import BLOCKED, tab_of
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
Wanted = tuple[Any, ...]  # a model and criteria
Card = tuple[str, Wanted, str]  # word, what is counted, address of the list of just these


class DashboardView(Guarded, AdminIndexView):
    """Counts of what waits, each a link to where the work is done; the cases that run out first."""

    permission = "application:read"

    def is_accessible(self) -> bool:
        return True  # the guard in front asks for a sign-in; what is shown depends on the roles

    @expose("/")
    @signed_in
    def index(self) -> ResponseReturnValue:
        urgent = _urgent() if may("application:read") else []
        groups = _groups()
        known = desk.officers() if may("application:assign") else []
        officers = _officers(known) if may("application:assign") else []
        counts = count_all({each: each for each in _all_wanted(groups, officers)})
        return self.render(
            "admin/dashboard.html",
            groups=[(title, [_shown(card, counts) for card in cards]) for title, cards in groups],
            urgent=[(case, desk.due_of(case)) for case in urgent],
            officers=_by_officer(officers, counts),
            staff_names=_names(urgent, known),
            levels=list_low_stock() if may("token:read") else [],
            said=messages_review,
        )


def _groups() -> list[tuple[str, list[Card]]]:
    """Cards by room; what they count is asked for all of them at once."""
    groups: list[tuple[str, list[Card]]] = []
    if may("application:read"):
        groups.append((_("Registration"), _desk_cards()))
    if may("letter:read"):
        groups.append((_("Mailroom"), _mail_cards()))
    if may("certificate:read") or may("token:read"):
        groups.append((_("Certificates and tokens"), _certificate_cards()))
    if may("audit:read"):
        groups.append(
            (_("Control"), [(_("Jobs waiting"), (Promise, Promise.done_at.is_(None)), url_for("jobs.index"))])
        )
    return groups


def _desk_cards() -> list[Card]:
    """Open cases alone, each counted along an index of the open ones and never over the whole table."""
    queue, today = url_for("applications.index_view"), clock.today()

    def card(word: str, tab: str, *criteria: Any) -> Card:  # noqa: ANN401  criteria of any table
        return word, (Application, OPEN, *criteria), f"{queue}?tab={tab}"

    status = Application.status
    return [
        card(_("All open cases"), "open"),
        card(_("Overdue"), "overdue", Application.due_on < today),
        card(_("Due today"), "today", Application.due_on == today),
        card(_("Received"), "received", status == A.RECEIVED),
        card(_("In review"), "in_review", status == A.IN_REVIEW),
        card(_("Awaiting approval"), "reviewed", status == A.REVIEWED),
        card(_("Incomplete"), "incomplete", status == A.INCOMPLETE),
    ]


def _mail_cards() -> list[Card]:
    """Each counts by the criterion of the list behind it."""
    lists = url_for("mailroom.index")
    words = (
        (M.PREPARED, _("To print")),
        (BLOCKED, _("Cannot be printed")),
        (M.PRINTED, _("To enclose")),
        (M.ENCLOSED, _("To post")),
        (M.POSTED, _("On the way")),
    )
    return [(word, (MailPiece, tab_of(key)), f"{lists}?tab={key}") for key, word in words]


def _certificate_cards() -> list[Card]:
    cards: list[Card] = []
    if may("certificate:read"):
        # Most of them are: along this index the first thousand are found at once.
        in_force = select(Certificate.id).where(valid()).order_by(Certificate.not_after)
        register, revoked = url_for("certificates.index_view"), Certificate.status == CertificateStatus.REVOKED
        cards += [
            (_("Valid certificates"), (in_force,), f"{register}?tab=valid"),
            (_("Revoked"), (Certificate, revoked), f"{register}?tab=revoked"),
        ]
    if may("token:read"):
        stock = (Token, Token.status == TokenStatus.IN_STOCK)
        cards.append((_("Tokens in stock"), stock, f"{url_for('tokens.index_view')}?tab=stock"))
    return cards


def _all_wanted(groups: list[tuple[str, list[Card]]], officers: list[tuple[str, Wanted]]) -> list[Wanted]:
    cards = [wanted for _title, cards in groups for _word, wanted, _href in cards]
    return [*cards, *(wanted for _name, wanted in officers)]


def _shown(card: Card, counts: dict[Wanted, int]) -> dict[str, Any]:
    word, wanted, href = card
    return {"word": word, "count": counts[wanted], "href": href}


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


def _names(cases: list[Application], known: list[tuple[UUID, str]]) -> dict[UUID, str]:
    """Names of who has the cases; whoever is an officer is known already."""
    names = dict(known)
    others = [case.claimed_by for case in cases if case.claimed_by not in names]
    return {**names, **desk.people(others)} if any(others) else names


def _officers(known: list[tuple[UUID, str]]) -> list[tuple[str, Wanted]]:
    """Open cases by who has them; those of nobody last."""
    taken = [(name, (Application, OPEN, Application.claimed_by == officer)) for officer, name in known]
    return [*taken, (_("not taken yet"), (Application, OPEN, Application.claimed_by.is_(None)))]


def _by_officer(officers: list[tuple[str, Wanted]], counts: dict[Wanted, int]) -> list[tuple[str, int]]:
    if not officers:
        return []
    *taken, nobody = [(name, counts[wanted]) for name, wanted in officers]
    return [*sorted((row for row in taken if row[1]), key=lambda row: -row[1]), nobody]
