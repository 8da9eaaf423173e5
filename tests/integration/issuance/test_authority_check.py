"""`flask ca check`: every finding is seen at least once, by tampering with rows and by certificates that never should be."""

from datetime import timedelta
from uuid import UUID

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy import select, text, update

from app import signer
from app.core import clock
from app.core.db import db
from issuance import queries
from issuance.jobs import authority as jobs
from issuance.rules import certificate_check
from issuance.rules.profile import Places, policies, serial_text, signing_usage
from issuance.rules.requests import spki_sha256
from issuance.rules.signing_bytes import hash_for
from issuance.services import check_crls
from issuance.services.check_authority import begin_check, continue_check
from issuance.services.publish_crl import publish_crl
from issuance.services.revoke_certificate import revoke_certificate
from models.applications import Application
from models.audit import AuditEntry
from models.authority_checks import AuthorityCheck
from models.certificates import Certificate
from models.enrolments import Enrolment
from models.enums import ApplicationStatus, CaKeyPurpose
from models.promises import Promise
from tests.factories.certificates import issued_certificate
from tests.factories.desk import staff_actor
from tests.factories.revocations import many_certificates
from tests.integration.issuance.test_revocation import company_with
from tests.integration.test_main_line import make_csr

pytestmark = pytest.mark.hsm


def holder(name: str = "吉田 太郎") -> UUID:
    """Key of a certificate as it should be: of an approved application."""
    application = company_with(name)
    db.session.execute(
        update(Application)
        .where(Application.id == application.id)
        .values(status=ApplicationStatus.APPROVED, approved_at=clock.now(), closed_on=clock.today())
    )
    applicant = application.applicants[0].id
    db.session.commit()
    return issued_certificate(applicant)


@pytest.fixture
def certificate(authority) -> Certificate:
    return db.session.get_one(Certificate, holder())


def run(*, batch: int = 200) -> AuthorityCheck:
    """A whole check."""
    check = begin_check(now=clock.now())
    while not continue_check(check, now=clock.now(), batch=batch):
        pass
    return db.session.get_one(AuthorityCheck, check)


def codes() -> set[str]:
    return {each["code"] for each in run().findings}


def sql(statement: str, **values: object) -> None:
    db.session.execute(text(statement), values)
    db.session.commit()


def change(row: Certificate, **values: object) -> None:
    key = row.id
    db.session.rollback()
    db.session.execute(update(Certificate).where(Certificate.id == key).values(**values))
    db.session.commit()


def store(row: Certificate, found: x509.Certificate) -> None:
    """Put another certificate in its place, with columns that fit: only what it says itself is wrong."""
    change(
        row,
        der=found.public_bytes(Encoding.DER),
        tbs=found.tbs_certificate_bytes,
        sha256=found.fingerprint(SHA256()).hex(),
        subject=found.subject.rfc4514_string(),
        not_before=found.not_valid_before_utc,
        not_after=found.not_valid_after_utc,
        identity_anchor=found.not_valid_before_utc,
        serial=serial_text(found.serial_number),
    )


class Forge:
    """A certificate like another one, made by hand and signed with the CA's key."""

    def __init__(self, row: Certificate) -> None:
        original = x509.load_der_x509_certificate(row.der)
        self.serial, self.subject = original.serial_number, original.subject
        self.start, self.end = original.not_valid_before_utc, original.not_valid_after_utc
        self.key = original.public_key()
        self.extensions = {each.oid: (each.value, each.critical) for each in original.extensions}

    def set(self, value: x509.ExtensionType) -> "Forge":
        self.extensions[value.oid] = (value, self.extensions[value.oid][1])
        return self

    def sign(self, *, label: str = "ca") -> x509.Certificate:
        ca = queries.load(queries.get_authority(CaKeyPurpose.CA))
        builder = x509.CertificateBuilder(ca.subject, self.subject, self.key, self.serial, self.start, self.end)
        for value, critical in self.extensions.values():
            builder = builder.add_extension(value, critical)
        key = signer.current().private_key(label)
        return builder.sign(key, hash_for(key.public_key()))


