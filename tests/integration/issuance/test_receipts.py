"""The confirmation of receipt: recorded once, reminded of, and at the end the certificate is revoked."""

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.core import clock
from app.core.clock import day_in_tokyo
from app.core.db import db
from app.core.errors import DomainError
from issuance.jobs import receipts
from issuance.queries.receipts import find_receipt
from issuance.rules.statements import Purpose
from issuance.services.check_statement import give_statement
from issuance.services.confirm_receipt import confirm_receipt
from issuance.services.revoke_certificate import revoke_certificate
from models.audit import AuditEntry
from models.certificates import Certificate, CertificateNotice, CertificateReceipt, Revocation
from models.enums import CertificateStatus
from models.promises import Promise
from tests.factories.desk import staff_actor
from tests.integration.issuance.test_statements import KEYS, certificate_for, signed

pytestmark = pytest.mark.hsm
KEY = KEYS[0]


@pytest.fixture
def certificate(app: Flask, authority: None) -> tuple[UUID, str]:
    key, serial = certificate_for(KEY)
    set_due(key, clock.today() + timedelta(days=30))
    return key, serial


def set_due(certificate_id: UUID, day: date) -> None:
    db.session.get_one(Certificate, certificate_id).receipt_due_on = day
    db.session.commit()


def confirm(serial: str, *, now: datetime | None = None) -> datetime:
    now = now or clock.now()
    data = give_statement(Purpose.RECEIPT, serial, {}, now=now)
    return confirm_receipt(data, signed(KEY, data), now=now).confirmed_at


def refused(serial: str, *, now: datetime | None = None) -> str:
    with pytest.raises(DomainError) as caught:
        confirm(serial, now=now)
    db.session.rollback()
    return caught.value.code


def at(day: date, hour: int = 12, monkeypatch: pytest.MonkeyPatch | None = None) -> datetime:
    """A moment of a day in Japan."""
    now = clock.now()
    moment = now + (day - day_in_tokyo(now)) * 1
    moment = moment.astimezone(clock.TOKYO).replace(hour=hour, minute=0, second=0)
    if monkeypatch is not None:
        monkeypatch.setattr("app.core.clock.now", lambda: moment)
    return moment


def notices() -> list[tuple[str, int]]:
    db.session.rollback()
    return [(row.kind, row.step) for row in db.session.scalars(select(CertificateNotice).order_by("created_at"))]


def promised(name: str) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Promise).where(Promise.name == name)) or 0


def test_confirmed_once(certificate: tuple[UUID, str]) -> None:
    key, serial = certificate
    first = confirm(serial)
    assert confirm(serial) == first
    db.session.rollback()
    row = find_receipt(key)
    assert row is not None
    assert serial in row.statement.decode()
    assert db.session.scalar(select(func.count()).select_from(CertificateReceipt)) == 1
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "certificate:confirm-receipt")).all()
    assert [(entry.actor_name, entry.outcome) for entry in entries] == [("髙﨑 花子", "done")]


def test_neither_after_the_last_day_nor_after_a_revocation(certificate: tuple[UUID, str]) -> None:
    key, serial = certificate
    last = clock.today() + timedelta(days=30)
    assert refused(serial, now=at(last + timedelta(days=1), 0)) == "receipt-over"
    now = clock.now()
    revoke_certificate(
        key, reason="keyCompromise", asked_by="holder", asked_at=now, actor=staff_actor("approver"), now=now
    )
    assert refused(serial) == "receipt-not-valid"


def test_the_last_minute_of_the_last_day_counts(certificate: tuple[UUID, str]) -> None:
    _, serial = certificate
    confirm(serial, now=at(clock.today() + timedelta(days=30), 23))


def test_reminders_each_once_then_the_revocation(
    certificate: tuple[UUID, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    key, _serial = certificate
    last = clock.today() + timedelta(days=30)

    def on(days_left: int, hour: int = 12) -> None:
        with monkeypatch.context() as patch:
            at(last - timedelta(days=days_left), hour, patch)
            receipts.follow()
            receipts.follow()

    on(15)
    assert notices() == []
    on(14)
    on(13)
    assert notices() == [("receipt", 14)]
    on(3)
    on(0)
    assert notices() == [("receipt", 14), ("receipt", 3)]
    assert promised("mailings.jobs.email_certificate_notice") == 2
    on(-1, 0)  # a confirmation of the last second may still be on its way
    assert db.session.scalars(select(Revocation)).all() == []
    on(-1, 1)
    row = db.session.scalars(select(Revocation)).one()
    assert (row.reason, row.asked_by) == ("privilegeWithdrawn", "authority")
    assert db.session.get_one(Certificate, key).status is CertificateStatus.REVOKED
    assert promised("mailings.jobs.prepare_certificate_letter") == 1  # nobody asked for it: by letter
    assert notices()[2:] == [("revocation", 0)]


def test_whoever_confirmed_is_left_alone(certificate: tuple[UUID, str], monkeypatch: pytest.MonkeyPatch) -> None:
    key, serial = certificate
    confirm(serial)
    at(clock.today() + timedelta(days=27), monkeypatch=monkeypatch)
    receipts.follow()
    at(clock.today() + timedelta(days=40), monkeypatch=monkeypatch)
    receipts.follow()
    assert notices() == []
    assert db.session.get_one(Certificate, key).status is CertificateStatus.ACTIVE


def test_a_pause_of_the_clock_sends_one_reminder(
    certificate: tuple[UUID, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    at(clock.today() + timedelta(days=28), monkeypatch=monkeypatch)
    receipts.follow()
    assert notices() == [("receipt", 3)]


def test_a_certificate_for_which_none_is_asked_stays(app: Flask, authority: None) -> None:
    certificate_for(KEY)
    receipts.follow()
    assert notices() == []
    assert db.session.scalars(select(Revocation)).all() == []
