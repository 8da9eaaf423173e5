"""Further generations, and revocations of whatever serial number, for tests of CRLs."""

import subprocess
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy import select, text

from app import signer
from app.core import clock
from app.core.db import db
from app.signer.keys import RemoteECKey
from issuance.ceremony.certificates import ca_builder
from issuance.ceremony.configuration import Authority
from issuance.rules.crl_names import SHARD, crl_address
from issuance.rules.profile import serial_text
from issuance.rules.revocation import crl_entry
from issuance.rules.signing_bytes import hash_for
from models.certificates import CaCertificate, Crl, Revocation
from models.enums import CaKeyPurpose


def authority_row(generation: int = 1) -> CaCertificate:
    """The CA of a generation."""
    of_generation = (CaCertificate.purpose == CaKeyPurpose.CA, CaCertificate.generation == generation)
    return db.session.scalars(select(CaCertificate).where(*of_generation)).one()


def remote_key(row: CaCertificate) -> RemoteECKey:
    """The CA's key in the HSM."""
    return RemoteECKey(signer.current(), row.key_label, x509.load_der_x509_certificate(row.der).public_key())  # type: ignore[arg-type]


def roll_over() -> CaCertificate:
    """A second generation with a name of its own, in use; the first one stays for its CRLs. Both sign with one key."""
    first, now = authority_row(), clock.now().replace(microsecond=0)
    key = remote_key(first)
    builder = ca_builder(
        Authority(organization="CECSIGN (test)", common_name="CECSIGN Test CA 2", key="secp384r1", years=20),
        key.public_key(), serial=x509.random_serial_number(), now=now,
    )  # fmt: skip
    found = builder.sign(key, hash_for(key.public_key()))
    first.active = False
    db.session.flush()
    second = CaCertificate(
        purpose=CaKeyPurpose.CA, generation=2, key_label=first.key_label, der=found.public_bytes(Encoding.DER),
        sha256=uuid4().hex * 2, serial=serial_text(found.serial_number), not_before=found.not_valid_before_utc,
        not_after=found.not_valid_after_utc, ceremony=first.ceremony,
    )  # fmt: skip
    db.session.add(second)
    db.session.commit()
    return second


def add_revocations(
    ca_id: UUID,
    serials: Iterable[int],
    *,
    shard: str = SHARD,
    at: datetime | None = None,
    since: datetime | None = None,
) -> list[UUID]:
    """Revocations as a service records them, of certificates that are not there."""
    moment = (at or clock.now()).replace(microsecond=0)
    rows = [
        Revocation(
            id=uuid4(), certificate_id=uuid4(), ca_certificate_id=ca_id, shard=shard, reason="keyCompromise",
            asked_by="holder", asked_at=moment, revoked_at=moment, invalid_since=since, decided_by_name="認証 三郎",
            crl_entry=crl_entry(serial, moment, "keyCompromise", since),
        )
        for serial in serials
    ]  # fmt: skip
    db.session.execute(text("SET LOCAL session_replication_role = replica"))
    for row in rows:  # one after another: their sequence is their order
        db.session.add(row)
        db.session.flush()
    db.session.commit()
    return [row.id for row in rows]


def issue_by(ca: CaCertificate, public_url: str, *, shard: str = SHARD, serial: int | None = None) -> x509.Certificate:
    """A certificate of a generation and shard, with the distribution point of these."""
    key, now = remote_key(ca), clock.now().replace(microsecond=0)
    uri = x509.UniformResourceIdentifier(crl_address(public_url, ca.generation, shard))
    usage = x509.KeyUsage(True, True, False, False, False, False, False, False, False)  # noqa: FBT003
    holder = ec.generate_private_key(ec.SECP256R1()).public_key()
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "holder")]))
        .issuer_name(x509.load_der_x509_certificate(ca.der).subject)
        .public_key(holder)
        .serial_number(serial or x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=1))
        .not_valid_after(now + timedelta(days=300))
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(holder), critical=False)
        .add_extension(usage, critical=True)
        .add_extension(
            x509.CRLDistributionPoints([x509.DistributionPoint([uri], None, None, None)]), critical=False
        )
        .sign(key, hash_for(key.public_key()))
    )  # fmt: skip


def newest_crl(ca_id: UUID, shard: str = SHARD) -> Crl:
    """The newest CRL of a CA's shard."""
    of_scope = (Crl.ca_certificate_id == ca_id, Crl.shard == shard)
    return db.session.scalars(select(Crl).where(*of_scope).order_by(Crl.number.desc()).limit(1)).one()


def run(folder: Path, *command: str, given: bytes = b"") -> "subprocess.CompletedProcess[str]":
    """Run somebody else's program and keep what it says."""
    done = subprocess.run(command, cwd=folder, input=given, capture_output=True, check=False)
    return subprocess.CompletedProcess(command, done.returncode, done.stdout.decode(), done.stderr.decode())
