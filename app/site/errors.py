"""Error pages of the site: what happened and where to go on, never what was inside."""

from flask import Flask, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException, InternalServerError

from app.core.errors import NotFoundError
from app.security.gate import RETRY_AFTER_SECONDS, BusyError
from app.signer import SignerUnavailableError


def register_error_pages(app: Flask) -> None:
    """Each status that a person can meet has its page."""
    app.register_error_handler(HTTPException, error_page)
    app.register_error_handler(NotFoundError, lambda _error: _page(404))
    app.register_error_handler(SignerUnavailableError, lambda _error: _page(503))
    app.register_error_handler(BusyError, busy)


def error_page(error: HTTPException) -> ResponseReturnValue:
    """The page of one HTTP error; a redirect passes as it is."""
    if error.code is None or error.code < 400:  # noqa: PLR2004  not an error
        return error
    if isinstance(error, InternalServerError):
        return _page(500)
    return _page(error.code)


def busy(_error: BusyError) -> ResponseReturnValue:
    """Too many at once: when to come back, to people as a page, to programs as data."""
    headers = {"Retry-After": str(RETRY_AFTER_SECONDS)}
    title, words = _("Very many people are here at this moment"), _("Nothing was counted. Please try again shortly.")
    if request.path.startswith("/api/"):
        return {"error": "busy", "message": f"{title}. {words}"}, 503, headers
    if request.path.startswith("/.well-known/"):
        return words, 503, headers | {"Content-Type": "text/plain; charset=utf-8"}
    return render_template("site/error.html", title=title, words=words), 503, headers


def _page(status: int) -> ResponseReturnValue:
    title, words = _words().get(status) or (_("That did not work"), _("The request could not be served."))
    return render_template("site/error.html", title=title, words=words), status


def _words() -> dict[int, tuple[str, str]]:
    return {
        403: (
            _("Not for this ID"),
            _(
                "The ID with which you are signed in may not do this. A company ID reads; contracts are made by user IDs."
            ),
        ),
        404: (_("No such page"), _("There is nothing here, or it is not yours to see.")),
        405: (_("That page cannot be opened this way"), _("Please start again from the menu.")),
        413: (_("The file is too large"), _("Nothing was kept. Choose a smaller file.")),
        500: (_("Something went wrong on our side"), _("Nothing was half done. Please try again in a few minutes.")),
        503: (
            _("A part of our system is away for a moment"),
            _("Nothing was lost. Please try again in a few minutes."),
        ),
    }
