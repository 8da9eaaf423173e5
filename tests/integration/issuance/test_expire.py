"""By the clock: a certificate whose last moment is past expires, whatever it was before; a revoked one stays revoked."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.core import clock
from app.core.db import db
from app.jobs.schedule import SCHEDULE
from issuance.jobs import issuing as jobs
from issuance.services.expire_certificates import expire_certificates
from models.audit import AuditEntry
from models.certificates import Certificate
from models.enums import CertificateStatus as C
from tests.factories.endings import certificate_of, holder


@pytest.fixture
def applicant(app: Flask) -> UUID:
    return holder()[0]


def put(applicant: UUID, *, hours: float, status: C = C.ACTIVE) -> UUID:
    """A certificate that ends in so many hours."""
    key = certificate_of(applicant, 1)
    end = clock.now() + timedelta(hours=hours)
    values = {"not_after": end, "status": status, "suspect_reason": "x" if status is C.SUSPECT else ""}
    db.session.execute(update(Certificate).where(Certificate.id == key).values(**values))
    db.session.commit()
    return key


def status(key: UUID) -> C:
    db.session.rollback()
    return db.session.get_one(Certificate, key, populate_existing=True).status


def entries() -> list[str]:
    db.session.rollback()
    found = select(AuditEntry.subject_id).where(AuditEntry.event == "certificate:expire").order_by(AuditEntry.seq)
    return list(db.session.scalars(found))


def test_what_is_over_expires_and_nothing_else(applicant: UUID) -> None:
    over = [put(applicant, hours=-hours, status=each) for hours, each in ((1, C.ACTIVE), (2, C.REVOCATION_REQUESTED))]
    runs = put(applicant, hours=0.1)
    others = {each: put(applicant, hours=-1, status=each) for each in (C.REVOKED, C.SUSPECT)}
    jobs.expire()
    assert [status(each) for each in over] == [C.EXPIRED, C.EXPIRED]
    assert status(runs) is C.ACTIVE
    assert {each: status(key) for each, key in others.items()} == {each: each for each in others}
    assert entries() == [str(over[1]), str(over[0])]  # what ended first comes first
    jobs.expire()  # safe to run twice
    assert len(entries()) == 2


def test_the_last_moment_itself_is_still_valid(applicant: UUID) -> None:
    key = put(applicant, hours=0)
    end = db.session.get_one(Certificate, key).not_after
    db.session.rollback()
    assert expire_certificates(now=end, most=9) == 0
    assert expire_certificates(now=end + timedelta(microseconds=1), most=9) == 1
    assert status(key) is C.EXPIRED


def test_many_expire_in_batches(applicant: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = [put(applicant, hours=-1 - index) for index in range(5)]
    monkeypatch.setattr(jobs, "BATCH", 2)
    monkeypatch.setattr(jobs, "MOST_BATCHES", 2)
    jobs.expire()
    assert [status(key) for key in keys] == [C.ACTIVE, *[C.EXPIRED] * 4]  # the clock has other things to do
    jobs.expire()
    assert status(keys[0]) is C.EXPIRED


def test_a_row_that_somebody_holds_is_passed_over(applicant: UUID, app: Flask) -> None:
    held, free = put(applicant, hours=-2), put(applicant, hours=-1)

    def other() -> int:
        with app.app_context():
            try:
                return expire_certificates(now=clock.now(), most=9)
            finally:
                db.session.remove()

    db.session.scalars(select(Certificate).where(Certificate.id == held).with_for_update()).one()
    with ThreadPoolExecutor(1) as pool:
        try:
            assert pool.submit(other).result(timeout=30) == 1
        finally:
            db.session.rollback()  # whoever waits for the row goes on
    assert (status(held), status(free)) == (C.ACTIVE, C.EXPIRED)
    jobs.expire()
    assert status(held) is C.EXPIRED


def test_the_clock_does_it_every_hour() -> None:
    (regular,) = [each for each in SCHEDULE if each.name == "issuance.jobs.issuing.expire"]
    assert regular.every == timedelta(hours=1)
