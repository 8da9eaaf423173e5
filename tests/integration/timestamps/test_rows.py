"""No token without its row, none on what is no longer so, and the policy of the profile."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable

import psycopg
import pytest
from asn1crypto import cms, tsp
from flask import Flask
from sqlalchemy import func, select, text

from app import timestamps
from app.core import clock
from app.core.db import db
from app.core.settings import ROOT, Settings
from app.signer import SignerUnavailableError
from app.timestamps.responder import NotConfirmedError
from issuance.ceremony.roll_over import roll_over
from models.time_stamps import ClockCheck, TimeStamp
from tests.factories.authority import CONFIGURATION
from tests.integration.issuance.test_profiles import activate, people, propose
from tests.integration.timestamps.test_tsa import refusal, request_of

pytestmark = pytest.mark.hsm
SEVERAL = """
from app import timestamps
from wsgi import create_worker
with create_worker().app_context():
    for number in range(300):
        timestamps.stamp(number.to_bytes(32, "big"))
"""


class Meanwhile:
    """The signing process, while something else happens."""

    def __init__(self, real, act: Callable[[], None]) -> None:
        self._real, self._act, self.signed = real, act, 0

    def sign_digest(self, *arguments, **options) -> bytes:
        self._act()
        self.signed += 1
        signature: bytes = self._real.sign_digest(*arguments, **options)
        return signature

    def close(self) -> None:
        self._real.close()


@pytest.fixture
def meanwhile(app: Flask, authority: None):
    """While the signing process signs, do this."""
    real = app.extensions["signer"]

    def put(act: Callable[[], None]) -> Meanwhile:
        app.extensions["signer"] = found = Meanwhile(real, act)
        return found

    yield put
    app.extensions["signer"] = real


def elsewhere(settings: Settings, statement: str) -> None:
    """What another process commits."""
    with psycopg.connect(settings.database_url().replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(statement)


def info_of(token: bytes) -> tsp.TSTInfo:
    return cms.ContentInfo.load(token)["content"]["encap_content_info"]["content"].parsed


def rows() -> list[TimeStamp]:
    db.session.rollback()
    return list(db.session.scalars(select(TimeStamp).order_by(TimeStamp.serial)))


def test_every_token_has_its_row(authority) -> None:
    infos = [info_of(timestamps.stamp(bytes([number]) * 32)) for number in range(20)]
    assert [(row.serial, row.imprint, row.gen_time) for row in rows()] == [
        (info["serial_number"].native, info["message_imprint"].dump(), info["gen_time"].native) for info in infos
    ]


def test_the_row_is_there_before_the_token_is(authority, settings, meanwhile) -> None:
    """The database takes no row while the signing process signs: the signature is made and goes to nobody."""
    timestamps.stamp(bytes(32))
    with psycopg.connect(settings.database_url().replace("+psycopg", "")) as other:
        other.execute("LOCK TABLE time_stamp IN EXCLUSIVE MODE")
        signed = meanwhile(lambda: None)
        assert refusal(timestamps.respond(request_of()))[2] == {"system_failure"}
    assert signed.signed > 0
    assert len(rows()) == 1


def test_a_connection_that_is_cut_meanwhile_costs_a_second_signature(authority, settings, meanwhile) -> None:
    cut = ["SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'INSERT INTO time_stamp%'"]
    signed = meanwhile(lambda: elsewhere(settings, cut.pop()) if cut else None)
    token = timestamps.stamp(bytes(32))
    assert info_of(token)["serial_number"].native in {row.serial for row in rows()}
    assert signed.signed in {1, 2}  # the row may have been there before the cut; then it stands for nothing


def test_a_clock_found_bad_while_the_token_is_signed_stops_it(authority, settings, meanwhile) -> None:
    """Nothing is remembered of the clock for any time at all: what is dated after a bad check is no token."""
    timestamps.stamp(bytes(32))
    before = len(rows())
    elsewhere(settings, "INSERT INTO clock_check (id, at, source, is_good, note) VALUES"
              " (gen_random_uuid(), now(), 'kernel', false, '')")  # fmt: skip
    signed = meanwhile(lambda: None)
    assert refusal(timestamps.respond(request_of()))[2] == {"time_not_available"}
    assert (signed.signed, len(rows())) == (1, before)  # asked to sign before it was known; nobody has that signature


def test_a_certificate_replaced_meanwhile_is_not_stamped_with(authority, settings, app) -> None:
    old = timestamps.stamp(bytes(32))
    roll_over(CONFIGURATION, settings, now=clock.now())
    new = timestamps.stamp(bytes(32))
    keys = {
        cms.ContentInfo.load(each)["content"]["signer_infos"][0]["sid"].native["serial_number"] for each in (old, new)
    }
    assert len(keys) == 2


def test_what_changes_again_and_again_gives_no_token(authority, settings, meanwhile) -> None:
    timestamps.stamp(bytes(32))
    real = db.session.scalar(select(func.count()).select_from(ClockCheck))
    db.session.rollback()
    lock = threading.Lock()

    def change() -> None:
        with lock:
            elsewhere(settings, "UPDATE ca_certificate SET key_label = key_label")

    assert real == 0
    from app.timestamps import responder  # noqa: PLC0415

    read = responder.read_unit
    try:
        responder.read_unit = lambda reader: (read(reader), change())[0]
        change()
        with pytest.raises(NotConfirmedError, match="stamp-not-noted"):
            timestamps.stamp(bytes(32))
    finally:
        responder.read_unit = read
    assert timestamps.stamp(bytes(32))


def test_a_number_that_has_a_row_already_is_not_given_again(authority) -> None:
    """As after a backup was restored while a process went on with its block."""
    serial = info_of(timestamps.stamp(bytes(32)))["serial_number"].native
    db.session.add(TimeStamp(serial=serial + 1, imprint=b"-", gen_time=clock.now()))
    db.session.commit()
    assert info_of(timestamps.stamp(bytes(32)))["serial_number"].native > serial + 1
    assert len({row.serial for row in rows()}) == 3


def test_without_a_signature_there_may_be_a_row_but_no_token(authority, meanwhile) -> None:
    def away() -> None:
        raise SignerUnavailableError("away")

    meanwhile(away)
    assert refusal(timestamps.respond(request_of()))[2] == {"system_failure"}
    meanwhile(lambda: None)
    assert info_of(timestamps.stamp(bytes(32)))["serial_number"].native == rows()[-1].serial


def test_processes_that_stamp_at_the_same_time(authority, settings) -> None:
    given = {"VAR_DIR": str(settings.var_dir), "DATABASE_URL": settings.database_url_given,
             "REDIS_URL": settings.redis_url_given}  # fmt: skip
    command = [sys.executable, "-W", "ignore", "-c", SEVERAL]
    running = [subprocess.Popen(command, cwd=ROOT, env={**os.environ, **given}) for _ in range(3)]
    assert [each.wait(120) for each in running] == [0, 0, 0]
    found = rows()
    assert len({row.serial for row in found}) == len(found) == 900
    assert len({row.imprint for row in found}) == 300


def test_the_policy_is_that_of_the_profile_when_the_certificate_was_made(authority, settings) -> None:
    assert info_of(timestamps.stamp(bytes(32)))["policy"].dotted == "1.2.392.200999.2.1"
    proposer, decider = people()
    activate(decider, propose(proposer, tsa__policy="2.7"))
    assert info_of(timestamps.stamp(bytes(32)))["policy"].dotted == "1.2.392.200999.2.1"
    db.session.rollback()
    roll_over(CONFIGURATION, settings, now=clock.now())
    assert info_of(timestamps.stamp(bytes(32)))["policy"].dotted == "1.2.392.200999.2.7"
    asked = request_of(req_policy="1.2.392.200999.2.7")
    assert tsp.TimeStampResp.load(timestamps.respond(asked))["status"]["status"].native == "granted"
    assert refusal(timestamps.respond(request_of(req_policy="1.2.392.200999.2.1")))[2] == {"unaccepted_policy"}
    assert db.session.execute(text("SELECT 1")).scalar_one()


def test_the_accuracy_is_that_of_the_active_profile_from_the_next_token_on(authority) -> None:
    assert info_of(timestamps.stamp(bytes(32)))["accuracy"]["seconds"].native == 1
    proposer, decider = people()
    activate(decider, propose(proposer, tsa__accuracy_seconds=2))
    assert info_of(timestamps.stamp(bytes(32)))["accuracy"]["seconds"].native == 2
