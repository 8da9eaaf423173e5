"""Two generations of the CA at once, of one name: each is answered for by its own responder, and OpenSSL agrees."""

import subprocess

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509 import ocsp

from app.core import clock, der
from app.core.db import db
from issuance.ceremony.roll_over import roll_over
from issuance.services.revoke_certificate import revoke_certificate
from models.certificates import CaCertificate, Certificate
from models.enums import CaKeyPurpose
from tests.factories.authority import CONFIGURATION
from tests.factories.certificates import issued_certificate
from tests.factories.desk import staff_actor
from tests.integration.issuance.test_revocation import company_with
from tests.integration.ocsp.conftest import pem
from tests.integration.ocsp.test_ocsp_protocol import get, post

pytestmark = pytest.mark.hsm


@pytest.fixture
def generations(site, holders, settings, tmp_path):
    """ca1.pem and ca2.pem; 10.pem and 11.pem of the old CA, 20.pem and 21.pem of the new one. x1.pem is revoked."""
    roll_over(CONFIGURATION, settings, now=clock.now())
    newer = company_with("神谷 吾郎", "高橋 花子").applicants
    now, actor = clock.now(), staff_actor("ca_operator", name="認証 三郎")
    ids = {1: holders, 2: [issued_certificate(each) for each in [one.id for one in newer]]}
    for row in db.session.query(CaCertificate).filter(CaCertificate.purpose == CaKeyPurpose.CA):
        (tmp_path / f"ca{row.generation}.pem").write_bytes(pem(row.der))
    for generation, keys in ids.items():
        for number, key in enumerate(keys):
            (tmp_path / f"{generation}{number}.pem").write_bytes(pem(db.session.get_one(Certificate, key).der))
        revoke_certificate(keys[1], reason="keyCompromise", asked_by="holder", asked_at=now, actor=actor, now=now)
    db.session.rollback()
    return tmp_path


def load(folder, name: str) -> x509.Certificate:
    return x509.load_pem_x509_certificate((folder / f"{name}.pem").read_bytes())


def question(folder, name: str, issuer: str, algorithm: hashes.HashAlgorithm) -> bytes:
    """The CertID, as a request's item."""
    made = ocsp.OCSPRequestBuilder().add_certificate(load(folder, name), load(folder, issuer), algorithm).build()
    oid = {"sha1": "1.3.14.3.2.26", "sha256": "2.16.840.1.101.3.4.2.1"}[algorithm.name]
    hashed = der.octets(made.issuer_name_hash), der.octets(made.issuer_key_hash)
    return der.sequence(der.sequence(der.sequence(der.oid(oid), der.NULL), *hashed, der.integer(made.serial_number)))


def request_for(*questions: bytes) -> bytes:
    return der.sequence(der.sequence(der.sequence(*questions)))


ALGORITHMS = [hashes.SHA1(), hashes.SHA256()]  # noqa: S303  as many clients ask


@pytest.mark.parametrize("generation", [1, 2])
def test_each_is_signed_by_the_responder_of_its_issuer(site, generations, generation) -> None:
    issuer, other = load(generations, f"ca{generation}"), load(generations, f"ca{3 - generation}")
    assert issuer.subject == other.subject
    for algorithm in ALGORITHMS:
        for number, word in enumerate(("GOOD", "REVOKED")):
            asked = request_for(question(generations, f"{generation}{number}", f"ca{generation}", algorithm))
            for body in (get(site, asked).data, get(site, asked).data):  # signed now, and from the cache
                answer = ocsp.load_der_ocsp_response(body)
                assert answer.certificate_status.name == word
                answer.certificates[0].verify_directly_issued_by(issuer)
                with pytest.raises(Exception):  # noqa: B017, PT011  InvalidSignature or a wrong kind of key
                    answer.certificates[0].verify_directly_issued_by(other)


@pytest.mark.parametrize("generation", ["1", "2"])
def test_both_hashes_in_one_request(site, generations, generation) -> None:
    asked = [question(generations, f"{generation}{n}", f"ca{generation}", a) for a in ALGORITHMS for n in (0, 1)]
    answer = post(site, request_for(*asked))
    assert [each.certificate_status.name for each in answer.responses] == ["GOOD", "REVOKED"] * 2
    assert [each.hash_algorithm.name for each in answer.responses] == ["sha1", "sha1", "sha256", "sha256"]
    answer.certificates[0].verify_directly_issued_by(load(generations, f"ca{generation}"))


@pytest.mark.parametrize("algorithm", ALGORITHMS, ids=["sha1", "sha256"])
def test_questions_of_both_in_one_request_have_no_one_who_could_sign(site, generations, algorithm) -> None:
    """A responder speaks for the CA that it was delegated by alone (RFC 6960 §4.2.2.2); a client asks each for its own."""
    first, second = (question(generations, f"{n}0", f"ca{n}", algorithm) for n in (1, 2))
    for both in ((first, second), (second, first)):
        assert post(site, request_for(*both)).response_status is ocsp.OCSPResponseStatus.UNAUTHORIZED


def test_a_serial_number_of_the_other_generation_is_unknown(site, generations) -> None:
    for name, issuer in (("10", "ca2"), ("20", "ca1"), ("11", "ca2"), ("21", "ca1")):
        answer = post(site, request_for(question(generations, name, issuer, hashes.SHA256())))
        assert answer.certificate_status is ocsp.OCSPCertStatus.UNKNOWN
        answer.certificates[0].verify_directly_issued_by(load(generations, issuer))


@pytest.mark.parametrize("digest", ["-sha1", "-sha256"])
def test_openssl_agrees(url, generations, digest) -> None:
    def ask(issuer: str, trusted: str, *names: str) -> subprocess.CompletedProcess[str]:
        certificates = [part for name in names for part in ("-cert", f"{name}.pem")]
        command = [
            "openssl",
            "ocsp",
            "-url",
            f"{url}/ocsp",
            digest,
            "-CAfile",
            f"{trusted}.pem",
            "-issuer",
            f"{issuer}.pem",
        ]
        return subprocess.run(
            [*command, *certificates], cwd=generations, capture_output=True, text=True, check=False, timeout=60
        )

    for generation in ("1", "2"):
        issuer, good, revoked = f"ca{generation}", f"{generation}0", f"{generation}1"
        done = ask(issuer, issuer, good, revoked)
        assert "Response verify OK" in done.stderr
        assert f"{good}.pem: good" in done.stdout
        assert f"{revoked}.pem: revoked" in done.stdout
        assert f"{good}.pem: good" in ask(issuer, issuer, good).stdout
        assert "Response Verify Failure" in ask(issuer, f"ca{3 - int(generation)}", good).stderr
