"""EST with other people's clients: strongSwan's `pki`, curl and openssl."""

import base64
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from asn1crypto import core
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509.oid import NameOID
from flask import Flask
from sqlalchemy import select

from app.core.db import db
from app.core.settings import Settings
from app.signer import SignerClient
from issuance import jobs
from issuance.rules.pins import check_character
from models.certificates import Certificate
from models.enrolments import Enrolment
from models.enums import EnrolmentChannel, EnrolmentStatus, PinKind, PinStatus, TokenStatus
from models.pin_secrets import PinSecret
from tests.factories.clients import FreshClient
from tests.factories.renewals import opened_renewal
from tests.factories.tls import Served, served_with_tls
from tests.integration.test_main_line import Story
from wsgi import create_site

pytestmark = pytest.mark.hsm

ENROLL, REENROLL = "/.well-known/est/simpleenroll", "/.well-known/est/simplereenroll"
WRONG = "2" * 15 + check_character("2" * 15)


@pytest.fixture
def story(app: Flask, authority: None) -> Story:
    told = Story(app)
    told.deliver()
    return told


@pytest.fixture
def site(story: Story, settings: Settings) -> Iterator[Flask]:
    application = create_site(settings)
    application.config["TESTING"] = True
    application.test_client_class = FreshClient
    yield application
    application.extensions["signer"].close()
    with application.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def served(site: Flask, tmp_path: Path) -> Iterator[Served]:
    with served_with_tls(site, tmp_path) as served:
        yield served


def run(*command: str | Path, data: bytes | None = None, status: int = 0) -> bytes:
    done = subprocess.run([str(each) for each in command], input=data, capture_output=True, check=False, timeout=90)
    assert done.returncode == status, done.stderr.decode()
    return done.stdout


def csr_of(*subject: tuple[x509.ObjectIdentifier, str], key: object = None, device: str = "") -> bytes:
    builder = x509.CertificateSigningRequestBuilder().subject_name(
        x509.Name([x509.NameAttribute(oid, value) for oid, value in subject])
    )
    if device:
        builder = builder.add_attribute(NameOID.SERIAL_NUMBER, device.encode())
    return builder.sign(key or ec.generate_private_key(ec.SECP256R1()), hashes.SHA256()).public_bytes(Encoding.DER)


def new_csr(story: Story, key: object = None) -> bytes:
    names = ((NameOID.COMMON_NAME, story.number), (NameOID.SERIAL_NUMBER, story.token.serial_number))
    return csr_of(*names, key=key)


def post(client, body: bytes, user: str, pin: str, *, path: str = ENROLL, **headers: str):
    return client.post(path, data=body, auth=(user, pin), content_type="application/pkcs10", headers=headers)


def issue_open() -> None:
    db.session.rollback()
    enrolment = db.session.scalars(select(Enrolment.id).where(Enrolment.status == EnrolmentStatus.REQUESTED)).one()
    db.session.rollback()
    jobs.issue_certificate(str(enrolment))


class Worker:
    """The issuance worker: issues what is requested while somebody else's client waits."""

    def __init__(self, app: Flask) -> None:
        self.app, self.stop = app, threading.Event()
        self.thread = threading.Thread(target=self._work)

    def __enter__(self) -> "Worker":
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self.thread.join()

    def _work(self) -> None:
        while not self.stop.wait(0.3):
            with self.app.app_context():
                found = db.session.scalars(
                    select(Enrolment.id).where(Enrolment.status == EnrolmentStatus.REQUESTED)
                ).all()
                db.session.rollback()
                for each in found:
                    jobs.issue_certificate(str(each))
                db.session.remove()


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
    assert (row.attested, row.attestation_note) == (False, "no-model")

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


def test_a_request_may_come_in_any_wrapping(site: Flask, story: Story) -> None:
    client, pin = site.test_client(), story.open()
    csr = new_csr(story)
    lines = base64.encodebytes(csr)
    assert b"\n" in lines.strip()
    first = post(client, base64.b64encode(csr), story.number, pin)
    assert (first.status_code, first.data, first.headers["Retry-After"]) == (202, b"", "5")
    wrapped = post(client, lines, story.number, pin, **{"Content-Transfer-Encoding": "base64"})
    plain = post(client, csr, story.number, pin)
    pem = post(client, x509.load_der_x509_csr(csr).public_bytes(Encoding.PEM), story.number, pin)
    assert [each.status_code for each in (wrapped, plain, pem)] == [202, 202, 202]
    issue_open()
    for body in (lines, csr):
        answer = post(client, body, story.number, pin)  # the PIN is used; the same request gets what was issued
        assert answer.status_code == 200
        assert answer.content_type == "application/pkcs7-mime; smime-type=certs-only"
        assert answer.headers["Content-Transfer-Encoding"] == "base64"
        assert b"\n" not in answer.data
        (certificate,) = pkcs7.load_der_pkcs7_certificates(base64.b64decode(answer.data))
        assert certificate.public_key() == x509.load_der_x509_csr(csr).public_key()
    db.session.rollback()
    assert len(db.session.scalars(select(Certificate)).all()) == 1


def test_with_a_used_pin_another_key_gets_nothing(site: Flask, story: Story) -> None:
    client, pin = site.test_client(), story.open()
    post(client, new_csr(story), story.number, pin)
    issue_open()
    answer = post(client, new_csr(story), story.number, pin)
    assert answer.status_code == 403
    assert "has been used" in answer.text and "使用済み" in answer.text


