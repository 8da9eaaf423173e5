"""Answers that are made to their end before the first octet is sent."""

from collections.abc import Callable, Iterable
from typing import Any

Application = Callable[..., Iterable[bytes]]


def whole(application: Application) -> Application:
    """A WSGI application that keeps nothing open while its answer is sent.

    Werkzeug's server does not close an answer, and so the file of a style sheet, if the browser hangs up in the midst of it
    because its window is closed. Python says so in whichever test runs next.
    """

    def call(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        found = application(environ, start_response)
        try:
            return [b"".join(found)]
        finally:
            close = getattr(found, "close", None)
            if close is not None:
                close()

    return call
