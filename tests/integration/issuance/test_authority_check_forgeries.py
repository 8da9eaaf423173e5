"""`flask ca check` finds certificates that never should be: signed with the right key, but not by the rules."""

from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from app.core import der
from app.core.db import db
from issuance.rules.profile import Holder, Places, alternative_name, policies, signing_usage
from issuance.rules.read_der import elements
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


def names(**changed: object) -> x509.UnrecognizedExtension:
    """The alternative name of a certificate as it should be, but for this."""
    told = Holder("x", "吉田 太郎", "YOSHIDA TARO", "株式会社高崎建設", "", "茨城県日立市", None)
    return alternative_name(replace(told, **changed))


def twice(name: x509.UnrecognizedExtension) -> x509.UnrecognizedExtension:
    """The same name two times in one alternative name."""
    ((_tag, inner),) = [(each.tag, each.content) for each in elements(name.value)]
    return x509.UnrecognizedExtension(name.oid, der.sequence(inner, inner))


OF_FORGERIES = [
    ("holder-name-differs", lambda it: it.set(names(name="鈴木 次郎"))),
    ("company-differs", lambda it: it.set(names(company_name="別の会社"))),
    ("company-differs", lambda it: it.set(names(corporate_number="7000012050002"))),
    ("names-unexpected", lambda it: it.set(twice(names()))),
    ("names-unexpected", lambda it: it.extensions.pop(x509.SubjectAlternativeName.oid)),
    (
        "names-unexpected",
        lambda it: setattr(it, "subject", x509.Name([*it.subject, x509.NameAttribute(NameOID.TITLE, "BOSS")])),
    ),
    (
        "profile-extended-usage",
        lambda it: it.extensions.update(
            {x509.ExtendedKeyUsage.oid: (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), False)}
        ),
    ),
    ("profile-own-key-identifier", lambda it: it.set(x509.SubjectKeyIdentifier(b"x" * 20))),
    (
        "profile-extensions",
        lambda it: it.extensions.update(
            {x509.BasicConstraints.oid: (x509.BasicConstraints(ca=True, path_length=None), True)}
        ),
    ),
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
