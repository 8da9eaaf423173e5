"""Error pages of the site: what happened and where to go on, never what was inside."""

from flask import Flask, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException, InternalServerError

from app.core.errors import NotFoundError
from app.signer import SignerUnavailableError


def register_error_pages(app: Flask) -> None:
    """Each status that a person can meet has its page."""
    app.register_error_handler(HTTPException, error_page)
    app.register_error_handler(NotFoundError, lambda _error: _page(404))
    app.register_error_handler(SignerUnavailableError, lambda _error: _page(503))


def error_page(error: HTTPException) -> ResponseReturnValue:
    """The page of one HTTP error; a redirect passes as it is."""
    if error.code is None or error.code < 400:  # noqa: PLR2004  not an error
        return error
    if isinstance(error, InternalServerError):
        return _page(500)
    return _page(error.code)


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
