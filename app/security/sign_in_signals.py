"""What happens when Flask-Security says that somebody signed in, failed to, or signed out."""

from flask import Flask, request, session
from flask_login import user_logged_out
from flask_security.signals import user_authenticated, user_failed_authn

from app.core import clock
from app.security.services.sign_in import note_failure, note_sign_in
from app.security.services.sign_out import sign_out
from app.security.sessions import begin_session
from models.accounts import Customer
from models.staff import StaffUser

ACTIONS = {"security.verify": "verify"}


def init_signals(app: Flask) -> None:
    """Listen to this application only."""
    user_authenticated.connect(_on_sign_in, app)
    user_failed_authn.connect(_on_failure, app)
    user_logged_out.connect(_on_sign_out, app)


def _on_sign_in(_app: Flask, user: StaffUser | Customer, **_more: object) -> None:
    now = clock.now()
    try:
        note_sign_in(type(user), user.id, now=now, address=request.remote_addr or "")
    except Exception:
        session.clear()  # what is not on record has not happened
        raise
    begin_session(now)


def _on_failure(_app: Flask, user: StaffUser | Customer, **_more: object) -> None:
    note_failure(
        type(user),
        user.id,
        action=ACTIONS.get(request.endpoint or "", "sign_in"),
        now=clock.now(),
        address=request.remote_addr or "",
    )


def _on_sign_out(_app: Flask, user: object, **_more: object) -> None:
    if isinstance(user, StaffUser | Customer):
        sign_out(type(user), user.id)
