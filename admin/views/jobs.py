"""Promised work that is not done yet."""

from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from admin.access import needs
from admin.base import PageView
from app.core.db import db
from models.promises import Promise

MOST = 200  # rows of the list


class JobsView(PageView):
    """What waits and what fails, with the reason."""

    title = _l("Jobs")
    path = "jobs"
    permission = "audit:read"

    @expose("/")
    @needs("audit:read")
    def index(self) -> ResponseReturnValue:
        waiting = db.session.scalars(
            select(Promise)
            .where(Promise.done_at.is_(None))
            .order_by(Promise.attempts.desc(), Promise.due_at)
            .limit(MOST)
        ).all()
        return self.render("admin/jobs.html", waiting=waiting, most=MOST)