def test_what_was_made_properly_passes(certificate):
    check = run()
    assert (check.checked_count, check.finding_count, check.findings) == (1, 0, [])
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "authority:check")).one()
    assert (entry.outcome, entry.detail["checked"]) == ("done", 1)


def test_a_certificate_put_in_past_the_service_is_found(certificate):
    many_certificates(2)  # the second one is made of rows alone
    found = {(each["code"], each["serial"]) for each in run().findings}
    assert ("issue-not-recorded", f"{0x7F0002:032x}") in found
    assert ("issue-not-recorded", certificate.serial) not in found


def test_a_certificate_of_another_request_is_found(certificate):
    """The ledger of moduli is made of the requests: one that is not the certificate's own would hide its key."""
    other = db.session.get_one(Enrolment, certificate.enrolment_id)
    other.csr = make_csr()
    db.session.commit()
    assert codes() == {"request-differs"}


YEAR, DAY = timedelta(days=365), timedelta(days=1)


OF_ROWS = [
    ("der-unreadable", "UPDATE certificate SET der = 'nonsense'"),
    ("tbs-differs", "UPDATE certificate SET tbs = tbs || '\\x00'::bytea"),
    ("sha256-differs", "UPDATE certificate SET sha256 = repeat('0', 64)"),
    ("serial-differs", "UPDATE certificate SET serial = repeat('3', 32)"),
    ("serial-taken", "UPDATE ca_certificate SET serial = (SELECT serial FROM certificate) WHERE purpose = 'ocsp'"),
    ("validity-differs", "UPDATE certificate SET not_after = not_after + interval '1 second'"),
    ("anchor-wrong", "UPDATE certificate SET identity_anchor = NULL"),
    ("anchor-wrong", "UPDATE certificate SET identity_anchor = identity_anchor + interval '1 day'"),
    ("renewal-too-long", "UPDATE certificate SET identity_anchor = identity_anchor - interval '4 years'"),
    ("key-not-requested", "UPDATE enrolment SET spki_sha256 = repeat('0', 64)"),
    ("request-differs", "UPDATE enrolment SET csr = 'nonsense'"),
    ("issue-not-recorded", "UPDATE certificate SET sha256 = repeat('0', 64)"),
    ("certificate-missing", "DELETE FROM certificate"),
    ("subject-differs", "UPDATE certificate SET subject = 'CN=Somebody'"),
    ("holder-differs", "UPDATE applicant SET name_romaji = 'SUZUKI JIRO'"),
    ("holder-differs", "UPDATE applicant SET number = number || '0'"),
    ("profile-unknown", "UPDATE certificate SET profile_version = 99"),
    ("not-approved", "UPDATE application SET status = 'in_review', approved_at = NULL, closed_on = NULL"),
    ("not-approved", "UPDATE application SET approved_at = now() + interval '1 day'"),
    ("pin-not-used", "UPDATE pin_secret SET status = 'expired' WHERE kind = 'application'"),
    ("pin-not-used", "UPDATE pin_secret SET status = 'reserved' WHERE kind = 'download'"),
    ("revocation-missing", "UPDATE certificate SET status = 'revoked'"),
    ("unfinished", "UPDATE certificate SET status = 'intended', intended_at = now() - interval '1 hour'"),
    ("suspect", "UPDATE certificate SET status = 'suspect', suspect_reason = 'bytes differ'"),
    ("authority-differs", "UPDATE ca_certificate SET sha256 = repeat('0', 64) WHERE purpose = 'tsa'"),
    (
        "authority-differs",
        "UPDATE ca_certificate SET not_after = not_after + interval '1 day' WHERE purpose = 'ca'",
    ),
    ("authority-signature", "UPDATE ca_certificate SET generation = 2 WHERE purpose = 'seal'"),
    ("responder-missing", "UPDATE ca_certificate SET not_after = now() - interval '1 day' WHERE purpose = 'ocsp'"),
    ("responder-missing", "UPDATE ca_certificate SET active = false WHERE purpose = 'ocsp'"),
    ("crl-missing", "DELETE FROM crl_part; DELETE FROM crl"),
    ("crl-unreadable", "UPDATE crl_part SET data = 'nonsense' WHERE position = 0"),
    ("crl-differs", "UPDATE crl SET sha256 = repeat('0', 64)"),
    ("crl-differs", "UPDATE crl SET entry_count = 7"),
    ("crl-number", "UPDATE crl SET number = 2"),
    ("crl-old", "UPDATE crl SET this_update = this_update - interval '30 hours'"),
    ("crl-old", "UPDATE crl SET this_update = this_update - interval '3 hours', next_update = now()"),
]


