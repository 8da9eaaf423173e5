"""From which address somebody comes: what our own proxies say, and nobody else."""

import pytest
from flask import request

from app.core.settings import Settings
from wsgi import _create


@pytest.mark.parametrize(
    ("proxies", "sent", "address"),
    [
        (0, "203.0.113.9", "127.0.0.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.1, 203.0.113.9", "203.0.113.9"),  # the first one is the client's own word
        (2, "198.51.100.1, 203.0.113.9, 192.0.2.1", "203.0.113.9"),
        (1, "", "127.0.0.1"),
    ],
)
def test_the_address_that_counts(settings: Settings, proxies: int, sent: str, address: str) -> None:
    app = _create("site", settings.model_copy(update={"proxies": proxies}))
    app.add_url_rule("/address", view_func=lambda: request.remote_addr or "")
    headers = {"X-Forwarded-For": sent} if sent else {}
    assert app.test_client().get("/address", headers=headers).get_data(as_text=True) == address
