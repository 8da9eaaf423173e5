"""A client whose every request has a context of its own, though the test itself stands in one."""

from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse


class FreshClient(FlaskClient):
    """Flask would let a request share the test's application context, and so `g` and the database session."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:  # noqa: ANN401  as Flask has it
        """Send one request, and read the whole answer: what it was made of is closed then, as a server does."""
        kwargs.setdefault("buffered", True)
        with self.application.app_context():
            return super().open(*args, **kwargs)