@pytest.mark.parametrize(("code", "statement"), OF_ROWS)
def test_a_row_that_was_tampered_with_is_found(certificate, code, statement):
    db.session.rollback()
    for part in statement.split(";"):
        sql(part)
    assert code in codes()


def points(address: str) -> x509.CRLDistributionPoints:
    return x509.CRLDistributionPoints(
        [x509.DistributionPoint([x509.UniformResourceIdentifier(address)], None, None, None)]
    )


OF_FORGERIES = [
    ("validity-too-long", lambda it: setattr(it, "end", it.start + 5 * YEAR + 3 * DAY)),
    ("validity-outside-ca", lambda it: setattr(it, "start", it.start - DAY)),
    ("serial-form", lambda it: setattr(it, "serial", 0x32 << 120 | 12345 << 70)),
    ("key-weak", lambda it: setattr(it, "key", rsa.generate_private_key(3, 2048).public_key())),
    ("key-weak", lambda it: setattr(it, "key", ec.generate_private_key(ec.SECP384R1()).public_key())),
    ("profile-usage", lambda it: it.set(signing_usage(content_commitment=False))),
    ("profile-policy", lambda it: it.set(policies("1.2.3.4", Places("http://127.0.0.1:8700", "1.2.3")))),
    (
        "profile-key-identifier",
        lambda it: it.set(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(ec.generate_private_key(ec.SECP256R1()).public_key())
        ),
    ),
    ("profile-distribution-point", lambda it: it.set(points("http://example.org/crl/ca-000.crl"))),
    ("profile-access", lambda it: it.extensions.pop(x509.AuthorityInformationAccess.oid)),
    ("lint", lambda it: it.extensions.pop(x509.AuthorityKeyIdentifier.oid)),
]


@pytest.mark.parametrize(("code", "forge"), OF_FORGERIES)
def test_a_certificate_that_the_rules_forbid_is_found(certificate, code, forge):
    forged = Forge(certificate)
    forge(forged)
    found = forged.sign()
    sql(
        "UPDATE enrolment SET spki_sha256 = :key WHERE id = :id",
        key=spki_sha256(found.public_key()),
        id=certificate.enrolment_id,
    )
    store(certificate, found)
    assert code in codes()


def test_a_signature_of_another_key_is_found(certificate):
    store(certificate, Forge(certificate).sign(label="tsa"))
    assert codes() >= {"signature-wrong"}


def test_a_key_of_two_holders_is_found(certificate):
    other = db.session.get_one(Certificate, holder("神谷 吾郎"))
    sql(
        "UPDATE enrolment SET spki_sha256 = :key WHERE id = :id",
        key=db.session.get_one(Enrolment, certificate.enrolment_id).spki_sha256,
        id=other.enrolment_id,
    )
    assert codes() >= {"key-shared", "key-not-requested"}


@pytest.fixture
def revoked(certificate):
    now = clock.now()
    actor = staff_actor("ca_operator")
    revoke_certificate(certificate.id, reason="keyCompromise", asked_by="holder", asked_at=now, actor=actor, now=now)
    publish_crl(now=now)
    return certificate


def test_a_revocation_that_was_published_passes(revoked):
    assert codes() == set()


OF_REVOCATIONS = [
    ("revocation-not-marked", "UPDATE certificate SET status = 'active'"),
    ("crl-entry-differs", "UPDATE revocation SET crl_entry = crl_entry || '\\x00'::bytea"),
    ("crl-entry-unknown", "DELETE FROM revocation"),
    ("not-on-crl", "DELETE FROM crl_part WHERE crl_id = (SELECT id FROM crl ORDER BY number DESC LIMIT 1)"),
    ("crl-number", "DELETE FROM crl_part; DELETE FROM crl WHERE number = 1"),
    (
        "crl-signature",
        "UPDATE crl_part SET data = overlay(data placing '\\x99'::bytea from octet_length(data) - 200)",
    ),
    (
        "revocation-unpublished",
        "UPDATE revocation SET crl_number = NULL, revoked_at = revoked_at - interval '2 hours'",
    ),
]


