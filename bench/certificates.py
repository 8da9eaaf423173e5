"""Certificates per second: the whole path with lint, ledger and commits, against raw signing in the same HSM and `openssl ca`."""

import hashlib
import os
import subprocess
import tempfile
import time
import warnings
from pathlib import Path
from uuid import uuid4

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from app.core import clock
from app.core.db import db
from app.core.embedded import start_postgres, start_redis
from app.core.settings import Settings
from issuance.services.issue_certificate import issue_certificate
from models.applications import Applicant, Application, Envelope
from models.companies import Company
from models.enrolments import Enrolment
from models.enums import EnrolmentStatus, PinKind, PinStatus
from models.pin_secrets import PinSecret
from models.staff import StaffUser

SIZES = (20, 80)


def main() -> None:
    """Print rates at two sizes, and the ratio to raw signing and to `openssl ca` with one process per certificate."""
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory(prefix="bench", dir="/tmp", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        _run(Path(name))


def _run(var: Path) -> None:
    from issuance.ceremony.configuration import DEVELOPMENT, load_configuration  # noqa: PLC0415
    from issuance.ceremony.run import hold_ceremony  # noqa: PLC0415
    from issuance.hsm.environment import prepare_environment  # noqa: PLC0415
    from tests.factories.authority import start_signer, stop_signer  # noqa: PLC0415
    from wsgi import create_worker  # noqa: PLC0415

    os.environ["VAR_DIR"] = str(var)
    settings = Settings()
    prepare_environment(settings)
    postgres, redis = start_postgres(var / "pg"), start_redis(var / "redis")
    app = create_worker(settings)
    with app.app_context():
        db.create_all()
        hold_ceremony(load_configuration(DEVELOPMENT, ("A", "B")), settings, now=clock.now())
        process = start_signer(settings)
        try:
            raw = _raw()
            for size in SIZES:
                print(f"certificates n={size:<5} {_ours(size):8.1f}/s  raw signing {raw:.1f}/s")
            print(f"  peer: openssl ca, one process each  {_openssl(var):8.1f}/s (software key)")
        finally:
            stop_signer(process)
            db.session.remove()
            db.engine.dispose()
    postgres.terminate()
    redis.terminate()


def _raw() -> float:
    from app import signer  # noqa: PLC0415

    digest, began, count = hashlib.sha256(b"x").digest(), time.perf_counter(), 60
    for _ in range(count):
        signer.current().sign_digest("ca", digest, "sha256")
    return count / (time.perf_counter() - began)


def _ours(size: int) -> float:
    waiting = [_enrolment(number) for number in range(size)]
    began = time.perf_counter()
    for enrolment_id in waiting:
        issue_certificate(enrolment_id, now=clock.now())
    return size / (time.perf_counter() - began)


def _enrolment(number: int) -> object:
    """A requested enrolment, as the desk and the client leave it."""
    person = StaffUser(
        id=uuid4(), email=f"{uuid4()}@x.example", name="b", roles=["reception"], fs_uniquifier=uuid4().hex
    )
    company = Company(id=uuid4(), name="株式会社髙﨑建設", name_romaji="TAKASAKI KENSETSU K.K.", address="茨城県日立市")
    db.session.add_all([person, company])
    db.session.flush()
    envelope = Envelope(
        id=uuid4(), item_number=f"{uuid4().int % 10**11:011d}", received_on=clock.today(), received_by=person.id
    )
    db.session.add(envelope)
    db.session.flush()
    case = Application(
        id=uuid4(),
        number=str(uuid4()),
        services=["certificate"],
        envelope_id=envelope.id,
        company_id=company.id,
        received_on=clock.today(),
    )
    db.session.add(case)
    db.session.flush()
    applicant = Applicant(
        id=uuid4(),
        number=f"B-{uuid4().hex[:12]}",
        application_id=case.id,
        position=1,
        name="𠮷田 太郎",
        name_romaji="YOSHIDA TARO",
    )
    db.session.add(applicant)
    db.session.flush()
    pins = [
        PinSecret(id=uuid4(), kind=kind, applicant_id=applicant.id, verifier="-", status=PinStatus.RESERVED)
        for kind in (PinKind.APPLICATION, PinKind.DOWNLOAD)
    ]
    db.session.add_all(pins)
    db.session.flush()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, str(number))])
    csr = (
        x509.CertificateSigningRequestBuilder()
        .subject_name(name)
        .sign(ec.generate_private_key(ec.SECP256R1()), hashes.SHA256())
    )
    enrolment = Enrolment(
        id=uuid4(), applicant_id=applicant.id, application_pin_id=pins[0].id, download_pin_id=pins[1].id,
        status=EnrolmentStatus.REQUESTED, consented_at=clock.now(), csr=csr.public_bytes(Encoding.DER), spki_sha256=uuid4().hex,
    )  # fmt: skip
    db.session.add(enrolment)
    db.session.commit()
    return enrolment.id


def _openssl(var: Path) -> float:
    """`openssl ca -batch`, one process for each request, with a software key of the CA's size."""
    folder = var / "openssl"
    folder.mkdir()
    (folder / "index.txt").touch()
    (folder / "serial").write_text("1000\n")
    (folder / "c.cnf").write_text(
        "[ca]\ndefault_ca=d\n[d]\ndir=.\ndatabase=index.txt\nserial=serial\nnew_certs_dir=.\ncertificate=ca.pem\n"
        "private_key=ca.key\ndefault_md=sha256\npolicy=p\nunique_subject=no\ndefault_days=700\n[p]\ncommonName=supplied\n"
    )

    def openssl(*arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)

    openssl(
        "req",
        "-x509",
        "-newkey",
        "rsa:4096",
        "-nodes",
        "-keyout",
        "ca.key",
        "-out",
        "ca.pem",
        "-subj",
        "/CN=ca",
        "-days",
        "900",
    )
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", "e.key", "-out", "e.csr", "-subj", "/CN=e")
    began, count = time.perf_counter(), 10
    for _ in range(count):
        openssl("ca", "-batch", "-notext", "-config", "c.cnf", "-in", "e.csr", "-out", "e.pem")
    return count / (time.perf_counter() - began)


if __name__ == "__main__":
    main()
