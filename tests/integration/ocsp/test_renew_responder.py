"""The responder's certificate is renewed by itself, and OpenSSL goes on believing the answers."""

from datetime import timedelta

import pytest
from cryptography import x509
from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.signer import SignerClient, SignerUnavailableError
from issuance import queries
from issuance.jobs.ocsp import renew_responders as renew_job
from issuance.rules.lint import certificate_findings
from issuance.services.renew_responder import renew_responders
from models.audit import AuditEntry
from models.certificates import CaCertificate
from models.enums import CaKeyPurpose
from tests.integration.ocsp.test_ocsp_by_openssl import ask, openssl

pytestmark = pytest.mark.hsm


def responders() -> list[CaCertificate]:
    db.session.rollback()
    query = select(CaCertificate).where(CaCertificate.purpose == CaKeyPurpose.OCSP).order_by(CaCertificate.not_after)
    return list(db.session.scalars(query))


def test_it_is_left_alone_until_fifteen_days_before_its_end(authority) -> None:
    now = clock.now()
    renew_job()
    assert renew_responders(now=now + timedelta(days=29)) == 0
    assert len(responders()) == 1
    assert renew_responders(now=now + timedelta(days=31)) == 1
    assert renew_responders(now=now + timedelta(days=31)) == 0


def test_the_new_one_has_the_old_name_and_key_and_a_life_of_45_days(authority) -> None:
    renew_responders(now=clock.now() + timedelta(days=40))
    old, new = responders()
    assert (old.active, new.active) == (False, True)
    assert (old.key_label, old.generation) == (new.key_label, new.generation)
    before, after = queries.load(old), queries.load(new)
    assert before.public_key() == after.public_key()
    assert before.subject == after.subject
    assert after.not_valid_after_utc - after.not_valid_before_utc == timedelta(days=45)
    assert after.serial_number != before.serial_number
    assert {each.oid: (each.critical, each.value) for each in before.extensions} == {
        each.oid: (each.critical, each.value) for each in after.extensions
    }
    assert certificate_findings(new.der) == []
    assert after.extensions.get_extension_for_class(x509.OCSPNoCheck)


def test_what_is_signed_is_on_record_before(authority, tmp_path) -> None:
    away = SignerClient(tmp_path / "nobody.sock")
    with pytest.raises(SignerUnavailableError):
        renew_responders(now=clock.now() + timedelta(days=40), issuer=away)
    assert [row.active for row in responders()] == [True]  # the old one goes on
    renew_responders(now=clock.now() + timedelta(days=40))
    events = db.session.scalars(
        select(AuditEntry.event).where(AuditEntry.event.like("authority:%")).order_by(AuditEntry.seq)
    ).all()
    assert events[-3:] == ["authority:about-to-sign", "authority:about-to-sign", "authority:renew"]


def test_openssl_believes_the_answers_of_the_new_one(url, files) -> None:
    assert "Response verify OK" in ask(files, url, "-no_nonce", "-cert", "0.pem").stderr
    row = responders()[0]
    now = clock.now()
    row.not_before, row.not_after = now - timedelta(days=40), now + timedelta(days=5)  # its end is near
    db.session.commit()
    assert renew_responders(now=clock.now()) == 1
    done = ask(files, url, "-nonce", "-cert", "0.pem")
    assert "Response verify OK" in done.stderr
    from tests.integration.ocsp.conftest import pem  # noqa: PLC0415

    (files / "new.pem").write_bytes(pem(next(row.der for row in responders() if row.active)))
    assert openssl(files, "verify", "-x509_strict", "-CAfile", "ca.pem", "new.pem").returncode == 0