@pytest.mark.parametrize(("code", "statement"), OF_REVOCATIONS)
def test_what_became_of_a_revocation_is_looked_at(revoked, code, statement):
    db.session.rollback()
    if code == "not-on-crl":
        statement += (
            "; UPDATE crl_part SET crl_id = (SELECT id FROM crl ORDER BY number DESC LIMIT 1)"  # the empty one's octets
        )
    elif code == "crl-signature":
        statement = "UPDATE crl_part SET data = set_byte(data, octet_length(data) - 1, 7) WHERE position > 1"
    for part in statement.split(";"):
        sql(part)
    assert code in codes()


def test_every_code_is_seen_in_a_test():
    seen = {code for code, _ in (*OF_ROWS, *OF_FORGERIES, *OF_REVOCATIONS)} | {"signature-wrong", "key-shared"}
    assert seen == {*certificate_check.CODES, *check_crls.CODES}


def test_a_renewal_is_compared_with_what_it_renews(certificate):
    other = db.session.get_one(Certificate, holder("神谷 吾郎"))
    sql(
        "UPDATE enrolment SET kind = 'renewal', application_pin_id = NULL, renews_id = :old, signature = 'x' WHERE id = :id",
        old=certificate.id,
        id=other.enrolment_id,
    )
    change(other, renews_id=certificate.id, identity_anchor=certificate.identity_anchor)
    assert run().findings == []
    change(other, identity_anchor=other.not_before + timedelta(seconds=5))
    assert [each["code"] for each in run().findings] == ["anchor-wrong"]


def test_it_goes_on_where_it_was_stopped(certificate):
    for name in ("神谷 吾郎", "高橋 花子"):
        holder(name)
    check = begin_check(now=clock.now())
    assert not continue_check(check, now=clock.now(), batch=2)
    assert db.session.get_one(AuthorityCheck, check).checked_count == 2
    assert begin_check(now=clock.now()) == check
    assert not continue_check(check, now=clock.now(), batch=2)
    assert continue_check(check, now=clock.now(), batch=2)
    assert continue_check(check, now=clock.now(), batch=2)  # nothing is done twice
    assert db.session.get_one(AuthorityCheck, check).checked_count == 3


def test_by_night_it_runs_once_and_in_steps(certificate, monkeypatch):
    jobs.check()
    jobs.check()
    promises = db.session.scalars(select(Promise).where(Promise.name == "issuance.jobs.authority.check_on")).all()
    assert len(promises) == 1
    subject = str(promises[0].subject_id)
    monkeypatch.setattr(jobs, "STEP", timedelta())
    jobs.check_on(subject)
    assert db.session.query(Promise).filter_by(name="issuance.jobs.authority.check_on").count() == 2
    jobs.check_on(subject)
    check = db.session.scalars(select(AuthorityCheck)).one()
    assert (check.checked_count, check.finding_count) == (1, 0)
    assert check.finished_at is not None
    jobs.check()
    assert db.session.query(AuthorityCheck).count() == 1


def test_the_command_says_what_it_found_and_fails(certificate, app):
    runner = app.test_cli_runner()
    good = runner.invoke(args=["ca", "check"])
    assert (good.exit_code, good.output) == (0, "1 certificates checked, 0 findings\n")
    serial = certificate.serial
    sql("UPDATE certificate SET subject = 'CN=Somebody'")
    bad = runner.invoke(args=["ca", "check"])
    assert bad.exit_code == 1
    assert f"subject-differs {serial}" in bad.output
    assert "1 certificates checked, 1 findings" in bad.output
    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.event == "authority:check").order_by(AuditEntry.seq.desc()).limit(1)
    ).one()
    assert entry.outcome == "failed"
    assert entry.detail["first"] == [{"code": "subject-differs", "serial": serial}]
