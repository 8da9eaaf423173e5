"""The ceremony itself: keys, certificates, records, first CRL."""

import json
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from app import audit
from app.core.actor import SYSTEM
from app.core.db import db
from app.core.settings import Settings
from app.core.transaction import transaction
from issuance import queries
from issuance.ceremony.certificates import PublicKey, ca_builder, unit_builder
from issuance.ceremony.configuration import Configuration
from issuance.ceremony.token import make_keys, open_token
from issuance.errors import CeremonyError, LintError
from issuance.hsm.token import HsmToken
from issuance.rules.lint import certificate_findings
from issuance.rules.profile import Places, serial_from, serial_text
from issuance.rules.signing_bytes import assemble, sign_bytes, unsigned
from issuance.services.publish_crl import publish_crl
from models.certificates import CaCertificate
from models.enums import CaKeyPurpose

UNITS = (CaKeyPurpose.OCSP, CaKeyPurpose.TSA, CaKeyPurpose.SEAL)


@dataclass(frozen=True, slots=True)
class TokenIssuer:
    """The token as a signer: during the ceremony no signing process runs yet."""

    token: HsmToken

    def sign_digest(self, label: str, digest: bytes, algorithm: str, *, padding: str = "pkcs1v15") -> bytes:
        """Sign a digest with the key of this label."""
        return self.token.sign(label, digest, algorithm, padding=padding)


def hold_ceremony(configuration: Configuration, settings: Settings, *, now: datetime) -> Path:
    """Make the authority: keys on the token, certificates in the database, the record in a file.

    Keys that a broken ceremony left on the token are used, not made again.

    Args:
        configuration: what to make, and who is there.
        settings: of the installation.
        now: the moment from which the certificates are valid.

    Returns:
        the record of the ceremony, a JSON file with the fingerprints to publish (施行規則6条9号).

    Raises:
        CeremonyError: there is an authority already, or the token cannot be used.
        LintError: a certificate does not pass the lints; nothing was signed with the CA's key for it.
    """
    if queries.find_authority(CaKeyPurpose.CA) is not None:
        raise CeremonyError("ceremony-done")
    moment = now.replace(microsecond=0)
    token = open_token(settings)
    try:
        made = make_keys(token, configuration)
        certificates = _make_certificates(token, configuration, settings, moment)
        record = _record(configuration, settings, certificates, made, moment)
        _store(certificates, record, moment)
        publish_crl(now=now, issuer=TokenIssuer(token), even_if_current=True)
    finally:
        token.close()
    return _write(settings, record, certificates)


def _make_certificates(
    token: HsmToken, configuration: Configuration, settings: Settings, now: datetime
) -> dict[CaKeyPurpose, x509.Certificate]:
    places = Places(settings.public_url, settings.policy_oid_arc)
    ca_key = _public(token, "ca")
    ca = _issue(token, ca_builder(configuration.ca, ca_key, serial=_serial(), now=now), ca_key)
    certificates = {CaKeyPurpose.CA: ca}
    for purpose in UNITS:
        public = _public(token, purpose.value)
        builder = unit_builder(purpose, configuration, public, serial=_serial(), now=now, ca=ca, places=places)
        certificates[purpose] = _issue(token, builder, ca_key)
        certificates[purpose].verify_directly_issued_by(ca)
    return certificates


def _issue(token: HsmToken, builder: x509.CertificateBuilder, ca_key: PublicKey) -> x509.Certificate:
    blank = unsigned(builder, ca_key)
    if findings := certificate_findings(blank.public_bytes(Encoding.DER)):
        raise LintError(findings)
    tbs = blank.tbs_certificate_bytes
    signature = sign_bytes(tbs, issuer=TokenIssuer(token), label="ca", issuer_key=ca_key)
    return x509.load_der_x509_certificate(assemble(tbs, signature, ca_key))


def _public(token: HsmToken, label: str) -> PublicKey:
    key = serialization.load_der_public_key(token.public_key(label))
    if not isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
        raise CeremonyError("ceremony-key-kind", label=label)
    return key


def _serial() -> int:
    return serial_from(secrets.token_bytes(15))


def _record(
    configuration: Configuration,
    settings: Settings,
    certificates: dict[CaKeyPurpose, x509.Certificate],
    made: list[str],
    now: datetime,
) -> dict[str, Any]:
    return {
        "title": configuration.title,
        "at": now.isoformat(),
        "present": [person.model_dump() for person in configuration.present],
        "configuration": configuration.model_dump(exclude={"present"}),
        "module": settings.pkcs11_module_path,
        "token": settings.pkcs11_token,
        "keys_made": made,
        "certificates": {
            purpose.value: {
                "subject": found.subject.rfc4514_string(),
                "serial": serial_text(found.serial_number),
                "not_after": found.not_valid_after_utc.isoformat(),
                "sha256": fingerprint(found),
            }
            for purpose, found in certificates.items()
        },
    }


def fingerprint(found: x509.Certificate) -> str:
    """SHA-256 of a certificate, in hexadecimal."""
    return found.fingerprint(hashes.SHA256()).hex()


def _store(certificates: dict[CaKeyPurpose, x509.Certificate], record: dict[str, Any], now: datetime) -> None:
    with transaction():
        for purpose, found in certificates.items():
            row = CaCertificate(
                purpose=purpose,
                key_label=purpose.value,
                der=found.public_bytes(Encoding.DER),
                sha256=fingerprint(found),
                serial=serial_text(found.serial_number),
                not_before=found.not_valid_before_utc,
                not_after=found.not_valid_after_utc,
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
                detail={"purpose": purpose.value, "sha256": row.sha256, "present": record["present"]},
            )


def _write(settings: Settings, record: dict[str, Any], certificates: dict[CaKeyPurpose, x509.Certificate]) -> Path:
    directory = settings.var_dir.resolve() / "ceremony"
    directory.mkdir(parents=True, exist_ok=True)
    for purpose, found in certificates.items():
        (directory / f"{purpose.value}.pem").write_bytes(found.public_bytes(Encoding.PEM))
    path = directory / "record.json"
    path.write_text(json.dumps(record, ensure_ascii=False, indent=2) + "\n", "utf-8")
    return path
