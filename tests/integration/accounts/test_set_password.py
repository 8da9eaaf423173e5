"""The one-time link sets a password once."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.errors import LinkError
from app.accounts.rules.links import WORKS_FOR
from app.accounts.services.open_accounts import open_accounts
from app.accounts.services.request_link import request_link
from app.accounts.services.set_password import look_at_link, set_password
from app.core.db import db
from app.security.errors import PasswordRefusedError
from app.security.passwords import is_password
from models.accounts import Customer, PasswordLink
from models.audit import AuditEntry
from tests.factories.accounts import NOW, Sealer, make_application

NEW = "correct horse battery"


@pytest.fixture
def tokens(app: Flask) -> dict[str, str]:
    """The tokens of the links of one user ID, by recipient."""
    sealer = app.extensions["signer"] = Sealer()
    open_accounts(make_application("山田 太郎").id, now=NOW)
    links = db.session.scalars(select(PasswordLink)).all()
    return {
        link.recipient: sealer.unwrap(link.sealed_value or b"", link.seal_context).decode()
        for link in links
        if link.customer.login_id.startswith("U")
    }


def refusals() -> list[str]:
    rows = db.session.scalars(select(AuditEntry).where(AuditEntry.outcome == "refused").order_by(AuditEntry.seq))
    return [row.detail["error"] for row in rows]


def test_the_link_sets_the_password_once(tokens: dict[str, str]) -> None:
    token = tokens["user1@example.jp"]
    session_key = look_at_link(token, now=NOW).fs_uniquifier

    customer_id = set_password(token, NEW, now=NOW)

    customer = db.session.get_one(Customer, customer_id)
    assert is_password(NEW, customer.password)
    assert customer.fs_uniquifier != session_key
    with pytest.raises(LinkError, match="link-used"):
        set_password(token, "another sentence", now=NOW)
    assert is_password(NEW, db.session.get_one(Customer, customer_id).password)
    assert refusals() == ["link-used"]


def test_the_other_recipients_link_ends_with_it(tokens: dict[str, str]) -> None:
    set_password(tokens["user1@example.jp"], NEW, now=NOW)

    with pytest.raises(LinkError, match="link-expired"):
        set_password(tokens["contact@example.jp"], "another sentence", now=NOW)


def test_an_expired_link(tokens: dict[str, str]) -> None:
    with pytest.raises(LinkError, match="link-expired"):
        set_password(tokens["user1@example.jp"], NEW, now=NOW + WORKS_FOR)
    look_at_link(tokens["user1@example.jp"], now=NOW + WORKS_FOR - timedelta(seconds=1))


@pytest.mark.parametrize("forged", ["", "x", "A" * 43])
def test_a_forged_link(tokens: dict[str, str], forged: str) -> None:
    with pytest.raises(LinkError, match="link-unknown"):
        set_password(forged, NEW, now=NOW)
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.outcome == "refused")).one()
    assert len(entry.subject_id) == 16  # of its hash; never the token


def test_a_refused_password_leaves_the_link_good(tokens: dict[str, str]) -> None:
    token = tokens["user1@example.jp"]

    with pytest.raises(PasswordRefusedError, match="password-short"):
        set_password(token, "short", now=NOW)
    set_password(token, NEW, now=NOW)


def test_a_closed_id_sets_no_password(tokens: dict[str, str]) -> None:
    customer = look_at_link(tokens["user1@example.jp"], now=NOW)
    customer.active = False
    db.session.commit()

    with pytest.raises(LinkError):
        set_password(tokens["user1@example.jp"], NEW, now=NOW)


def test_a_new_link_ends_the_old_ones(tokens: dict[str, str]) -> None:
    login_id = look_at_link(tokens["user1@example.jp"], now=NOW).login_id

    assert request_link(f" {login_id.lower()} ", now=NOW + timedelta(hours=2))

    with pytest.raises(LinkError, match="link-expired"):
        look_at_link(tokens["user1@example.jp"], now=NOW + timedelta(hours=2))


def test_three_links_within_an_hour(tokens: dict[str, str]) -> None:
    login_id = look_at_link(tokens["user1@example.jp"], now=NOW).login_id
    later = NOW + timedelta(days=1)

    assert [request_link(login_id, now=later) for _ in range(4)] == [True, True, True, False]
    assert request_link(login_id, now=later + timedelta(hours=1, seconds=1))


def test_an_unknown_id_gets_no_link(tokens: dict[str, str]) -> None:
    before = len(db.session.scalars(select(PasswordLink)).all())

    assert not request_link("U99999999", now=NOW)
    assert len(db.session.scalars(select(PasswordLink)).all()) == before
