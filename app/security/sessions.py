"""How long a sign-in lasts, how fresh it must be for a decision, and how it ends.

Idle and absolute limits after OWASP "Session Management". The session is a signed cookie, so signing out changes the
person's `fs_uniquifier`: every copy of the cookie is worth nothing from then on, on every machine.
"""

import functools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Concatenate, ParamSpec, TypeVar

from flask import Flask, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from app.core import clock

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=10)
FRESH_FOR = timedelta(minutes=5)
BEGAN, SEEN, VERIFIED = "began", "seen", "fs_paa"

P = ParamSpec("P")
S = TypeVar("S")


def begin_session(now: datetime) -> None:
    """Start counting. Called when somebody has signed in."""
    session[BEGAN] = session[SEEN] = int(now.timestamp())


def init_sessions(app: Flask) -> None:
    """End sessions that were left alone or that last too long."""
    app.before_request(_end_stale_session)


def _end_stale_session() -> ResponseReturnValue | None:
    if (request.endpoint or "static").endswith("static") or not current_user.is_authenticated:
        return None
    now = int(clock.now().timestamp())
    began, seen = session.get(BEGAN, 0), session.get(SEEN, 0)
    if now - seen > IDLE.total_seconds() or now - began > ABSOLUTE.total_seconds():
        session.clear()
        flash(
            _("You were signed out because the page was left alone for a long time. Please sign in again."), "warning"
        )
        target = request.full_path.rstrip("?") if request.method == "GET" else None
        return redirect(url_for("security.login", next=target))
    # A page that refreshes itself does not keep a session alive; to the minute is exact enough for a cookie.
    if "X-Background" not in request.headers and now - seen > 60:  # noqa: PLR2004
        session[SEEN] = now
    return None


def verified_at() -> datetime | None:
    """When the signed-in person last proved the password: for the record of a decision."""
    moment = session.get(VERIFIED)
    return datetime.fromtimestamp(moment, UTC) if moment else None


def is_fresh(now: datetime) -> bool:
    """Whether the password was proved within the last five minutes."""
    moment = verified_at()
    return moment is not None and timedelta(0) <= now - moment + timedelta(seconds=1) <= FRESH_FOR


def verify_first(back_to: str | None = None) -> Response | None:
    """A redirect to the password page, and from there back, if the authentication is not fresh; else None.

    Args:
        back_to: address of a page that can be opened with GET; the present address if left out.
    """
    if is_fresh(clock.now()):
        return None
    return redirect(url_for("security.verify", next=back_to or request.full_path.rstrip("?")))


def fresh(
    view: Callable[Concatenate[S, P], ResponseReturnValue],
) -> Callable[Concatenate[S, P], ResponseReturnValue]:
    """Decorate a view (a method of an admin view, or a function with an argument) whose decision needs a fresh sign-in."""

    @functools.wraps(view)
    def checked(first: S, *args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        return verify_first() or view(first, *args, **kwargs)

    return checked
