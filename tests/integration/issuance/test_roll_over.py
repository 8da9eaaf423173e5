"""The CA gets a new key; OpenSSL and pkilint judge what comes of it."""

import asyncio
import subprocess
from datetime import timedelta

import pytest
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, load_der_public_key
from pyhanko_certvalidator import CertificateValidator
from pyhanko_certvalidator.errors import RevokedError
from sqlalchemy import select

from app import signer, timestamps
from app.contracts.signing.trust import Trust
from app.core import clock
from app.core.db import db
from issuance import queries
from issuance.ceremony import roll_over as ceremony
from issuance.ceremony.configuration import DEVELOPMENT, load_configuration
from issuance.ceremony.roll_over import roll_over
from issuance.ceremony.token import open_token
from issuance.errors import CeremonyError, NoAuthorityError
from issuance.rules.lint import certificate_findings
from issuance.services.issue_certificate import issue_certificate
from issuance.services.publish_crl import publish_crl
from issuance.services.reserve_serials import reserve_serials
from issuance.services.revoke_certificate import revoke_certificate
from models.audit import AuditEntry
from models.certificates import CaCertificate, Certificate, Crl, Revocation
from models.enums import CaKeyPurpose
from tests.factories.authority import CONFIGURATION
from tests.factories.certificates import issued_certificate, requested_enrolment
from tests.factories.desk import staff_actor
from tests.integration.issuance.test_revocation import company_with

pytestmark = pytest.mark.hsm
NAMES = ("ca", "ca2", "ca2-new-with-old", "ca2-old-with-new", "ocsp2", "tsa2", "seal2")


def pem(path, der: bytes) -> str:
    path.write_bytes(x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM))
    return str(path)


def openssl_verifies(*arguments: str) -> bool:
    done = subprocess.run(
        ["openssl", "verify", "-x509_strict", *arguments], capture_output=True, text=True, check=False
    )
    return done.returncode == 0 and done.stdout.rstrip().endswith("OK")


def certificate_of(name: str) -> Certificate:
    applicant = company_with(name).applicants[0].id
    return db.session.get_one(Certificate, issued_certificate(applicant))


@pytest.fixture
def files(authority, settings, tmp_path):
    """One certificate before the roll-over, one after it, and everything that the ceremony made, as PEM files."""
    first = certificate_of("吉田 太郎").der
    record = roll_over(CONFIGURATION, settings, now=clock.now())
    second = certificate_of("神谷 吾郎").der
    pem(tmp_path / "first.pem", first)
    pem(tmp_path / "second.pem", second)
    for name in NAMES:
        (tmp_path / f"{name}.pem").write_bytes((record.parent / f"{name}.pem").read_bytes())
    return {path.stem: str(path) for path in tmp_path.glob("*.pem")}


def test_openssl_finds_a_way_to_either_root(files):
    old, new = files["ca"], files["ca2"]
    assert openssl_verifies("-CAfile", old, files["first"])
    assert openssl_verifies("-CAfile", new, files["second"])
    assert not openssl_verifies("-CAfile", old, files["second"])
    assert not openssl_verifies("-CAfile", new, files["first"])
    assert openssl_verifies("-CAfile", old, "-untrusted", files["ca2-new-with-old"], files["second"])
    assert openssl_verifies("-CAfile", new, "-untrusted", files["ca2-old-with-new"], files["first"])
    both = ("-explicit_policy", "-policy", "1.2.392.200999.1.1")
    assert openssl_verifies(*both, "-CAfile", old, "-untrusted", files["ca2-new-with-old"], files["second"])
    for unit in ("ocsp2", "tsa2", "seal2"):
        assert openssl_verifies("-CAfile", new, files[unit])


