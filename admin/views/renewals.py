"""Certificates that end soon: who was told, whether they can be renewed online, and who was renewed."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import current_app, g
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import load_only

from admin.base import RecordView
from admin.hrefs import url_for
from app.core import clock
from app.core.clock import day_in_tokyo, today
from app.core.db import db
from issuance.queries import renewals
from issuance.queries.certificate_search import certificate_criterion
from issuance.rules.renewal import RENEWABLE, Policy, Refusal, online_until, opens_on, refusal
from models.certificates import Certificate
from models.companies import Company
from models.enums import NoticeChannel

FURTHEST = 90  # days


@dataclass(frozen=True, slots=True)
class EndingRow:
    """What the list shows beside a certificate."""

    holder: str
    number: str
    company: str
    ends_on: date
    days_left: int
    notices: list[tuple[date, NoticeChannel, int]]  # day, way, step
    standing: renewals.Standing
    refusal: Refusal | None  # of an online renewal, today
    opens_on: date
    online_until: date | None

    @property
    def is_cared_for(self) -> bool:
        """Whether nothing is left to do."""
        return self.standing.is_renewed or self.standing.is_requested or self.standing.is_cancelled


def within(days: int) -> Any:
    """A function that gives the criterion: certificates that end in so many days."""
    return lambda: Certificate.not_after < clock.now() + timedelta(days=days)


class RenewalView(RecordView):
    """The next to end comes first."""

    model_class = Certificate
    title = _l("Certificates that end soon")
    path = "renewals"
    permission = "certificate:read"
    column_list = ("not_after", "holder", "company", "notices", "online", "status", "act")
    column_details_list = ("serial", "subject", "status", "not_before", "not_after")
    column_labels = {
        "serial": _l("Serial number"),
        "subject": _l("Subject"),
        "status": _l("State"),
        "not_before": _l("Valid from"),
        "not_after": _l("Valid until"),
    }
    column_sortable_list = ()
    newest_first = "not_after"
    descending = False
    list_template = "admin/renewals/list.html"
    tabs = (
        ("90", _l("Within 90 days"), None),
        ("60", _l("Within 60 days"), within(60)),
        ("30", _l("Within 30 days"), within(30)),
        ("14", _l("Within 14 days"), within(14)),
    )

    def scope(self) -> tuple[Any, ...]:
        now = clock.now()
        return (
            Certificate.status.in_(RENEWABLE),
            Certificate.not_after >= now,
            Certificate.not_after < now + timedelta(days=FURTHEST),
        )

    def search(self, text: str) -> Any:
        return certificate_criterion(text)

    def eager(self) -> tuple[Any, ...]:
        """What is shown comes from `about`: the certificates themselves are kilobytes each, and stay where they are."""
        return (load_only(Certificate.not_after, Certificate.status),)

    def row_href(self, row: Certificate) -> str:
        """A row leads to the certificate's own page."""
        return url_for("certificates.details_view", id=row.id)

    def about(self, row: Certificate) -> EndingRow:
        """What stands beside a row; read once for the whole page."""
        if "ending_rows" not in g:
            g.ending_rows = ending_rows([each.id for each in g.listing.rows])
        found: EndingRow = g.ending_rows[row.id]
        return found


def ending_rows(certificate_ids: list[UUID]) -> dict[UUID, EndingRow]:
    """Everything about these certificates, by a fixed number of queries."""
    settings = current_app.extensions["settings"]
    policy = Policy(settings.renewal_window_days, settings.renewal_least_days)
    now, day = clock.now(), today()
    rows = renewals.list_endings(certificate_ids)
    standing = renewals.standing_of(rows, day)
    notices = renewals.list_renewal_notices(certificate_ids)
    companies = _companies({row.company_id for row in rows})
    found = {}
    for row in rows:
        state = standing[row.id]
        found[row.id] = EndingRow(
            holder=row.name,
            number=row.number,
            company=companies[row.company_id],
            ends_on=row.ends_on,
            days_left=(row.ends_on - day_in_tokyo(now)).days,
            notices=[(day_in_tokyo(each.created_at), each.channel, each.step) for each in notices.get(row.id, [])],
            standing=state,
            refusal=refusal(renewals.present_of(row, state, now), day, policy),
            opens_on=opens_on(row.ends_on, policy),
            online_until=None if state.is_used else online_until(row.ends_on, row.anchor, policy),
        )
    return found


def _companies(ids: set[UUID]) -> dict[UUID, str]:
    rows = db.session.execute(select(Company.id, Company.name).where(Company.id.in_(ids)))
    return {row[0]: row[1] for row in rows}
