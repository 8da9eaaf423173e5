"""Notices of renewal: once, in time, made up for by the latest step alone, and none to whom they do not concern."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, text, update

from app.core import clock
from app.core.db import db
from issuance.jobs import renewal
from models.accounts import CompanyAccount
from models.applications import Applicant
from models.audit import AuditEntry
from models.certificates import Certificate, CertificateNotice
from models.companies import Company
from models.enums import AccountStatus, CertificateStatus, EnrolmentStatus, NoticeChannel, PinStatus
from models.promises import Promise
from tests.factories.endings import applicant_of, certificate_of, ending, holder, open_passage

EMAIL, LETTER = NoticeChannel.EMAIL, NoticeChannel.LETTER


def plan() -> None:
    db.session.rollback()
    renewal.plan_notices()
    db.session.rollback()


def told(certificate: UUID) -> set[tuple[NoticeChannel, int]]:
    """What is planned for a certificate."""
    rows = db.session.execute(
        select(CertificateNotice.channel, CertificateNotice.step).where(CertificateNotice.certificate_id == certificate)
    ).all()
    db.session.rollback()
    return {(channel, step) for channel, step in rows}


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: moment)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (61, set()),
        (60, {(EMAIL, 60), (LETTER, 60)}),
        (45, {(EMAIL, 60), (LETTER, 60)}),
        (30, {(EMAIL, 30), (LETTER, 60)}),
        (14, {(EMAIL, 14), (LETTER, 60)}),
        (1, {(EMAIL, 14), (LETTER, 60)}),
        (0, {(EMAIL, 14), (LETTER, 60)}),
        (-1, set()),
    ],
)
def test_only_the_latest_step_that_applies_is_planned(
    app: Flask, days: int, expected: set[tuple[NoticeChannel, int]]
) -> None:
    found = ending(days)
    plan()
    plan()
    assert told(found) == expected


def test_every_step_is_told_once_as_the_days_go_by(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    found, now = ending(61), clock.now()
    for day in range(70):
        at(monkeypatch, now + timedelta(days=day))
        plan()
    assert told(found) == {(EMAIL, 60), (EMAIL, 30), (EMAIL, 14), (LETTER, 60)}
    promised = db.session.scalars(select(Promise.name)).all()
    assert sorted(promised) == ["mailings.jobs.email_certificate_notice"] * 3 + [
        "mailings.jobs.prepare_certificate_letter"
    ]
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "notice:plan")).all()
    assert sorted(entry.subject_id for entry in entries) == [
        "renewal-email-14",
        "renewal-email-30",
        "renewal-email-60",
        "renewal-letter-60",
    ]


def test_two_at_once_plan_nothing_twice(app: Flask) -> None:
    found = [ending(20 + number) for number in range(6)]

    def run(_number: int) -> None:
        with app.app_context():
            renewal.plan_notices()
            db.session.remove()

    db.session.rollback()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(run, range(4)))
    assert all(len(told(each)) == 2 for each in found)
    assert len(db.session.scalars(select(Promise.id)).all()) == 12


def test_more_than_one_batch(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renewal, "BATCH", 2)
    found = [ending(20) for _number in range(5)]
    plan()
    assert all(len(told(each)) == 2 for each in found)


def test_one_turn_of_the_clock_does_not_do_everything(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renewal, "BATCH", 2)
    monkeypatch.setattr(renewal, "MOST", 2)
    found = [ending(20) for _number in range(4)]
    plan()
    assert sum(len(told(each)) for each in found) == 4
    plan()
    assert all(len(told(each)) == 2 for each in found)


def revoke(certificate: UUID) -> None:
    db.session.execute(
        update(Certificate).where(Certificate.id == certificate).values(status=CertificateStatus.REVOKED)
    )
    db.session.commit()


def cancel(certificate: UUID, *states: AccountStatus) -> None:
    case = applicant_of(certificate).application
    for status in states:
        application = case if status is states[0] else _another_case(case.company)
        db.session.add(CompanyAccount(company_id=case.company_id, application_id=application.id, status=status))
    db.session.commit()


def _another_case(company: Company):
    applicant_id, _company = holder("神谷 吾郎", company=company)
    return db.session.get_one(Applicant, applicant_id).application


def test_nobody_is_told_of_what_is_revoked_or_cancelled(app: Flask) -> None:
    revoked, cancelled, reopened = ending(20), ending(20), ending(20)
    revoke(revoked)
    cancel(cancelled, AccountStatus.CANCELLED)
    cancel(reopened, AccountStatus.CANCELLED, AccountStatus.OPEN)
    plan()
    assert (told(revoked), told(cancelled)) == (set(), set())
    assert told(reopened) == {(EMAIL, 30), (LETTER, 60)}


def test_nobody_is_told_who_has_a_newer_certificate(app: Flask) -> None:
    old = ending(20)
    person = applicant_of(old)
    newer = certificate_of(person.id, 700)
    plan()
    assert told(old) == set()
    revoke(newer)
    plan()
    assert told(old) == {(EMAIL, 30), (LETTER, 60)}


def test_a_newer_certificate_on_fresh_papers_counts_as_well(app: Flask) -> None:
    old = ending(20)
    company = applicant_of(old).application.company
    again, _company = holder("𠮷田　太郎", company=company)  # the same person, typed with another space
    certificate_of(again, 700)
    other = ending(20, name="神谷 吾郎")
    certificate_of(holder("神谷 吾郎")[0], 700)  # the same name in another company
    plan()
    assert told(old) == set()
    assert told(other) == {(EMAIL, 30), (LETTER, 60)}


@pytest.mark.parametrize(
    ("status", "pin", "is_told"),
    [
        (EnrolmentStatus.OPENED, PinStatus.ISSUED, False),
        (EnrolmentStatus.REQUESTED, PinStatus.RESERVED, False),
        (EnrolmentStatus.OPENED, PinStatus.LOCKED, True),  # the holder gave up on it
        (EnrolmentStatus.REFUSED, PinStatus.DESTROYED, True),
        (EnrolmentStatus.ISSUED, PinStatus.USED, True),  # what was issued is not valid, else it would be seen
    ],
)
def test_an_open_renewal_keeps_the_reminder_back(
    app: Flask, status: EnrolmentStatus, pin: PinStatus, is_told: bool
) -> None:
    found = ending(20)
    open_passage(found, status, pin=pin)
    plan()
    assert bool(told(found)) is is_told


def test_the_notice_says_how_far_an_online_renewal_reaches(app: Flask) -> None:
    fresh, old, used = ending(20, anchor_days=700), ending(20, anchor_days=5 * 365 - 60), ending(20)
    open_passage(used, EnrolmentStatus.ISSUED, pin=PinStatus.USED)
    plan()
    reach = dict(
        db.session.execute(
            select(CertificateNotice.certificate_id, CertificateNotice.online_until).where(
                CertificateNotice.channel == EMAIL
            )
        ).all()
    )
    assert reach[old] is None and reach[used] is None
    assert reach[fresh] is not None and 1100 < (reach[fresh] - clock.today()).days < 1130


def test_who_gave_no_address_is_not_told_that_way(app: Flask) -> None:
    found = ending(20, email="")
    plan()
    assert told(found) == {(LETTER, 60)}


def test_the_plan_walks_along_the_index(app: Flask) -> None:
    ending(20)
    # One row is as well found in any other way: here only an index that has them in order will do.
    for other in ("seqscan", "bitmapscan", "sort"):
        db.session.execute(text(f"SET LOCAL enable_{other} = off"))
    lines = db.session.scalars(
        text(
            "EXPLAIN SELECT id FROM certificate WHERE not_after >= now() AND not_after < now() + interval '61 days'"
            " AND status IN ('issued', 'active') ORDER BY not_after, id LIMIT 500"
        )
    ).all()
    assert "ix_certificate_not_after_id" in "\n".join(lines)
