"""The first page: what waits, for whom."""

from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_admin import AdminIndexView, expose
from flask_babel import gettext as _
from sqlalchemy import func, select

from admin.access import may
from admin.base import Guarded
from app.core.db import db
from app.security import signed_in
from models.applications import Application
from models.certificates import Certificate
from models.enums import ApplicationStatus, CertificateStatus, MailPieceStatus, TokenStatus
from models.mail_pieces import MailPiece
from models.promises import Promise
from models.tokens import Token


class DashboardView(Guarded, AdminIndexView):
    """Counts of what waits, each a link to where the work is done."""

    permission = "application:read"

    def is_accessible(self) -> bool:
        return True  # the guard in front asks for a sign-in; what is shown depends on the roles

    @expose("/")
    @signed_in
    def index(self) -> ResponseReturnValue:
        return self.render("admin/dashboard.html", groups=_groups())


def _groups() -> list[tuple[str, list[dict[str, Any]]]]:
    applications = _counts(Application)
    pieces = _counts(MailPiece)
    groups: list[tuple[str, list[tuple[str, int, str | None]]]] = []
    if may("application:read"):
        queue = url_for("applications.index_view")
        desk: list[tuple[str, int, str | None]] = [
            (_("Received"), applications.get(ApplicationStatus.RECEIVED, 0), f"{queue}?tab=received"),
            (_("In review"), applications.get(ApplicationStatus.IN_REVIEW, 0), f"{queue}?tab=in_review"),
            (_("Awaiting approval"), applications.get(ApplicationStatus.REVIEWED, 0), f"{queue}?tab=reviewed"),
            (_("Incomplete"), applications.get(ApplicationStatus.INCOMPLETE, 0), f"{queue}?tab=incomplete"),
        ]
        groups.append((_("Registration"), desk))
    if may("letter:read"):
        mail: list[tuple[str, int, str | None]] = [
            (_("To print"), pieces.get(MailPieceStatus.PREPARED, 0), None),
            (_("To enclose"), pieces.get(MailPieceStatus.PRINTED, 0), None),
            (_("To post"), pieces.get(MailPieceStatus.ENCLOSED, 0), None),
            (_("On the way"), pieces.get(MailPieceStatus.POSTED, 0) + pieces.get(MailPieceStatus.NOTIFIED, 0), None),
        ]
        groups.append((_("Mailroom"), mail))
    if may("certificate:read") or may("token:read"):
        tokens, certificates = _counts(Token), _counts(Certificate)
        groups.append(
            (
                _("Certificates and tokens"),
                [
                    (_("Valid certificates"), certificates.get(CertificateStatus.ACTIVE, 0), None),
                    (_("Revoked"), certificates.get(CertificateStatus.REVOKED, 0), None),
                    (_("Tokens in stock"), tokens.get(TokenStatus.IN_STOCK, 0), None),
                ],
            )
        )
    if may("audit:read"):
        waiting = db.session.scalar(select(func.count()).select_from(Promise).where(Promise.done_at.is_(None))) or 0
        groups.append((_("Control"), [(_("Jobs waiting"), waiting, url_for("jobs.index"))]))
    return [
        (title, [{"word": word, "count": count, "href": href} for word, count, href in cards])
        for title, cards in groups
    ]


def _counts(model: type[Any]) -> dict[Any, int]:
    rows = db.session.execute(select(model.status, func.count()).group_by(model.status))
    return dict(list(rows))
