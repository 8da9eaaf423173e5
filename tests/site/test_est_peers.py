"""EST with other people's clients over TLS: strongSwan's `pki`, curl and openssl."""

import base64
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from flask import Flask
from sqlalchemy import select

from app.core.db import db
from app.core.settings import Settings
from issuance.rules.pins import check_character
from models.certificates import Certificate
from models.enrolments import Enrolment
from models.enums import EnrolmentChannel, EnrolmentStatus
from tests.factories.est import ENROLL, Worker, csr_of, issue_open
from tests.factories.renewals import opened_renewal
from tests.factories.stories import delivered_story, public_site
from tests.factories.tls import Served, served_with_tls
from tests.integration.test_main_line import Story

pytestmark = pytest.mark.hsm

WRONG = "2" * 15 + check_character("2" * 15)


@pytest.fixture
def story(app: Flask, authority: None) -> Story:
    return delivered_story(app)


@pytest.fixture
def site(story: Story, settings: Settings) -> Iterator[Flask]:
    with public_site(settings, fresh=False) as application:
        yield application


@pytest.fixture
def served(site: Flask, tmp_path: Path) -> Iterator[Served]:
    with served_with_tls(site, tmp_path) as served:
        yield served


def run(*command: str | Path, data: bytes | None = None, status: int = 0) -> bytes:
    done = subprocess.run([str(each) for each in command], input=data, capture_output=True, check=False, timeout=90)
    assert done.returncode == status, done.stderr.decode()
    return done.stdout


def test_strongswan_enrols_and_enrols_again(story: Story, served: Served, tmp_path: Path) -> None:
    """cacerts, simpleenroll through 202, and simplereenroll, by `pki` 5.9 over TLS."""
    ca, key, request = tmp_path / "ca.crt", tmp_path / "key.der", tmp_path / "request.der"
    run("pki", "--estca", "--url", served.url, "--cacert", served.certificate, "--caout", ca, "--force")
    assert x509.load_der_x509_certificate(ca.read_bytes()).subject.rfc4514_string() == (
        "CN=CECSIGN Test CA,O=CECSIGN (test),C=JP"
    )
    key.write_bytes(run("pki", "--gen", "--type", "rsa", "--size", "3072"))
    name = f"CN={story.number}, serialNumber={story.token.serial_number}"
    request.write_bytes(run("pki", "--req", "--in", key, "--dn", name, "--digest", "sha256"))
    enrol = ("pki", "--est", "--url", served.url, "--cacert", served.certificate, "--cacert", ca, "--interval", "1")
    with Worker(story.app):
        pin = story.open()
        issued = run(*enrol, "--in", request, "--userpass", f"{story.number}:{pin}", "--maxpolltime", "60")
    first = tmp_path / "first.der"
    first.write_bytes(issued)
    certificate = x509.load_der_x509_certificate(issued)
    certificate.verify_directly_issued_by(x509.load_der_x509_certificate(ca.read_bytes()))
    assert "YOSHIDA TARO" in certificate.subject.rfc4514_string()
    db.session.rollback()
    row = db.session.scalars(select(Enrolment)).one()
    assert (row.channel, row.token_serial) == (EnrolmentChannel.EST, story.token.serial_number)
    assert (row.attested, row.attestation_note) == (False, "no-root")

    certificate_id = db.session.scalars(select(Certificate.id)).one()
    db.session.rollback()
    enrolment_id, pin = opened_renewal(story.applicant, certificate_id)
    subject = tuple((each.oid, each.value) for each in certificate.subject)
    request.write_bytes(csr_of(*subject, device=story.token.serial_number))
    # strongSwan authenticates with the old certificate in TLS if it is asked to; here the PIN is what counts.
    old = ("--cert", first, "--key", key)
    with Worker(story.app):
        renewed = run(*enrol, *old, "--in", request, "--userpass", f"{story.number}:{pin}", "--maxpolltime", "60")
    assert x509.load_der_x509_certificate(renewed).subject == certificate.subject
    db.session.rollback()
    assert db.session.get_one(Enrolment, enrolment_id).status is EnrolmentStatus.ISSUED


def test_curl_and_openssl(story: Story, served: Served, tmp_path: Path) -> None:
    curl = ("curl", "--silent", "--show-error", "--cacert", served.certificate)
    text = run(*curl, f"{served.url}/.well-known/est/cacerts")
    assert b"\n" not in text
    (tmp_path / "ca.p7").write_bytes(base64.b64decode(text))
    listed = run("openssl", "pkcs7", "-inform", "DER", "-in", tmp_path / "ca.p7", "-print_certs", "-noout")
    assert b"CECSIGN Test CA" in listed
    attributes = base64.b64decode(run(*curl, f"{served.url}/.well-known/est/csrattrs"))
    parsed = run("openssl", "asn1parse", "-inform", "DER", data=attributes)
    for wanted in (b":sha256\n", b":serialNumber", b":rsaEncryption", b":id-ecPublicKey", b":prime256v1", b":0C00"):
        assert wanted in parsed
    key, request, body = tmp_path / "key.pem", tmp_path / "request.der", tmp_path / "request.b64"
    run("openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", key)
    subject = f"/CN={story.number}/serialNumber={story.token.serial_number}"
    run("openssl", "req", "-new", "-key", key, "-subj", subject, "-outform", "DER", "-out", request)
    body.write_bytes(run("openssl", "base64", "-in", request))
    kind = ("--header", "Content-Type: application/pkcs10", "--header", "Content-Transfer-Encoding: base64")
    posted = (
        *curl,
        *kind,
        "--user",
        f"{story.number}:{story.open()}",
        "--data-binary",
        f"@{body}",
        served.url + ENROLL,
    )
    assert run(*posted, "--output", tmp_path / "nothing", "--write-out", "%{http_code}") == b"202"
    issue_open()
    (tmp_path / "own.p7").write_bytes(base64.b64decode(run(*posted)))
    own = run("openssl", "pkcs7", "-inform", "DER", "-in", tmp_path / "own.p7", "-print_certs")
    assert run("openssl", "x509", "-noout", "-pubkey", data=own) == run("openssl", "ec", "-in", key, "-pubout")
    refused = run(
        *curl, "--user", f"{story.number}:{WRONG}", *kind, "--data-binary", f"@{body}", "--include", served.url + ENROLL
    )
    assert refused.startswith(b"HTTP/1.1 401") and refused.endswith(b"\r\n\r\n")
