"""One-time links and login IDs."""

from datetime import UTC, datetime, timedelta

import pytest

from app.accounts.rules.links import format_login_id, format_token, hash_token, link_refusal
from models.enums import CustomerKind

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("used_at", "expires_at", "expected"),
    [
        pytest.param(None, NOW + timedelta(seconds=1), None, id="good"),
        pytest.param(None, NOW, "link-expired", id="at the moment of expiry"),
        pytest.param(NOW, NOW + timedelta(days=1), "link-used", id="used"),
        pytest.param(NOW, NOW - timedelta(days=1), "link-used", id="used and expired: used says more"),
    ],
)
def test_link_refusal(used_at: datetime | None, expires_at: datetime, expected: str | None) -> None:
    assert link_refusal(used_at=used_at, expires_at=expires_at, now=NOW) == expected


def test_login_ids() -> None:
    assert format_login_id(CustomerKind.COMPANY_ID, 10000001) == "C10000001"
    assert format_login_id(CustomerKind.USER_ID, 10000002) == "U10000002"


def test_a_token_goes_into_an_address_as_it_is() -> None:
    token = format_token(bytes(range(224, 256)))

    assert len(token) == 43
    assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    assert len(hash_token(token)) == 64
