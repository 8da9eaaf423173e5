"""The parts of CRLs: full ones stay with the CRL that filled them, whatever follows."""

import hashlib
from datetime import timedelta

import pytest
from cryptography import x509
from flask import Flask
from sqlalchemy import insert, select, text

from app.core import clock
from app.core.db import db
from issuance import queries
from issuance.queries import crl_parts
from issuance.services.check_crls import crl_findings_of_all
from issuance.services.publish_crl import publish_crl
from models.audit import AuditEntry
from models.certificates import CaCertificate, Crl, Revocation
from tests.factories.crls import add_revocations, authority_row, newest_crl
from tests.integration.issuance.test_crls import lying_parts, publish, serials_of

pytestmark = pytest.mark.hsm


@pytest.fixture
def ca(app: Flask, authority: None) -> CaCertificate:
    return authority_row()


def positions(number: int) -> list[int]:
    return [position for of_number, position in sorted(lying_parts()) if of_number == number]


def check_contents(ca, number: int, serials: list[int]) -> None:
    crl = db.session.scalars(select(Crl).where(Crl.number == number)).one()
    whole = queries.crl_bytes(crl.id)
    assert x509.load_der_x509_crl(whole).is_signature_valid(x509.load_der_x509_certificate(ca.der).public_key())
    assert serials_of(crl) == serials
    assert (crl.entry_count, crl.size) == (len(serials), len(whole))
    assert crl.sha256 == hashlib.sha256(whole).hexdigest()
    read = crl_parts.reader_of(crl.id)
    assert read(0, len(whole) + 9) == whole
    assert b"".join(read(at, 100) for at in range(0, len(whole), 100)) == whole


def test_full_parts_are_taken_over_also_by_the_daily_one(ca, monkeypatch) -> None:
    monkeypatch.setattr(crl_parts, "ENTRIES_IN_A_PART", 3)
    add_revocations(ca.id, range(1, 8))
    publish()
    add_revocations(ca.id, [8])
    publish()
    add_revocations(ca.id, [9, 10])
    publish()
    later = clock.now() + timedelta(hours=21)
    assert publish_crl(now=later)
    add_revocations(ca.id, range(11, 17))
    assert publish_crl(now=later + timedelta(minutes=1))
    assert publish_crl(now=later + timedelta(hours=21))
    assert publish(even_if_current=True)
    for number, last in ((2, 7), (3, 8), (4, 10), (5, 10), (6, 16), (7, 16), (8, 16)):
        check_contents(ca, number, list(range(1, last + 1)))
    assert positions(2) == [0, 1, 2, 3, 4]
    assert positions(3) == [0, 3, 4]  # 1 and 2 lie with the base
    assert positions(4) == [0, 3, 4, 5]  # 3 was filled
    assert positions(5) == [0, 4, 5]  # the daily one: 3 lies with the one before, 1 and 2 with the first
    assert positions(6) == [0, 4, 5, 6, 7]
    assert positions(7) == [0, 6, 7]
    assert positions(8) == [0, 1, 2, 3, 4, 5, 6, 7]  # asked for: of the revocations alone
    anew = db.session.scalars(
        select(AuditEntry.detail).where(AuditEntry.event == "crl:issue").order_by(AuditEntry.seq)
    ).all()
    assert [detail["number"] for detail in anew if detail["anew"]] == [1, 2, 8]


def test_the_daily_one_revokes_nobody_less_when_a_row_is_gone(ca, monkeypatch) -> None:
    """Only who asks for a CRL built anew gets one of the rows alone; the nightly check has told what is wrong."""
    monkeypatch.setattr(crl_parts, "ENTRIES_IN_A_PART", 3)
    gone, *_rest = add_revocations(ca.id, range(1, 8))
    publish()
    db.session.execute(text("DELETE FROM revocation WHERE id = :id"), {"id": gone})
    db.session.commit()
    assert publish_crl(now=clock.now() + timedelta(hours=21))
    assert serials_of(newest_crl(ca.id)) == list(range(1, 8))
    assert "crl-entry-unknown" in {finding.code for finding in crl_findings_of_all(clock.now())}


def test_what_committed_late_is_not_left_out(ca, monkeypatch) -> None:
    monkeypatch.setattr(crl_parts, "ENTRIES_IN_A_PART", 2)
    add_revocations(ca.id, range(1, 6))
    late = db.session.scalars(select(Revocation).order_by(Revocation.sequence)).all()[1]
    kept = {column.name: getattr(late, column.name) for column in Revocation.__table__.columns}
    db.session.execute(text("DELETE FROM revocation WHERE id = :id"), {"id": kept["id"]})
    db.session.commit()
    publish()
    assert serials_of(newest_crl(ca.id)) == [1, 3, 4, 5]
    db.session.execute(text("SET LOCAL session_replication_role = replica"))
    db.session.execute(insert(Revocation).values(kept))
    db.session.commit()
    publish()
    assert serials_of(newest_crl(ca.id)) == [1, 2, 3, 4, 5]
    assert positions(3) == [0, 1, 2, 3, 4]
    add_revocations(ca.id, [6, 7])
    publish()
    check_contents(ca, 4, list(range(1, 8)))
    assert positions(4) == [0, 3, 4, 5]


def test_what_committed_late_leaves_the_parts_before_it(ca, monkeypatch) -> None:
    monkeypatch.setattr(crl_parts, "ENTRIES_IN_A_PART", 2)
    add_revocations(ca.id, [1, 2])
    publish()
    add_revocations(ca.id, [3])
    late = db.session.scalars(select(Revocation).order_by(Revocation.sequence.desc())).first()
    kept = {column.name: getattr(late, column.name) for column in Revocation.__table__.columns}
    db.session.execute(text("DELETE FROM revocation WHERE id = :id"), {"id": kept["id"]})
    add_revocations(ca.id, [4, 5, 6])
    publish()
    assert positions(3) == [0, 2, 3, 4]
    db.session.execute(text("SET LOCAL session_replication_role = replica"))
    db.session.execute(insert(Revocation).values(kept))
    db.session.commit()
    publish()
    check_contents(ca, 4, [1, 2, 3, 4, 5, 6])
    assert positions(4) == [0, 2, 3, 4]  # 1 lies with the first one still
