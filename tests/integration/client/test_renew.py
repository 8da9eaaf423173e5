"""`cectrust renew` with a SoftHSM token against the real site: the present key asks, a new key is certified."""

import subprocess
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from flask import Flask
from sqlalchemy import select
from werkzeug.serving import make_server

from app.core import clock
from app.core.db import db
from app.core.settings import Settings
from issuance import jobs
from models.certificates import CaCertificate, Certificate
from models.enrolments import Enrolment
from models.enums import CaKeyPurpose, CertificateStatus, EnrolmentKind, EnrolmentStatus, PinKind, TokenStatus
from models.pin_secrets import PinSecret
from models.tokens import Token
from tests.factories.endings import certificate_of, holder, move
from tests.factories.user_tokens import cectrust, new_token, store
from tests.factories.whole import whole
from tests.tour.user_token import UserToken
from wsgi import create_site

pytestmark = pytest.mark.hsm


@pytest.fixture
def served(app: Flask, authority: None, settings: Settings) -> Iterator[str]:
    """The public site on a loopback port, and a worker that issues what is requested."""
    site = create_site(settings)
    server = make_server("127.0.0.1", 0, whole(site), threaded=True)
    stop = threading.Event()
    threads = [
        threading.Thread(target=server.serve_forever, daemon=True),
        threading.Thread(target=issue, args=(app, stop), daemon=True),
    ]
    for thread in threads:
        thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    stop.set()
    server.shutdown()
    for thread in threads:
        thread.join()
    server.server_close()
    site.extensions["signer"].close()
    with site.app_context():
        db.session.remove()
        db.engine.dispose()


def issue(app: Flask, stop: threading.Event) -> None:
    while not stop.is_set():
        with app.app_context():
            wanted = select(Enrolment.id).where(Enrolment.status == EnrolmentStatus.REQUESTED)
            for enrolment in db.session.scalars(wanted).all():
                db.session.rollback()
                jobs.issue_certificate(str(enrolment))
            db.session.remove()
        time.sleep(0.2)


def person(directory: Path, days: int = 60, *, anchor_days: int = 670) -> tuple[UUID, UserToken]:
    """Somebody whose token holds a certificate that ends in so many days."""
    token, key, key_id = new_token(directory, "holder", "p-256")
    applicant, _company = holder()
    row = db.session.get_one(Certificate, certificate_of(applicant, days, anchor_days=anchor_days))
    row.der = certificate_over(key.public_key(), int(row.serial, 16), days)
    db.session.add(
        Token(
            id=uuid4(),
            serial_number=token.serial,
            model="eToken 5110",
            status=TokenStatus.ACTIVE,
            applicant_id=applicant,
            changed_at=clock.now(),
        )
    )
    found, der = row.id, row.der
    db.session.commit()
    store(token, key_id, der)
    return found, token


def certificate_over(public_key: ec.EllipticCurvePublicKey, serial: int, days: int) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "YOSHIDA TARO")])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(public_key)
        .serial_number(serial)
        .not_valid_before(clock.now() - timedelta(days=600))
        .not_valid_after(clock.now() + timedelta(days=days))
    )
    return builder.sign(ec.generate_private_key(ec.SECP256R1()), hashes.SHA256()).public_bytes(Encoding.DER)


def download_pin(app: Flask, to: Path) -> Path:
    """What the e-mail carries, in a file."""
    db.session.rollback()
    secret = db.session.scalars(select(PinSecret).where(PinSecret.kind == PinKind.DOWNLOAD)).one()
    to.write_text(app.extensions["signer"].unwrap(secret.sealed_value, secret.applicant_id.bytes).decode())
    db.session.rollback()
    return to


def test_a_certificate_is_renewed_with_its_own_key(app: Flask, served: str, tmp_path: Path) -> None:
    old, token = person(tmp_path / "one")
    done = cectrust(token, "renew", "--server", served, "--yes", "--later")
    assert done.returncode == 0, done.stderr
    assert "purpose: renewal" in done.stdout and "ho••••@example.jp" in done.stdout
    assert "cectrust enrol --server" in done.stdout
    number = done.stdout.rsplit("--application-number ", 1)[1].split()[0]
    pin = download_pin(app, tmp_path / "download-pin")
    fetched = cectrust(
        token, "enrol", "--server", served, "--application-number", number, "--download-pin-file", str(pin)
    )
    assert fetched.returncode == 0, fetched.stderr
    db.session.rollback()
    new = db.session.scalars(select(Certificate).where(Certificate.id != old)).one()
    assert new.status is CertificateStatus.ACTIVE and new.der is not None
    assert db.session.get_one(Certificate, old).status is CertificateStatus.ACTIVE
    enrolment = db.session.get_one(Enrolment, new.enrolment_id)
    assert (enrolment.kind, enrolment.renews_id) == (EnrolmentKind.RENEWAL, old)
    ca = db.session.scalars(select(CaCertificate).where(CaCertificate.purpose == CaKeyPurpose.CA)).one()
    (tmp_path / "ca.pem").write_bytes(x509.load_der_x509_certificate(ca.der).public_bytes(Encoding.PEM))
    (tmp_path / "new.pem").write_bytes(x509.load_der_x509_certificate(new.der).public_bytes(Encoding.PEM))
    command = ["openssl", "verify", "-x509_strict", "-CAfile", str(tmp_path / "ca.pem"), str(tmp_path / "new.pem")]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
    again = cectrust(token, "renew", "--server", served, "--yes", "--later")  # now with the newest, which is too fresh
    assert again.returncode == 1
    assert "Online renewal is possible from" in again.stderr and "オンライン更新は" in again.stderr


def test_a_refusal_says_why_and_what_to_do(app: Flask, served: str, tmp_path: Path) -> None:
    old, token = person(tmp_path / "one", 60, anchor_days=5 * 365 - 65)
    done = cectrust(token, "renew", "--server", served, "--yes", "--later")
    assert done.returncode == 1
    assert "Fresh papers are needed" in done.stderr and "新しい書類が必要です" in done.stderr
    assert (clock.today() + timedelta(days=60)).isoformat() in done.stderr
    move(old, 60, anchor_days=670)
    assert cectrust(token, "renew", "--server", served, "--yes", "--later").returncode == 0


def test_who_does_not_want_to_sign_signs_nothing(app: Flask, served: str, tmp_path: Path) -> None:
    _old, token = person(tmp_path / "one")
    done = cectrust(token, "renew", "--server", served)  # nobody answers
    assert done.returncode == 1 and "Nothing was signed." in done.stdout and "Traceback" not in done.stderr
    db.session.rollback()
    assert not db.session.scalars(select(Enrolment).where(Enrolment.kind == EnrolmentKind.RENEWAL)).all()
