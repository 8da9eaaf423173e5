"""EST as the standard has it: bodies in any wrapping, refusals with their status, each operation for its own kind."""

import base64
from collections.abc import Iterator

import pytest
from asn1crypto import core
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509.oid import NameOID
from flask import Flask
from sqlalchemy import select

from app.core.db import db
from app.core.settings import Settings
from app.security.gate import Gate
from app.signer import SignerClient
from issuance.rules.pins import check_character
from issuance.services import verifier
from models.certificates import Certificate
from models.enums import PinKind, PinStatus, TokenStatus
from models.pin_secrets import PinSecret
from tests.factories.est import ENROLL, REENROLL, csr_of, issue_open, new_csr, post
from tests.factories.renewals import opened_renewal
from tests.factories.stories import delivered_story, public_site
from tests.integration.test_main_line import Story

pytestmark = pytest.mark.hsm

WRONG = "2" * 15 + check_character("2" * 15)


@pytest.fixture
def story(app: Flask, authority: None) -> Story:
    return delivered_story(app)


@pytest.fixture
def site(story: Story, settings: Settings) -> Iterator[Flask]:
    with public_site(settings) as application:
        yield application


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


def test_too_many_at_once_are_told_to_come_back(site: Flask, story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    client, pin = site.test_client(), story.open()
    monkeypatch.setattr("issuance.services.verifier.slow_checks", Gate(at_once=1, waiting=0, seconds=0.1))
    with verifier.slow_checks.passed():
        answer = post(client, new_csr(story), story.number, pin)
        asked = client.post("/api/enrol/requests", json={"application_number": story.number, "download_pin": pin})
    assert (answer.status_code, answer.headers["Retry-After"], answer.mimetype) == (503, "5", "text/plain")
    assert (asked.status_code, asked.json["error"], set(asked.json["message"])) == (503, "busy", {"ja", "en"})
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
