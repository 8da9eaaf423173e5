"""The steps that every ceremony takes: one at a time, sign what was linted, store it all or nothing, write the record."""

import json
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy import text

from app import audit
from app.core.actor import SYSTEM
from app.core.db import db
from app.core.settings import Settings
from app.core.transaction import require_transaction
from issuance.ceremony.certificates import unit_builder
from issuance.ceremony.configuration import Configuration
from issuance.ceremony.token import public_key
from issuance.errors import CeremonyError, LintError
from issuance.hsm.token import HsmToken
from issuance.queries.profiles import get_profiles
from issuance.rules.key_labels import label_of
from issuance.rules.lint import certificate_findings
from issuance.rules.profile import Places, serial_from, serial_text
from issuance.rules.signing_bytes import PublicKey, assemble, sign_bytes, unsigned
from models.certificates import CaCertificate
from models.enums import CaKeyPurpose

UNITS = (CaKeyPurpose.OCSP, CaKeyPurpose.TSA, CaKeyPurpose.SEAL)
LOCK_SPACE = 0x43455200


@dataclass(frozen=True, slots=True)
class TokenIssuer:
    """The token as a signer: in a ceremony the keys are used where they are, without the signing process."""

    token: HsmToken

    def sign_digest(self, label: str, digest: bytes, algorithm: str, *, padding: str = "pkcs1v15") -> bytes:
        """Sign a digest with the key of this label."""
        return self.token.sign(label, digest, algorithm, padding=padding)


@dataclass(frozen=True, slots=True)
class Made:
    """A certificate that a ceremony made."""

    name: str  # in the record, and of its file
    purpose: CaKeyPurpose
    generation: int  # of the CA that issued it
    label: str  # of its key
    certificate: x509.Certificate
    active: bool = True


@contextmanager
def alone() -> Iterator[None]:
    """One ceremony at a time, over all processes.

    Raises:
        CeremonyError: another one is going on.
    """
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as guard:
        if not guard.scalar(text("SELECT pg_try_advisory_lock(:space)"), {"space": LOCK_SPACE}):
            raise CeremonyError("ceremony-running")
        try:
            yield
        finally:
            guard.execute(text("SELECT pg_advisory_unlock(:space)"), {"space": LOCK_SPACE})


def ready_directory(settings: Settings) -> Path:
    """Where records go, tried out before the first key is made.

    Raises:
        CeremonyError: nothing can be written there.
    """
    directory = settings.var_dir.resolve() / "ceremony"
    trial = directory / ".trial"
    try:
        directory.mkdir(parents=True, exist_ok=True)
        trial.write_bytes(bytes(64 * 1024))  # as much as a record with its certificates needs
        trial.unlink()
    except OSError as error:
        raise CeremonyError("ceremony-record-unwritable", path=str(directory), reason=error.strerror or "") from error
    return directory


def sign(token: HsmToken, builder: x509.CertificateBuilder, *, label: str, issuer_key: PublicKey) -> x509.Certificate:
    """Lint what is about to be signed, then sign exactly that.

    Raises:
        LintError: nothing was signed.
    """
    blank = unsigned(builder, issuer_key)
    if findings := certificate_findings(blank.public_bytes(Encoding.DER)):
        raise LintError(findings)
    tbs = blank.tbs_certificate_bytes
    signature = sign_bytes(tbs, issuer=TokenIssuer(token), label=label, issuer_key=issuer_key)
    return x509.load_der_x509_certificate(assemble(tbs, signature, issuer_key))


def make_units(
    token: HsmToken, configuration: Configuration, settings: Settings, ca: Made, *, now: datetime
) -> list[Made]:
    """Responder, time-stamping authority and seal under a CA that was made just now."""
    places = Places(settings.public_url, settings.policy_oid_arc, ca.generation)
    made, profiles = [], get_profiles()
    for purpose in UNITS:
        label = label_of(purpose.value, ca.generation)
        builder = unit_builder(
            purpose,
            configuration,
            public_key(token, label),
            serial=new_serial(),
            now=now,
            ca=ca.certificate,
            places=places,
            profiles=profiles,
        )
        found = sign(token, builder, label=ca.label, issuer_key=public_key(token, ca.label))
        found.verify_directly_issued_by(ca.certificate)
        made.append(Made(label, purpose, ca.generation, label, found))
    return made


def new_serial() -> int:
    """A serial number from the system's random source."""
    return serial_from(secrets.token_bytes(15))


def record_of(
    configuration: Configuration, settings: Settings, made: Sequence[Made], keys_made: list[str], now: datetime
) -> dict[str, Any]:
    """What is kept of a ceremony: who was there, what was asked for, what was made (施行規則6条17号)."""
    return {
        "title": configuration.title,
        "at": now.isoformat(),
        "present": [person.model_dump() for person in configuration.present],
        "configuration": configuration.model_dump(exclude={"present"}),
        "module": settings.pkcs11_module_path,
        "token": settings.pkcs11_token,
        "keys_made": keys_made,
        "certificates": {
            each.name: {
                "subject": each.certificate.subject.rfc4514_string(),
                "serial": serial_text(each.certificate.serial_number),
                "not_after": each.certificate.not_valid_after_utc.isoformat(),
                "sha256": fingerprint(each.certificate),
            }
            for each in made
        },
    }


def fingerprint(found: x509.Certificate) -> str:
    """SHA-256 of a certificate, in hexadecimal."""
    return found.fingerprint(hashes.SHA256()).hex()


def store(made: Sequence[Made], record: dict[str, Any], now: datetime) -> None:
    """Put the certificates into the caller's transaction."""
    require_transaction()
    for each in made:
        found = each.certificate
        row = CaCertificate(
            purpose=each.purpose,
            generation=each.generation,
            key_label=each.label,
            der=found.public_bytes(Encoding.DER),
            sha256=fingerprint(found),
            serial=serial_text(found.serial_number),
            not_before=found.not_valid_before_utc,
            not_after=found.not_valid_after_utc,
            active=each.active,
            ceremony=record,
            created_at=now,
        )
        db.session.add(row)
        db.session.flush()
        audit.record(
            "authority:create",
            subject_type="ca_certificate",
            subject_id=row.id,
            actor=SYSTEM,
            detail={"purpose": each.purpose.value, "sha256": row.sha256, "present": record["present"]},
        )


def write(directory: Path, name: str, record: dict[str, Any], made: Sequence[Made]) -> Path:
    """The record as a file to print and sign, with the certificates beside it."""
    for each in made:
        (directory / f"{each.name}.pem").write_bytes(each.certificate.public_bytes(Encoding.PEM))
    path = directory / name
    path.write_text(json.dumps(record, ensure_ascii=False, indent=2) + "\n", "utf-8")
    return path