def test_who_may_not(site: Flask, story: Story) -> None:
    client, pin = site.test_client(), story.open()
    csr = new_csr(story)
    anonymous = client.post(ENROLL, data=csr, content_type="application/pkcs10")
    assert (anonymous.status_code, anonymous.data) == (401, b"")
    assert anonymous.headers["WWW-Authenticate"].startswith("Basic realm=")
    mistyped = post(client, csr, story.number, pin[:-1] + ("2" if pin[-1] != "2" else "3"))
    assert (mistyped.status_code, mistyped.data, attempts()) == (401, b"", 0)
    for count in range(1, 5):
        wrong = post(client, csr, story.number, WRONG)
        assert (wrong.status_code, wrong.data, attempts()) == (401, b"", count)
    locked = post(client, csr, story.number, WRONG)
    assert (locked.status_code, attempts()) == (403, 5)
    assert "locked" in locked.text


def attempts() -> int:
    db.session.rollback()
    secret = db.session.scalars(select(PinSecret).where(PinSecret.kind == PinKind.DOWNLOAD)).one()
    return secret.attempts


@pytest.mark.parametrize(
    ("body", "media_type", "words"),
    [
        (b"rubbish", "application/pkcs10", "damaged"),
        (b"\x30\x82\x00\x01\x00", "application/pkcs10", "damaged"),
        (b"", "application/pkcs10", "damaged"),
        (b"x=y", "application/x-www-form-urlencoded", "application/pkcs10"),
    ],
)
def test_a_bad_request_is_told_why_in_plain_text(
    site: Flask, story: Story, body: bytes, media_type: str, words: str
) -> None:
    pin = story.open()
    answer = site.test_client().post(ENROLL, data=body, auth=(story.number, pin), content_type=media_type)
    assert answer.status_code == 400
    assert answer.content_type == "text/plain; charset=utf-8"
    assert words in answer.text
    assert attempts() == 0


def test_a_body_that_is_too_large_is_not_read(site: Flask, story: Story) -> None:
    answer = post(site.test_client(), b"M" * 70_000, story.number, WRONG)
    assert answer.status_code == 413
    assert answer.content_type == "text/plain; charset=utf-8"
    assert len(answer.text) < 500


def test_the_token_must_be_named_and_be_the_holders(site: Flask, story: Story) -> None:
    client, pin = site.test_client(), story.open()
    nameless = post(client, csr_of((NameOID.COMMON_NAME, "x")), story.number, pin)
    assert nameless.status_code == 400
    assert "2.5.4.5" in nameless.text
    foreign = post(client, csr_of((NameOID.COMMON_NAME, "x"), device="SN-9"), story.number, pin)
    assert foreign.status_code == 400
    assert "SN-9" in foreign.text
    named = csr_of((NameOID.COMMON_NAME, "x"), device=story.token.serial_number)
    assert post(client, named, story.number, pin).status_code == 202


def test_signing_process_away(site: Flask, story: Story, settings: Settings) -> None:
    client, pin = site.test_client(), story.open()
    running, site.extensions["signer"] = site.extensions["signer"], SignerClient(settings.var_dir / "nobody.sock")
    answer = post(client, new_csr(story), story.number, pin)
    site.extensions["signer"] = running
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert "Nothing was used up" in answer.text
    assert attempts() == 0


def test_each_operation_serves_its_own_kind_and_names_stay(site: Flask, story: Story) -> None:
    client, pin = site.test_client(), story.open()
    answer = post(client, new_csr(story), story.number, pin, path=REENROLL)
    assert answer.status_code == 400
    assert "simpleenroll" in answer.text
    post(client, new_csr(story), story.number, pin)
    issue_open()
    db.session.rollback()
    row = db.session.scalars(select(Certificate)).one()
    certificate_id, present = row.id, x509.load_der_x509_certificate(row.der)
    assert story.token.status is TokenStatus.ACTIVE
    db.session.rollback()
    _, pin = opened_renewal(story.applicant, certificate_id)
    serial = story.token.serial_number
    subject = tuple((each.oid, each.value) for each in present.subject)
    assert "simplereenroll" in post(client, csr_of(*subject, device=serial), story.number, pin).text
    other = post(client, csr_of((NameOID.COMMON_NAME, "X"), device=serial), story.number, pin, path=REENROLL)
    assert other.status_code == 400
    assert "YOSHIDA TARO" in other.text
    unnamed = post(client, csr_of(*subject), story.number, pin, path=REENROLL)
    assert "eToken" in unnamed.text  # the subject's serialNumber is the application number, not a token's
    same = post(client, csr_of(*subject, device=serial), story.number, pin, path=REENROLL)
    assert same.status_code == 202


def test_a_request_that_waits_neither_locks_nor_expires(site: Flask, story: Story) -> None:
    """Whoever guesses meanwhile takes nothing from the holder."""
    client, pin = site.test_client(), story.open()
    csr = new_csr(story)
    post(client, csr, story.number, pin)
    for _ in range(6):
        assert post(client, csr, story.number, WRONG).status_code == 401
    for secret in db.session.scalars(select(PinSecret)):
        secret.usable_until = secret.created_at.date().replace(year=2020)
    db.session.commit()
    assert post(client, csr, story.number, pin).status_code == 202
    issue_open()
    assert post(client, csr, story.number, pin).status_code == 200
    db.session.rollback()
    assert {each.status for each in db.session.scalars(select(PinSecret))} == {PinStatus.USED}


def test_the_attributes_are_what_the_profile_asks(site: Flask, story: Story) -> None:
    answer = site.test_client().get("/.well-known/est/csrattrs")
    assert answer.content_type == "application/csrattrs"
    entries = list(core.SequenceOf.load(base64.b64decode(answer.data), spec=core.Any))
    assert len(entries) == 6
