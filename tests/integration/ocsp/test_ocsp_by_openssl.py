"""OpenSSL, GnuTLS and pkilint ask the responder over HTTP and judge its answers."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509 import ocsp
from sqlalchemy import update

from app.core import clock
from app.core.db import db
from issuance import queries
from issuance.rules.lint import certificate_findings
from issuance.services.revoke_certificate import revoke_certificate
from models.certificates import CaCertificate, Certificate, Revocation
from models.enums import CaKeyPurpose, CertificateStatus
from tests.factories.desk import staff_actor

pytestmark = pytest.mark.hsm


def openssl(folder: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["openssl", *map(str, arguments)], cwd=folder, capture_output=True, text=True, check=False, timeout=60
    )


def ask(folder: Path, url: str, *more: object) -> subprocess.CompletedProcess[str]:
    base = ("ocsp", "-url", f"{url}/ocsp", "-CAfile", "ca.pem", "-respout", "answer.der", "-issuer", "ca.pem")
    return openssl(folder, *base, *more)


def revoke(certificate_id, *, reason: str = "keyCompromise", invalid_since=None) -> None:
    now = clock.now()
    actor = staff_actor("ca_operator", name="認証 三郎")
    revoke_certificate(certificate_id, reason=reason, asked_by="holder", asked_at=now, actor=actor, now=now)
    if invalid_since:
        db.session.execute(update(Revocation).values(invalid_since=invalid_since))
        db.session.commit()


@pytest.mark.parametrize("options", [("-nonce",), ("-no_nonce",)])
@pytest.mark.parametrize("digest", ["-sha1", "-sha256", "-sha384"])
def test_openssl_finds_a_certificate_good(url, files, options, digest) -> None:
    done = ask(files, url, digest, "-cert", "0.pem", *options)
    assert done.returncode == 0, done.stderr
    assert "Response verify OK" in done.stderr
    assert "0.pem: good" in done.stdout
    assert "WARNING" not in done.stderr  # openssl warns where a nonce does not come back


def test_openssl_asks_for_several_certificates_at_once(url, files, holders) -> None:
    revoke(holders[1], reason="affiliationChanged")
    done = ask(files, url, "-sha256", "-cert", "0.pem", "-cert", "1.pem", "-cert", "tsa.pem", "-serial", "0x3199")
    assert "Response verify OK" in done.stderr
    assert "0.pem: good" in done.stdout
    assert "1.pem: revoked" in done.stdout
    assert "Reason: affiliationChanged" in done.stdout
    assert "tsa.pem: good" in done.stdout  # the authority's own
    assert "0x3199: unknown" in done.stdout  # never issued


def test_reason_time_and_invalidity_of_a_revoked_certificate(url, files, holders) -> None:
    since = clock.now().replace(microsecond=0) - timedelta(days=3)
    revoke(holders[0], invalid_since=since)
    done = ask(files, url, "-sha256", "-no_nonce", "-cert", "0.pem", "-resp_text")
    assert "0.pem: revoked" in done.stdout, done.stderr
    assert "Reason: keyCompromise" in done.stdout
    answer = ocsp.load_der_ocsp_response((files / "answer.der").read_bytes())
    row = db.session.query(Revocation).one()
    assert answer.revocation_time_utc == row.revoked_at
    assert answer.revocation_reason is x509.ReasonFlags.key_compromise
    assert answer.single_extensions.get_extension_for_class(x509.InvalidityDate).value.invalidity_date_utc == since


def test_without_a_reason_none_is_given(url, files, holders) -> None:
    revoke(holders[0], reason="unspecified")
    assert "0.pem: revoked" in ask(files, url, "-no_nonce", "-cert", "0.pem").stdout
    assert ocsp.load_der_ocsp_response((files / "answer.der").read_bytes()).revocation_reason is None


@pytest.mark.parametrize("status", [CertificateStatus.SERIAL_RESERVED, CertificateStatus.INTENDED])
def test_a_serial_number_that_is_only_reserved_is_unknown(url, files, holders, status) -> None:
    db.session.execute(update(Certificate).where(Certificate.id == holders[0]).values(status=status))
    db.session.commit()
    assert "0.pem: unknown" in ask(files, url, "-no_nonce", "-cert", "0.pem").stdout


def test_an_expired_certificate_is_answered_with_its_archive_cutoff(url, files, holders) -> None:
    past = clock.now() - timedelta(days=1)
    changes = {"status": CertificateStatus.EXPIRED, "not_before": past - timedelta(days=700), "not_after": past}
    db.session.execute(update(Certificate).where(Certificate.id == holders[0]).values(**changes))
    db.session.commit()
    done = ask(files, url, "-sha256", "-no_nonce", "-cert", "0.pem", "-resp_text")
    assert "0.pem: good" in done.stdout
    assert "OCSP Archive Cutoff" in done.stdout
    ca = queries.load(queries.get_authority(CaKeyPurpose.CA))
    assert f"{ca.not_valid_before_utc:%H:%M:%S %Y} GMT" in done.stdout  # nothing was forgotten since there is this CA


def test_the_responder_names_itself_by_its_key_and_sends_its_certificate(url, files, settings) -> None:
    ask(files, url, "-no_nonce", "-cert", "0.pem")
    answer = ocsp.load_der_ocsp_response((files / "answer.der").read_bytes())
    assert answer.responder_name is None
    (certificate,) = answer.certificates
    assert answer.responder_key_hash == x509.SubjectKeyIdentifier.from_public_key(certificate.public_key()).digest
    life = answer.next_update_utc - answer.this_update_utc
    assert life == timedelta(minutes=settings.ocsp_minutes)
    assert certificate.not_valid_after_utc - certificate.not_valid_before_utc <= timedelta(days=45)
    assert certificate.extensions.get_extension_for_class(x509.OCSPNoCheck)
    assert certificate_findings((row := queries.get_authority(CaKeyPurpose.OCSP)).der) == [], row
    done = openssl(files, "verify", "-x509_strict", "-purpose", "ocsphelper", "-CAfile", "ca.pem", "ocsp.pem")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("kind", ["good", "revoked", "nonce", "several"])
def test_pkilint_finds_nothing(url, files, holders, kind) -> None:
    if kind == "revoked":
        revoke(holders[0], invalid_since=clock.now().replace(microsecond=0))
    more = {"nonce": ("-nonce",), "several": ("-no_nonce", "-cert", "1.pem")}.get(kind, ("-no_nonce",))
    ask(files, url, "-sha256", "-cert", "0.pem", *more)
    tool = Path(sys.executable).with_name("lint_ocsp_response")
    done = subprocess.run(
        [str(tool), "lint", "-s", "WARNING", "answer.der"], cwd=files, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_gnutls_reads_the_answer(url, files, holders) -> None:
    ask(files, url, "-no_nonce", "-cert", "0.pem")
    done = subprocess.run(
        ["ocsptool", "--response-info", "--infile", "answer.der"],
        cwd=files,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Response Status: Successful" in done.stdout
    assert "Certificate Status: good" in done.stdout
    asked = (f"--ask={url}/ocsp", "--load-issuer=ca.pem", "--load-cert=0.pem", "--load-signer=ocsp.pem", "--nonce")
    done = subprocess.run(["ocsptool", *asked], cwd=files, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Verifying OCSP Response: Success" in done.stdout


def test_another_issuer_is_none_of_ours(url, files) -> None:
    openssl(files, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=x",
            "-keyout", "x.key", "-out", "x.pem")  # fmt: skip
    done = openssl(files, "ocsp", "-url", f"{url}/ocsp", "-issuer", "x.pem", "-serial", "1", "-CAfile", "ca.pem")
    assert "unauthorized (6)" in done.stdout + done.stderr
    mixed = ask(files, url, "-cert", "0.pem", "-issuer", "x.pem", "-serial", "1")
    assert "unauthorized (6)" in mixed.stdout + mixed.stderr


def test_an_expired_responder_says_nothing(url, files, holders, site) -> None:
    row = db.session.query(CaCertificate).filter_by(purpose=CaKeyPurpose.OCSP).one()
    row.active = False
    db.session.commit()
    done = ask(files, url, "-no_nonce", "-cert", "0.pem")
    assert "trylater (3)" in done.stdout + done.stderr
