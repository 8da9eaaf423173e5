"""The applications as wsgi builds them, but every 申請PIN is the same known one: the marker that a test then looks for.

The marker comes as places in the alphabet, never as text: its text must not lie in a process by way of this module.
"""

import os
import secrets
import sys
from collections.abc import Sequence
from typing import TypeVar

from flask import Flask

import wsgi
from deploy import serve
from issuance.rules.pins import ALPHABET, RANDOM_CHARACTERS, make_pin

T = TypeVar("T")
VARIABLE = "MARKER_PLACES"


class Marked:
    """Chance for everything but PINs."""

    def __init__(self, places: Sequence[int]) -> None:
        self._places, self._next = places, 0

    def token_bytes(self, length: int) -> bytes:
        return secrets.token_bytes(length)

    def choice(self, options: Sequence[T]) -> T:
        if options is not ALPHABET:
            return secrets.choice(options)
        place = self._places[self._next % RANDOM_CHARACTERS]
        self._next += 1
        return options[place]


def new_places() -> list[int]:
    """Another marker for each test, so that none finds another's."""
    return [secrets.randbelow(len(ALPHABET)) for _ in range(RANDOM_CHARACTERS)]


def marker(places: Sequence[int]) -> str:
    """The text to look for. Only the test asks for it."""
    return make_pin(Marked(places).choice)


def create_portal() -> Flask:
    """The portal, marked."""
    return _mark(wsgi.create_portal())


def create_worker() -> Flask:
    """The worker, marked."""
    return _mark(wsgi.create_worker())


def _mark(app: Flask) -> Flask:
    app.extensions["random"] = Marked([int(place) for place in os.environ[VARIABLE].split(",")])
    return app


if __name__ == "__main__":
    serve.main(sys.argv[1], "tests.system.marked")
