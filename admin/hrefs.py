"""Addresses in lists: a page of rows names a few endpoints many times, each with another key.

Werkzeug builds an address in some fifty microseconds, which is a tenth of a page of fifty rows. So an address with one key in it is
built once for each answer, with a key that stands for all others.
"""

import re
from typing import Any
from uuid import UUID

import flask
from flask import Flask, g, request

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*")  # nothing to be quoted
_ANY = UUID("00000000-0000-4000-8000-00000000f1ce")


def init_app(app: Flask) -> None:
    """Give the templates this `url_for`."""
    app.jinja_env.globals["url_for"] = url_for


def url_for(endpoint: str, **values: Any) -> str:  # noqa: ANN401  as Flask's own
    """`flask.url_for`, quick for what a list asks for: an endpoint alone, or one key that an address takes as it is."""
    if not values:
        return _remembered(endpoint, "")
    if len(values) == 1:
        ((name, value),) = values.items()
        if name[0] != "_" and (type(value) is UUID or (type(value) is str and _PLAIN.fullmatch(value))):
            return _remembered(endpoint, name).replace(str(_ANY), str(value))
    return flask.url_for(endpoint, **values)


def _remembered(endpoint: str, name: str) -> str:
    """An endpoint's address in this answer, `_ANY` in the place of the key."""
    known: dict[tuple[str, str], str] = g.setdefault("hrefs", {})
    if endpoint[0] == ".":
        endpoint = f"{request.blueprint}{endpoint}"
    if (endpoint, name) not in known:
        values: dict[str, Any] = {name: str(_ANY)} if name else {}
        known[endpoint, name] = flask.url_for(endpoint, **values)
    return known[endpoint, name]
