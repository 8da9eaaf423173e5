"""Whom contracts believe: every generation of the CA, each with the newest CRL of every shard, read once by a process."""

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from flask import Flask
from sqlalchemy import event

from app.contracts.authority import load_trust
from app.contracts.signing.revocation import NoCrlError, RevokedError
from app.core import clock
from app.core.db import db
from app.core.settings import Settings
from issuance import queries
from issuance.queries import crl_parts
from issuance.services.publish_crl import publish_crl
from tests.factories.crls import add_revocations, authority_row, issue_by, newest_crl, roll_over

pytestmark = pytest.mark.hsm


def verdict(certificate) -> str:
    try:
        load_trust().require_not_revoked(certificate.public_bytes(Encoding.DER), clock.now())
    except RevokedError:
        return "revoked"
    except NoCrlError:
        return "no-crl"
    return "good"


def test_every_generation_and_shard_counts(app: Flask, authority: None, settings: Settings, monkeypatch) -> None:
    monkeypatch.setattr(crl_parts, "ENTRIES_IN_A_PART", 3)
    first = authority_row()
    old = [issue_by(first, settings.public_url) for _ in range(2)]
    add_revocations(first.id, [*range(1, 8), old[1].serial_number])
    publish_crl(now=clock.now())
    second = roll_over()
    new = [issue_by(second, settings.public_url, shard="001") for _ in range(2)]
    assert verdict(new[0]) == "no-crl"
    add_revocations(second.id, [new[1].serial_number], shard="001")
    add_revocations(first.id, [9])  # its CRL takes full parts from the one before
    publish_crl(now=clock.now())
    assert [verdict(each) for each in (*old, *new)] == ["good", "revoked", "good", "revoked"]
    add_revocations(first.id, [*range(10, 17)])  # fills parts of its own
    publish_crl(now=clock.now())
    add_revocations(first.id, [17])
    publish_crl(now=clock.now())  # takes over parts that lie with two earlier ones
    assert newest_crl(first.id).base_id is not None
    trust = load_trust()
    assert trust.roots == (second.der, first.der)
    scopes = ((first.id, "000"), (second.id, "000"), (second.id, "001"))
    assert set(trust.crls) == {queries.crl_bytes(newest_crl(*scope).id) for scope in scopes}


def test_a_process_reads_a_crl_once(app: Flask, authority: None, settings: Settings) -> None:
    first = authority_row()
    certificate, statements = issue_by(first, settings.public_url), []
    assert verdict(certificate) == "good"

    def seen(_connection, _cursor, statement, *_more) -> None:
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", seen)
    try:
        assert verdict(certificate) == "good"
        assert not any("crl_part" in each for each in statements)
        add_revocations(first.id, [certificate.serial_number])
        publish_crl(now=clock.now())
        assert verdict(certificate) == "revoked"  # the new one is seen at once
        assert len(app.extensions["contracts_crls"]) == 1  # and the one before forgotten
    finally:
        event.remove(db.engine, "before_cursor_execute", seen)
