"""`flask ca check` finds certificates that never should be: signed with the right key, but not by the rules."""

from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from app.core.db import db
from issuance.rules.profile import Places, policies, signing_usage
from issuance.rules.requests import spki_sha256
from models.certificates import Certificate
from models.enrolments import Enrolment
from tests.factories.authority_checks import Forge, codes, holder, sql, store

pytestmark = pytest.mark.hsm

YEAR, DAY = timedelta(days=365), timedelta(days=1)


@pytest.fixture
def certificate(authority) -> Certificate:
    return db.session.get_one(Certificate, holder())


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
