"""SO-PINs: sealed by the signing process, shown once by two people, and standing nowhere else."""

import logging
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, text

from app.core import clock
from app.core.actor import Actor
from app.core.db import db
from app.core.settings import Settings
from app.signer import SignerRefusedError
from issuance.errors import TokenError
from issuance.services.ask_so_pin import ask_so_pin
from issuance.services.decide_so_pin import decide_so_pin
from issuance.services.receive_batch import DeliveryNote, receive_batch
from issuance.services.show_so_pin import GRANTED_FOR, show_so_pin
from models.audit import AuditEntry
from models.enums import SoPinStatus
from models.tokens import SoPinDisclosure, Token
from tests.factories.desk import staff_actor

pytestmark = pytest.mark.hsm
MARKER = "SoPin-Marker-7391"


@pytest.fixture
def asker(app: Flask) -> Actor:
    return staff_actor("ca_operator", email="ca@example.jp", name="藤田 隆")


@pytest.fixture
def granter(app: Flask) -> Actor:
    return staff_actor("ca_operator", email="ca2@example.jp", name="中島 明")


@pytest.fixture
def token(signer_process: None, asker: Actor) -> UUID:
    note = DeliveryNote("N-1", None, "", clock.today(), 2)
    receive_batch(note, f"0A1,{MARKER}\n0A2\n", actor=asker, now=clock.now())
    return db.session.scalars(select(Token.id).where(Token.serial_number == "0A1")).one()


def ask(token: UUID, actor: Actor) -> UUID:
    return ask_so_pin(token, reason="The holder locked it", actor=actor, now=clock.now())


def grant(disclosure: UUID, actor: Actor, *, is_granted: bool = True) -> None:
    decide_so_pin(disclosure, is_granted=is_granted, actor=actor, now=clock.now())


def status(disclosure: UUID) -> SoPinStatus:
    db.session.rollback()
    return db.session.get_one(SoPinDisclosure, disclosure, populate_existing=True).status


def test_one_asks_another_grants_and_it_is_shown_once(token: UUID, asker: Actor, granter: Actor) -> None:
    disclosure = ask(token, asker)
    with pytest.raises(TokenError, match="so-pin-not-granted"):
        show_so_pin(disclosure, actor=asker, now=clock.now())
    with pytest.raises(TokenError, match="so-pin-own"):
        grant(disclosure, asker)
    grant(disclosure, granter)
    with pytest.raises(TokenError, match="so-pin-not-yours"):
        show_so_pin(disclosure, actor=granter, now=clock.now())
    assert show_so_pin(disclosure, actor=asker, now=clock.now()) == MARKER
    with pytest.raises(TokenError, match="so-pin-not-granted"):
        show_so_pin(disclosure, actor=asker, now=clock.now())
    with pytest.raises(TokenError, match="so-pin-over"):
        grant(disclosure, granter, is_granted=False)
    assert status(disclosure) is SoPinStatus.SHOWN
    events = db.session.scalars(select(AuditEntry.event).where(AuditEntry.event.startswith("token:so-pin"))).all()
    assert events == ["token:so-pin-ask", "token:so-pin-grant", "token:so-pin-show"]
    again = ask(token, asker)  # the sealed value stays; every showing is asked for and on record
    grant(again, granter)
    assert show_so_pin(again, actor=asker, now=clock.now()) == MARKER


def test_what_is_refused_or_stale_is_not_shown(token: UUID, asker: Actor, granter: Actor) -> None:
    disclosure = ask(token, asker)
    with pytest.raises(TokenError, match="so-pin-open"):
        ask(token, granter)
    grant(disclosure, granter, is_granted=False)
    with pytest.raises(TokenError, match="so-pin-not-granted"):
        show_so_pin(disclosure, actor=asker, now=clock.now())
    late = ask(token, asker)
    grant(late, granter)
    with pytest.raises(TokenError, match="so-pin-late"):
        show_so_pin(late, actor=asker, now=clock.now() + GRANTED_FOR + timedelta(minutes=1))
    grant(late, granter, is_granted=False)  # granted and not looked at: taken back
    assert status(late) is SoPinStatus.REFUSED


def test_a_token_without_one_and_no_reason(token: UUID, asker: Actor) -> None:
    other = db.session.scalars(select(Token.id).where(Token.serial_number == "0A2")).one()
    db.session.rollback()
    with pytest.raises(TokenError, match="so-pin-none"):
        ask(other, asker)
    with pytest.raises(TokenError, match="so-pin-reason"):
        ask_so_pin(token, reason=" ", actor=asker, now=clock.now())


def test_a_sealed_one_is_of_no_use_for_another_token(token: UUID, asker: Actor, granter: Actor) -> None:
    rows = db.session.scalars(select(Token).order_by(Token.serial_number)).all()
    rows[1].so_pin_sealed = rows[0].so_pin_sealed
    other = rows[1].id
    db.session.commit()
    disclosure = ask(other, asker)
    grant(disclosure, granter)
    with pytest.raises(SignerRefusedError):
        show_so_pin(disclosure, actor=asker, now=clock.now())
    assert status(disclosure) is SoPinStatus.GRANTED


def test_it_stands_nowhere(
    app: Flask, token: UUID, asker: Actor, granter: Actor, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        with pytest.raises(TokenError) as refused:
            receive_batch(
                DeliveryNote("N-2", None, "", clock.today(), 9),
                f"0A1,{MARKER}\n0A1,{MARKER}\n",
                actor=asker,
                now=clock.now(),
            )
        disclosure = ask(token, asker)
        grant(disclosure, granter)
        assert show_so_pin(disclosure, actor=asker, now=clock.now()) == MARKER
    assert MARKER not in str(refused.value) + repr(refused.value.fields)
    db.session.rollback()
    for table in db.session.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all():
        rows = db.session.scalars(text(f"SELECT t::text FROM {table} t")).all()
        hidden = MARKER.encode().hex()
        assert not [row for row in rows if MARKER in row or hidden in row], table
    assert MARKER not in caplog.text
    assert MARKER not in (settings.var_dir / "signer.log").read_text()
    for key in app.extensions["redis"].keys("*"):
        assert MARKER.encode() not in (app.extensions["redis"].dump(key) or b"")
