"""The certification authority: how each part is, its certificates, what the last check found."""

from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from admin import messages_authority
from admin.access import needs
from admin.base import PageView
from app.core import clock
from app.core.db import db
from issuance.queries.checks import find_last_check, find_last_finished_check
from issuance.queries.health import read_health
from issuance.rules.health import HealthState, worst
from models.certificates import CaCertificate


class AuthorityView(PageView):
    """Read only: what changes the authority is done with people in the room, at the command line."""

    title = _l("Certification authority")
    path = "authority"
    permission = "ca:read"

    @expose("/")
    @needs("ca:read")
    def index(self) -> ResponseReturnValue:
        lines = read_health(clock.now())
        order = [HealthState.BAD, HealthState.WATCH, HealthState.GOOD]
        rows = db.session.scalars(
            select(CaCertificate).order_by(CaCertificate.created_at.desc(), CaCertificate.purpose, CaCertificate.id)
        ).all()
        return self.render(
            "admin/authority/index.html",
            lines=sorted(lines, key=lambda line: order.index(line.state)),
            whole=worst(lines),
            rows=rows,
            last=find_last_finished_check(),
            going_on=find_last_check(),
            said=messages_authority,
        )


def count_bad() -> int:
    """How many parts need somebody now, for the dashboard. The signing process is not asked: it may be slow to answer."""
    return sum(line.state is HealthState.BAD for line in read_health(clock.now(), ask_signing=False))
