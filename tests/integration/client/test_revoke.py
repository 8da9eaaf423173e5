"""`cectrust revoke` with a SoftHSM token against the real site: the key asks for the end of its own certificate."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from flask import Flask
from sqlalchemy import select, update
from werkzeug.serving import make_server

from app.core.db import db
from app.core.settings import Settings
from models.certificates import Certificate, Revocation
from models.enums import RevocationChannel
from models.revocations import RevocationRequest
from tests.factories.revocations import certificates_of, company_with, status_of
from tests.factories.user_tokens import cectrust, new_token, store
from tests.factories.whole import whole
from tests.tour.user_token import UserToken
from wsgi import create_site

pytestmark = pytest.mark.hsm


@pytest.fixture
def served(app: Flask, authority: None, settings: Settings) -> Iterator[str]:
    """The public site on a loopback port."""
    site = create_site(settings)
    server = make_server("127.0.0.1", 0, whole(site), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
    site.extensions["signer"].close()
    with site.app_context():
        db.session.remove()
        db.engine.dispose()


def holder(directory: Path, kind: str) -> tuple[UUID, str, UserToken]:
    """Somebody whose token has the key of a valid certificate."""
    token, key, key_id = new_token(directory, "holder", kind)
    certificate_id = certificates_of(company_with("吉田 太郎"))[0]
    row = db.session.get_one(Certificate, certificate_id)
    issued = x509.load_der_x509_certificate(row.der)
    der = over(issued, key.public_key())
    serial = row.serial
    db.session.execute(update(Certificate).where(Certificate.id == certificate_id).values(der=der))
    db.session.commit()
    store(token, key_id, der)
    return certificate_id, serial, token


def over(issued: x509.Certificate, public: object) -> bytes:
    """The same certificate over the key on the token."""
    builder = x509.CertificateBuilder(
        issuer_name=issued.issuer,
        subject_name=issued.subject,
        public_key=public,  # type: ignore[arg-type]  # RSA or EC here
        serial_number=issued.serial_number,
        not_valid_before=issued.not_valid_before_utc,
        not_valid_after=issued.not_valid_after_utc,
        extensions=list(issued.extensions),
    )
    return builder.sign(ec.generate_private_key(ec.SECP384R1()), hashes.SHA384()).public_bytes(Encoding.DER)


@pytest.mark.parametrize("kind", ["p-256", "rsa-3072"])
def test_the_key_asks_and_it_is_done(served: str, tmp_path: Path, kind: str) -> None:
    certificate_id, serial, token = holder(tmp_path, kind)
    given = ("revoke", "--server", served, "--circumstance", "pin-leak", "--since", now_text())
    refused = cectrust(token, *given)
    assert refused.returncode == 1 and "Nothing was asked for" in refused.stdout  # nobody said yes
    assert status_of(certificate_id) == "active"
    done = cectrust(token, *given, "--yes")
    assert done.returncode == 0, done.stderr
    asked = db.session.scalars(select(RevocationRequest)).one()
    assert f"{asked.number}  {serial}" in done.stdout and "失効しました" in done.stdout
    assert "私はこの電子証明書の失効を請求します" in done.stdout  # what was signed was shown
    assert asked.channel is RevocationChannel.SITE_SIGNED
    assert status_of(certificate_id) == "revoked"
    assert db.session.scalars(select(Revocation.invalid_since)).one() is not None
    again = cectrust(token, *given, "--yes")
    assert again.returncode == 1 and "すでに失効" in again.stderr


def now_text() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def test_what_is_wrong_is_said_before_anything_is_signed(served: str, tmp_path: Path) -> None:
    certificate_id, _serial, token = holder(tmp_path, "p-256")
    for arguments, words in (
        (("--circumstance", "loss", "--since", "yesterday"), "--since"),
        (("--circumstance", "loss", "--certificate", "12ab"), "--certificate"),
        (("--circumstance", "boredom"), "invalid choice"),
    ):
        done = cectrust(token, "revoke", "--server", served, *arguments, "--yes")
        assert done.returncode != 0 and words in done.stderr
    done = cectrust(
        token, "revoke", "--server", served, "--circumstance", "loss", "--since", "2020-01-01T00:00", "--yes"
    )
    assert done.returncode == 1 and "有効期間の開始より前" in done.stderr
    assert status_of(certificate_id) == "active"
