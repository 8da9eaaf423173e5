"""CRLs of every CA and shard, judged by OpenSSL, GnuTLS and pkilint."""

import threading
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from flask import Flask
from sqlalchemy import select, update

from app.core import clock
from app.core.db import db
from app.core.settings import Settings
from app.signer import SignerClient, SignerUnavailableError
from issuance import jobs, queries
from issuance.errors import CrlRefusedError, LintError, SignatureWrongError
from issuance.rules.crl_lint import crl_findings
from issuance.services import write_crl
from issuance.services.publish_crl import publish_crl
from models.certificates import Certificate, Crl, CrlPart, Revocation
from tests.factories.certificates import issued_certificate
from tests.factories.crls import add_revocations, authority_row, issue_by, newest_crl, roll_over, run
from tests.factories.desk import staff_actor
from tests.integration.issuance.test_revocation import company_with, revoke

pytestmark = pytest.mark.hsm


@pytest.fixture
def ca(app: Flask, authority: None):
    return authority_row()


def publish(**more) -> bool:
    return publish_crl(now=clock.now(), **more)


def serials_of(crl: Crl) -> list[int]:
    return [entry.serial_number for entry in x509.load_der_x509_crl(queries.crl_bytes(crl.id))]


def write(folder, ca, certificate: x509.Certificate, *crls: Crl) -> None:
    (folder / "ca.pem").write_bytes(x509.load_der_x509_certificate(ca.der).public_bytes(Encoding.PEM))
    (folder / "ee.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    found = [x509.load_der_x509_crl(queries.crl_bytes(crl.id)) for crl in crls]
    (folder / "crl.der").write_bytes(found[0].public_bytes(Encoding.DER))
    (folder / "crl.pem").write_bytes(b"".join(each.public_bytes(Encoding.PEM) for each in found))


VERIFY = ("openssl", "verify", "-x509_strict", "-crl_check", "-CAfile", "ca.pem", "-CRLfile", "crl.pem", "ee.pem")


def test_openssl_gnutls_and_pkilint_read_it(ca, settings: Settings, tmp_path) -> None:
    revoked, since = issue_by(ca, settings.public_url, serial=(0x31 << 120) + 0xABC), clock.now() - timedelta(days=3)
    add_revocations(ca.id, [revoked.serial_number], since=since)
    assert publish()
    crl = newest_crl(ca.id)
    write(tmp_path, ca, revoked, crl)
    text_of = run(
        tmp_path, "openssl", "crl", "-inform", "DER", "-in", "crl.der", "-noout", "-text", "-CAfile", "ca.pem"
    )
    assert "verify OK" in text_of.stderr
    for words in (
        "Issuing Distribution Point: critical", f"URI:{settings.public_url}/crl/ca-000.crl", "Only User Certificates",
        "X509v3 CRL Number", "Key Compromise", f"{since:%b} {since.day:2} {since:%H:%M:%S} {since.year} GMT",
        f"Serial Number: {revoked.serial_number:X}", "2.5.29.60",
    ):  # fmt: skip
        assert words in text_of.stdout, words
    assert "revoked" in run(tmp_path, *VERIFY).stderr
    told = run(tmp_path, "certtool", "--crl-info", "--inder", "--infile", "crl.der").stdout
    assert "Revoked certificates (1)" in told and f"{revoked.serial_number:x}" in told
    checked = run(tmp_path, "certtool", "--verify-crl", "--load-ca-certificate", "ca.pem", "--infile", "crl.pem")
    assert "Verified" in checked.stdout and checked.returncode == 0
    assert crl_findings(queries.crl_bytes(crl.id)) == []
    good = issue_by(ca, settings.public_url)
    write(tmp_path, ca, good, crl)
    assert run(tmp_path, *VERIFY).returncode == 0
    assert crl.next_update - crl.this_update == timedelta(hours=96)


def test_certificate_and_crl_name_one_address_byte_for_byte(ca) -> None:
    certificate_id = issued_certificate(company_with("吉田 太郎").applicants[0].id)
    row = db.session.get_one(Certificate, certificate_id)
    points = x509.load_der_x509_certificate(row.der).extensions.get_extension_for_class(x509.CRLDistributionPoints)
    found = x509.load_der_x509_crl(queries.crl_bytes(newest_crl(ca.id).id))
    point = found.extensions.get_extension_for_class(x509.IssuingDistributionPoint)
    assert point.critical
    assert point.value.full_name == points.value[0].full_name


def test_an_expired_certificate_stays(ca, tmp_path) -> None:
    actor = staff_actor("ca_operator", name="認証 三郎")
    certificate_id = issued_certificate(company_with("吉田 太郎").applicants[0].id)
    revoke(certificate_id, actor)
    assert publish()
    later = clock.now() + timedelta(days=365 * 4)
    row = db.session.get_one(Certificate, certificate_id)
    assert row.not_after < later
    assert publish_crl(now=later)
    crl = newest_crl(ca.id)
    assert serials_of(crl) == [int(row.serial, 16)]
    write(tmp_path, ca, x509.load_der_x509_certificate(row.der), crl)
    done = run(tmp_path, *VERIFY[:2], "-attime", str(int(later.timestamp())), *VERIFY[2:])
    assert "certificate revoked" in done.stderr  # years later it is still said


def test_each_generation_and_shard_has_a_crl_of_its_own(ca, settings: Settings, tmp_path) -> None:
    second = roll_over()
    add_revocations(ca.id, [11, 12])
    add_revocations(second.id, [21])
    add_revocations(second.id, [31], shard="001")
    assert publish()
    db.session.rollback()
    found = {(crl.ca_certificate_id, crl.shard): crl for crl in db.session.scalars(select(Crl).order_by(Crl.number))}
    assert {key: (int(crl.number), serials_of(crl)) for key, crl in found.items()} == {
        (ca.id, "000"): (2, [11, 12]), (second.id, "000"): (1, [21]), (second.id, "001"): (1, [31]),
    }  # fmt: skip
    for row, shard, name, revoked in (
        (ca, "000", "ca-000", 11),
        (second, "000", "ca2-000", 21),
        (second, "001", "ca2-001", 31),
    ):
        crl = found[row.id, shard]
        point = x509.load_der_x509_crl(queries.crl_bytes(crl.id)).extensions.get_extension_for_class(
            x509.IssuingDistributionPoint
        )
        assert point.value.full_name[0].value == f"{settings.public_url}/crl/{name}.crl"
        write(tmp_path, row, issue_by(row, settings.public_url, shard=shard), crl)
        assert run(tmp_path, *VERIFY).returncode == 0
        write(tmp_path, row, issue_by(row, settings.public_url, shard=shard, serial=revoked), crl)
        assert "certificate revoked" in run(tmp_path, *VERIFY).stderr
    # A CRL of another shard says nothing about a certificate.
    write(tmp_path, second, issue_by(second, settings.public_url, shard="001"), found[second.id, "000"])
    assert "different CRL scope" in run(tmp_path, *VERIFY).stderr
    assert not publish()  # nothing new, nothing old


def test_an_expired_ca_issues_no_more(ca) -> None:
    second = roll_over()
    ca.not_after = clock.now()
    db.session.commit()
    [left] = add_revocations(ca.id, [11])
    assert publish()
    assert newest_crl(second.id).number == 1
    assert newest_crl(ca.id).number == 1
    jobs.publish_crl(str(left))  # and nobody waits for it


def test_it_replaces_only_what_is_older_and_of_the_same_scope(ca, app: Flask, settings: Settings) -> None:
    app.extensions["settings"] = settings.model_copy(update={"public_url_given": "https://elsewhere.example"})
    with pytest.raises(CrlRefusedError, match="crl-address"):
        publish(even_if_current=True)
    app.extensions["settings"] = settings
    db.session.execute(update(Crl).values(number=0))  # the row says less than the octets that lie there
    db.session.commit()
    with pytest.raises(CrlRefusedError, match="crl-number"):
        publish(even_if_current=True)
    assert len(db.session.scalars(select(Crl)).all()) == 1
    db.session.execute(update(Crl).values(number=1))
    db.session.commit()
    assert publish(even_if_current=True)
    assert newest_crl(ca.id).number == 2


def lying_parts() -> dict[tuple[int, int], int]:
    """Own parts of each CRL: (number, position) with their length."""
    rows = db.session.execute(
        select(Crl.number, CrlPart.position, CrlPart.data).join(CrlPart, CrlPart.crl_id == Crl.id)
    )
    return {(int(number), position): len(data) for number, position, data in rows}


def test_nothing_of_a_crl_that_could_not_be_signed_remains(ca, app: Flask, settings: Settings, monkeypatch) -> None:
    [revocation] = add_revocations(ca.id, [1])
    running = app.extensions["signer"]
    app.extensions["signer"] = SignerClient(settings.var_dir / "nobody.sock")
    with pytest.raises(SignerUnavailableError):
        publish()
    app.extensions["signer"] = running
    with monkeypatch.context() as patch:
        patch.setattr(write_crl, "is_signed_by", lambda *_: False)
        with pytest.raises(SignatureWrongError):
            publish()
    with monkeypatch.context() as patch:
        patch.setattr(write_crl, "crl_findings", lambda _: ["ERROR own.finding"])
        with pytest.raises(LintError):
            publish()
    db.session.rollback()
    assert len(db.session.scalars(select(Crl)).all()) == 1
    assert {number for number, _position in lying_parts()} == {1}
    assert db.session.get_one(Revocation, revocation).crl_number is None
    assert publish()
    assert newest_crl(ca.id).number == 2


def test_a_ca_whose_key_is_away_keeps_no_other_back(ca) -> None:
    second = roll_over()
    second.key_label = "lost"
    db.session.commit()
    add_revocations(ca.id, [1])
    with pytest.raises(Exception, match="signer-refused"):
        publish()
    db.session.rollback()
    assert newest_crl(ca.id).number == 2
    assert db.session.scalars(select(Crl).where(Crl.ca_certificate_id == second.id)).all() == []


def test_many_publish_at_once_and_no_number_is_used_twice(ca, app: Flask) -> None:
    def turn() -> None:
        with app.app_context():
            for _ in range(3):
                publish_crl(now=clock.now(), even_if_current=True)
            db.session.remove()

    threads = [threading.Thread(target=turn) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    numbers = [int(number) for number in db.session.scalars(select(Crl.number).order_by(Crl.number))]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) >= 4
    lying = [
        x509.load_der_x509_crl(queries.crl_bytes(crl.id))
        for crl in db.session.scalars(select(Crl).order_by(Crl.number))
    ]
    assert [each.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number for each in lying] == numbers


def test_it_is_due_by_age_or_by_what_no_crl_says(ca, monkeypatch) -> None:
    assert not publish()
    now = newest_crl(ca.id).this_update
    assert not publish_crl(now=now + timedelta(hours=19, minutes=59))
    assert publish_crl(now=now + timedelta(hours=20))
    add_revocations(ca.id, [1])
    assert publish_crl(now=now + timedelta(hours=20, minutes=1))
    assert db.session.scalars(select(Revocation.crl_number)).all() == [3]