def test_what_is_made_is_clean_on_record_and_takes_over(files):
    rows = db.session.scalars(select(CaCertificate)).all()
    assert all(certificate_findings(row.der) == [] for row in rows)
    state = {(row.purpose.value, row.generation, row.key_label): row.active for row in rows}
    assert state == {
        ("ca", 1, "ca"): False,
        ("ocsp", 1, "ocsp"): True,
        ("tsa", 1, "tsa"): False,
        ("seal", 1, "seal"): False,
        ("ca", 2, "ca2"): True,
        ("cross", 1, "ca2"): False,
        ("cross", 2, "ca"): False,
        ("ocsp", 2, "ocsp2"): True,
        ("tsa", 2, "tsa2"): True,
        ("seal", 2, "seal2"): True,
    }
    made = queries.get_authority(CaKeyPurpose.CA)
    assert [person["name"] for person in made.ceremony["present"]] == ["Operator", "Witness"]
    assert set(made.ceremony["certificates"]) == set(NAMES) - {"ca"}
    events = db.session.scalars(select(AuditEntry.event)).all()
    assert (events.count("authority:create"), events.count("authority:retire")) == (4 + 6, 3)


def test_a_serial_number_that_waited_through_it_is_issued_by_the_present_ca(authority, settings):
    enrolment = requested_enrolment(company_with("吉田 太郎").applicants[0].id)
    reserve_serials([enrolment], now=clock.now())
    roll_over(CONFIGURATION, settings, now=clock.now())
    issue_certificate(enrolment, now=clock.now())
    row = db.session.scalars(select(Certificate)).one()
    issuer = queries.get_authority(CaKeyPurpose.CA)
    assert (row.ca_certificate_id, issuer.generation) == (issuer.id, 2)
    x509.load_der_x509_certificate(row.der).verify_directly_issued_by(queries.load(issuer))


def test_the_new_ca_issues_and_the_old_one_goes_on_with_its_crl(files, settings):
    first, second = db.session.scalars(select(Certificate).order_by(Certificate.issued_at)).all()
    old, new = (db.session.get_one(CaCertificate, row.ca_certificate_id) for row in (first, second))
    assert (old.generation, new.generation) == (1, 2)
    text = subprocess.run(
        ["openssl", "x509", "-in", files["second"], "-noout", "-text"], capture_output=True, text=True, check=True
    ).stdout
    assert f"{settings.public_url}/crl/ca2-000.crl" in text
    assert f"{settings.public_url}/crl/ca2.cer" in text
    now = clock.now()
    revoke_certificate(
        first.id, reason="superseded", asked_by="holder", asked_at=now, actor=staff_actor("ca_operator"), now=now
    )
    assert db.session.scalars(select(Revocation.ca_certificate_id)).one() == old.id
    publish_crl(now=now, even_if_current=True)
    for row, entries in ((old, 1), (new, 0)):
        crl = queries.find_latest_crl(row.id)
        found = x509.load_der_x509_crl(queries.crl_bytes(crl.id))
        assert found.is_signature_valid(queries.load(row).public_key())
        assert len(found) == entries


def test_the_signing_process_uses_the_new_keys_as_it_used_the_old(files):
    keys = signer.current().health()["keys"]
    assert {"ca", "ca2", "ocsp2", "tsa2", "seal2"} <= set(keys)
    assert timestamps.stamp(b"x" * 32)


def test_a_ceremony_that_broke_goes_on_where_it_stopped(authority, settings, monkeypatch):
    def power_cut(*_arguments: object) -> None:
        raise RuntimeError("power cut")

    with monkeypatch.context() as patched:
        patched.setattr(ceremony, "_replace", power_cut)
        with pytest.raises(RuntimeError, match="power cut"):
            roll_over(CONFIGURATION, settings, now=clock.now())
    db.session.rollback()
    assert queries.get_authority(CaKeyPurpose.CA).generation == 1
    token = open_token(settings)
    before = token.public_key("ca2")
    token.close()
    roll_over(CONFIGURATION, settings, now=clock.now())
    row = queries.get_authority(CaKeyPurpose.CA)
    assert row.generation == 2
    assert "ca2" not in row.ceremony["keys_made"]
    assert queries.load(row).public_key() == load_der_public_key(before)


