"""Questions of the OCSP benchmark, and the certificates that are asked for."""

import base64
import hashlib
import secrets
from functools import cache
from urllib.parse import quote
from uuid import uuid4

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from sqlalchemy import text

from app.core import clock, der
from app.core.db import db
from issuance import queries
from issuance.rules.profile import serial_from
from models.certificates import Certificate
from models.enums import CaKeyPurpose, CertificateStatus


def certificates(count: int) -> list[int]:
    """Rows of issued certificates; the answer needs the serial number and the status alone."""
    ca = queries.get_authority(CaKeyPurpose.CA).id
    db.session.rollback()
    serials = [serial_from(secrets.token_bytes(15)) for _ in range(count)]
    with db.engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))  # without the holders behind them
        table = Certificate.__table__
        rows = [
            {
                "id": uuid4(), "serial": f"{serial:032x}", "enrolment_id": uuid4(),
                "applicant_id": ca, "ca_certificate_id": ca, "profile_version": 1, "status": CertificateStatus.ACTIVE,
                "tbs": b"-", "der": b"-", "created_at": clock.now(),
            }
            for serial in serials
        ]  # fmt: skip
        for start in range(0, count, 1000):
            connection.execute(table.insert(), rows[start : start + 1000])
        connection.execute(text("ANALYZE certificate"))
    return serials


def path_of(serial: int, *, nonce: bytes | None = None) -> str:
    return "/ocsp/" + quote(base64.b64encode(request_for(_ca(), serial, nonce)).decode(), safe="")


@cache
def _ca() -> bytes:
    encoded = queries.get_authority(CaKeyPurpose.CA).der
    db.session.rollback()
    return encoded


def request_for(ca: bytes, serial: int, nonce: bytes | None) -> bytes:
    name, key = _hashes(ca)
    asked = der.sequence(
        der.sequence(der.oid("2.16.840.1.101.3.4.2.1"), der.NULL),
        der.octets(name),
        der.octets(key),
        der.integer(serial),
    )
    extension = b""
    if nonce is not None:
        value = der.octets(der.octets(nonce))
        extension = der.context(2, der.sequence(der.sequence(der.oid("1.3.6.1.5.5.7.48.1.2"), value)))
    return der.sequence(der.sequence(der.sequence(der.sequence(asked)), extension))


@cache
def _hashes(ca: bytes) -> tuple[bytes, bytes]:
    subject = x509.load_der_x509_certificate(ca).subject.public_bytes()
    key = asn1_x509.Certificate.load(ca)["tbs_certificate"]["subject_public_key_info"]["public_key"].contents[1:]
    return hashlib.sha256(subject).digest(), hashlib.sha256(key).digest()


def revoke(serial: int) -> None:
    """One certificate, as the responder sees it; committed when this returns."""
    with db.engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(
            text(
                "INSERT INTO revocation (id, certificate_id, ca_certificate_id, reason, asked_by, asked_at, revoked_at,"
                " decided_by_name, crl_entry) SELECT gen_random_uuid(), id, ca_certificate_id, 'keyCompromise', 'holder',"
                " now(), now(), 'bench', '' FROM certificate WHERE serial = :serial"
            ),
            {"serial": f"{serial:032x}"},
        )
