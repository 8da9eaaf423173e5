"""What is issued, judged by tools that are not ours: OpenSSL, GnuTLS' certtool and pkilint agree on every certificate."""

import subprocess
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy import select

from app.core.db import db
from issuance import queries
from issuance.rules.pkix_lint import pkix_findings
from models.certificates import CaCertificate, Certificate, Crl
from models.enums import CaKeyPurpose
from tests.factories.applicants import waiting_applicant
from tests.factories.certificates import issued_certificate

pytestmark = pytest.mark.hsm


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_openssl_certtool_and_pkilint_agree_on_every_certificate(authority: None, tmp_path: Path) -> None:
    for name, key in (
        ("吉田 太郎", ec.generate_private_key(ec.SECP256R1())),
        ("髙橋　美咲", rsa.generate_private_key(65537, 3072)),
    ):
        issued_certificate(waiting_applicant(name=name), key)
    holders = [der for der in db.session.scalars(select(Certificate.der)) if der is not None]
    own = list(db.session.scalars(select(CaCertificate)))
    (tmp_path / "crl.pem").write_bytes(
        x509.load_der_x509_crl(queries.crl_bytes(db.session.scalars(select(Crl.id)).one())).public_bytes(Encoding.PEM)
    )
    ca = next(row.der for row in own if row.purpose is CaKeyPurpose.CA)
    write(tmp_path / "ca.pem", ca)
    assert len(holders) == 2 and len(own) == 4
    for number, der in enumerate([*holders, *(row.der for row in own)]):
        name = f"{number}.pem"
        write(tmp_path / name, der)
        assert pkix_findings(der) == []
        openssl = run(tmp_path, "openssl", "verify", "-x509_strict", "-CAfile", "ca.pem", name)
        assert openssl.returncode == 0, openssl.stderr
        gnutls = run(tmp_path, "certtool", "--verify", "--load-ca-certificate", "ca.pem", "--infile", name)
        assert gnutls.returncode == 0 and "Chain verification output: Verified." in gnutls.stdout, gnutls.stdout
    for number in range(len(holders)):
        command = ("openssl", "verify", "-x509_strict", "-crl_check", "-CAfile", "ca.pem", "-CRLfile", "crl.pem")
        assert run(tmp_path, *command, f"{number}.pem").returncode == 0


def test_both_read_the_names_as_they_stand_on_the_papers(authority: None, tmp_path: Path) -> None:
    issued_certificate(waiting_applicant(name="髙橋　美咲"))
    der = db.session.scalars(select(Certificate.der)).one()
    write(tmp_path / "ee.pem", der)
    gnutls = run(tmp_path, "certtool", "--certificate-info", "--infile", "ee.pem").stdout
    openssl = run(
        tmp_path, "openssl", "x509", "-in", "ee.pem", "-noout", "-ext", "subjectAltName", "-nameopt", "utf8"
    ).stdout
    assert "髙橋　美咲" in gnutls
    assert "DirName" in openssl
    assert "Non-repudiation" in gnutls or "non repudiation" in gnutls.lower()


def write(path: Path, der: bytes | None) -> None:
    assert der
    path.write_bytes(x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM))