def test_no_second_roll_over_on_the_same_day(files, settings):
    with pytest.raises(CeremonyError, match="roll-over-today"):
        roll_over(CONFIGURATION, settings, now=clock.now())
    roll_over(CONFIGURATION, settings, now=clock.now() + timedelta(days=1))
    assert queries.get_authority(CaKeyPurpose.CA).key_label == "ca3"


def test_pyhanko_tells_both_generations_apart_although_they_bear_one_name(authority, settings):
    """As contracts judge: both CAs and both CRLs given, in either order; each certificate is looked up on the right CRL."""
    good, revoked = [certificate_of("吉田 太郎").id], [certificate_of("高橋 花子").id]
    roll_over(CONFIGURATION, settings, now=clock.now())
    good.append(certificate_of("神谷 吾郎").id)
    revoked.append(certificate_of("佐藤 次郎").id)
    now, actor = clock.now(), staff_actor("ca_operator")
    for each in revoked:
        revoke_certificate(each, reason="keyCompromise", asked_by="holder", asked_at=now, actor=actor, now=now)
    publish_crl(now=clock.now(), even_if_current=True)
    rows = db.session.scalars(select(CaCertificate).where(CaCertificate.purpose == CaKeyPurpose.CA)).all()
    for order in (rows, rows[::-1]):
        crls = tuple(queries.crl_bytes(queries.find_latest_crl(row.id).id) for row in order)
        trust = Trust(roots=tuple(row.der for row in order), crls=crls, policies=frozenset())
        for each in (*good, *revoked):
            leaf = asn1_x509.Certificate.load(db.session.get_one(Certificate, each).der)
            validator = CertificateValidator(leaf, validation_context=trust.context(clock.now()))
            if each in good:
                asyncio.run(validator.async_validate_usage(set()))
            else:
                with pytest.raises(RevokedError):
                    asyncio.run(validator.async_validate_usage(set()))


def test_nothing_leads_to_a_key_in_wrong_hands(authority, settings):
    roll_over(CONFIGURATION, settings, now=clock.now(), is_compromised=True)
    rows = db.session.scalars(select(CaCertificate)).all()
    assert CaKeyPurpose.CROSS not in {row.purpose for row in rows}
    assert queries.get_authority(CaKeyPurpose.CA).ceremony["old_key_compromised"] is True


def test_refusals(app, settings, signer_process, tmp_path):
    with pytest.raises(NoAuthorityError):
        roll_over(CONFIGURATION, settings, now=clock.now())
    with pytest.raises(CeremonyError, match="two-people"):
        load_configuration(DEVELOPMENT, ("A",))


def test_the_name_stays(authority, settings):
    other = CONFIGURATION.model_copy(update={"ca": CONFIGURATION.ca.model_copy(update={"common_name": "Other"})})
    with pytest.raises(CeremonyError, match="roll-over-name"):
        roll_over(other, settings, now=clock.now())


def test_without_its_token_nothing_is_made(authority, settings):
    elsewhere = settings.model_copy(update={"pkcs11_token": "another"})
    with pytest.raises(CeremonyError, match="ceremony-token-missing"):
        roll_over(CONFIGURATION, elsewhere, now=clock.now())


def test_without_a_place_for_the_record_nothing_is_made(authority, settings, tmp_path):
    (tmp_path / "ceremony").write_text("a file where the directory should be")
    full = settings.model_copy(update={"var_dir": tmp_path})
    with pytest.raises(CeremonyError, match="ceremony-record-unwritable"):
        roll_over(CONFIGURATION, full, now=clock.now())
    assert db.session.scalar(select(Crl.id).limit(1))
    assert queries.get_authority(CaKeyPurpose.CA).generation == 1
