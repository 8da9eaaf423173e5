"""`flask ca revoke`: two people in the room, and a CRL at once."""

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.db import db
from issuance.cli_revoke import revoke
from models.audit import AuditEntry
from models.certificates import Certificate, Crl, Revocation
from models.promises import Promise
from tests.factories.revocations import certificates_of, company_with, status_of

pytestmark = pytest.mark.hsm


@pytest.fixture
def certificate(app: Flask, authority: None) -> object:
    return certificates_of(company_with("吉田 太郎"))[0]


def run(app: Flask, *arguments: str):
    return app.test_cli_runner().invoke(revoke, arguments)


def test_two_people_revoke_on_the_command_line(app: Flask, certificate) -> None:
    serial = db.session.get_one(Certificate, certificate).serial
    db.session.rollback()
    colons = ":".join(serial[at : at + 2] for at in range(0, 32, 2)).upper()
    given = ("--serial", colons, "--circumstance", "key-compromise", "--yes")
    alone = run(app, *given, "--present", "認証 三郎", "--present", "認証 三郎")
    assert alone.exit_code == 1 and "Two people" in alone.output
    assert status_of(certificate) == "active"
    done = run(app, *given, "--present", "認証 三郎", "--present", "田中 裕子")
    assert done.exit_code == 0, done.output
    assert status_of(certificate) == "revoked"
    row = db.session.scalars(select(Revocation)).one()
    assert (row.reason, row.asked_by, row.decided_by_name) == (
        "keyCompromise", "authority", "認証 三郎、田中 裕子（コマンド）",
    )  # fmt: skip
    assert db.session.scalars(select(Crl.entry_count).order_by(Crl.number.desc())).first() == 1
    assert "certificate:revoke" in db.session.scalars(select(AuditEntry.event)).all()
    assert "mailings.jobs.prepare_certificate_letter" in db.session.scalars(select(Promise.name)).all()
    again = run(app, *given, "--present", "A", "--present", "B")
    assert again.exit_code == 1 and "already" in again.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--serial", "ff", "--circumstance", "loss"), "no certificate"),
        (("--serial", "山", "--circumstance", "loss"), "batch-serial"),
        (("--serial", "ff", "--circumstance", "boredom"), "Invalid value"),
    ],
)
def test_a_slip_is_named(app: Flask, certificate, arguments, words) -> None:
    done = run(app, *arguments, "--present", "A", "--present", "B", "--yes")
    assert done.exit_code != 0 and words in done.output


def test_without_a_yes_nothing_happens(app: Flask, certificate) -> None:
    serial = db.session.get_one(Certificate, certificate).serial
    db.session.rollback()
    given = ("--serial", serial, "--circumstance", "loss", "--present", "A", "--present", "B")
    assert run(app, *given).exit_code == 1
    wrong = run(app, *given, "--yes", "--since", "yesterday")
    assert wrong.exit_code == 1 and "--since" in wrong.output
    assert status_of(certificate) == "active"
