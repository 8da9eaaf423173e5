"""The first page: what waits, for whom."""

from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_admin import AdminIndexView, expose
from flask_babel import gettext as _

from admin.access import may
from admin.base import Guarded
from admin.listing import capped_count, capped_counts
from app.security import signed_in
from models.applications import Application
from models.certificates import Certificate
from models.enums import ApplicationStatus as A
from models.enums import CertificateStatus, TokenStatus
from models.enums import MailPieceStatus as M
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
    groups: list[tuple[str, list[tuple[str, int, str | None]]]] = []
    if may("application:read"):
        queue = url_for("applications.index_view")
        applications = _counts(Application, A.RECEIVED, A.IN_REVIEW, A.REVIEWED, A.INCOMPLETE)
        desk: list[tuple[str, int, str | None]] = [
            (_("Received"), applications[A.RECEIVED], f"{queue}?tab=received"),
            (_("In review"), applications[A.IN_REVIEW], f"{queue}?tab=in_review"),
            (_("Awaiting approval"), applications[A.REVIEWED], f"{queue}?tab=reviewed"),
            (_("Incomplete"), applications[A.INCOMPLETE], f"{queue}?tab=incomplete"),
        ]
        groups.append((_("Registration"), desk))
    if may("letter:read"):
        pieces = _counts(MailPiece, M.PREPARED, M.PRINTED, M.ENCLOSED, M.POSTED, M.NOTIFIED)
        mail: list[tuple[str, int, str | None]] = [
            (_("To print"), pieces[M.PREPARED], None),
            (_("To enclose"), pieces[M.PRINTED], None),
            (_("To post"), pieces[M.ENCLOSED], None),
            (_("On the way"), pieces[M.POSTED] + pieces[M.NOTIFIED], None),
        ]
        groups.append((_("Mailroom"), mail))
    if may("certificate:read") or may("token:read"):
        tokens = _counts(Token, TokenStatus.IN_STOCK)
        certificates = _counts(Certificate, CertificateStatus.ACTIVE, CertificateStatus.REVOKED)
        groups.append(
            (
                _("Certificates and tokens"),
                [
                    (_("Valid certificates"), certificates[CertificateStatus.ACTIVE], None),
                    (_("Revoked"), certificates[CertificateStatus.REVOKED], None),
                    (_("Tokens in stock"), tokens[TokenStatus.IN_STOCK], None),
                ],
            )
        )
    if may("audit:read"):
        waiting = capped_count(Promise, Promise.done_at.is_(None))
        groups.append((_("Control"), [(_("Jobs waiting"), waiting, url_for("jobs.index"))]))
    return [
        (title, [{"word": word, "count": count, "href": href} for word, count, href in cards])
        for title, cards in groups
    ]


def _counts(model: type[Any], *wanted: Any) -> dict[Any, int]:  # noqa: ANN401
    """How many are in each of these states: no whole table is ever counted."""
    return capped_counts(model, {state: (model.status == state,) for state in wanted})
