"""The inner steps of the check that look at CRLs and at the authority's own certificates. Nothing is changed."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from sqlalchemy import select

from app.core.db import db
from issuance.queries.crl_checks import StoredCrl, list_number_gaps, list_waiting, read_crl
from issuance.queries.crls import Scope, find_latest_crl, list_scopes
from issuance.rules.certificate_check import Finding
from issuance.rules.crl import ca_key, is_signed_by
from issuance.rules.profile import serial_text
from issuance.rules.signing_bytes import hash_for
from models.certificates import CaCertificate, Crl
from models.enums import CaKeyPurpose

DAILY = timedelta(hours=25)  # a day, and an hour for a signing process that was away
CODES = (
    "unfinished",  # begun, and never became a certificate
    "suspect",
    "certificate-missing",  # the audit log says that it was issued
    "authority-differs",  # columns and certificate of one of the authority's own
    "authority-signature",
    "responder-missing",  # the CA has none whose certificate is valid now
    "crl-missing",
    "crl-unreadable",
    "crl-differs",  # columns and octets
    "crl-number",  # a gap, or a number that was there before
    "crl-signature",
    "crl-old",  # none for a day (or the present one has run out)
    "not-on-crl",  # 施行規則6条10号: revoked, and the newest CRL does not say so
    "crl-entry-differs",
    "crl-entry-unknown",  # the CRL revokes what nobody revoked
    "revocation-unpublished",  # recorded for an hour, on no CRL
)


def crl_findings_of_all(now: datetime) -> Iterator[Finding]:
    """Everything wrong with the newest CRL of every CA that has not expired, and with the row of numbers."""
    for scope in list_scopes(now):
        yield from _numbers(scope)
        yield from _newest(scope, now)
    for serial in list_waiting(now):
        yield Finding("revocation-unpublished", serial)


def own_findings(now: datetime) -> Iterator[Finding]:
    """Everything wrong with the authority's own certificates."""
    rows = db.session.scalars(select(CaCertificate).order_by(CaCertificate.created_at)).all()
    authorities = {
        row.generation: x509.load_der_x509_certificate(row.der) for row in rows if row.purpose is CaKeyPurpose.CA
    }
    for row in rows:
        found = x509.load_der_x509_certificate(row.der)
        said = (row.sha256, row.serial, row.not_before, row.not_after)
        is_so = found.fingerprint(hashes.SHA256()).hex(), serial_text(found.serial_number)
        if said != (*is_so, found.not_valid_before_utc, found.not_valid_after_utc):
            yield Finding("authority-differs", row.serial, row.purpose.value)
        try:
            found.verify_directly_issued_by(authorities[row.generation])
        except (InvalidSignature, ValueError, TypeError, KeyError) as error:
            yield Finding("authority-signature", row.serial, f"{row.purpose.value}: {error or type(error).__name__}")
    for row in rows:
        if row.purpose is CaKeyPurpose.CA and row.not_after > now:
            answering = [
                each
                for each in rows
                if each.purpose is CaKeyPurpose.OCSP and each.generation == row.generation and each.active
            ]
            if not any(each.not_before <= now < each.not_after for each in answering):
                yield Finding("responder-missing", row.serial, f"generation {row.generation}")


def _numbers(scope: Scope) -> Iterator[Finding]:
    for shard, number, before in list_number_gaps(scope.ca_id):
        if shard == scope.shard:
            yield Finding("crl-number", "", f"{_name(scope)}: {number} after {before}")


def _newest(scope: Scope, now: datetime) -> Iterator[Finding]:
    row = find_latest_crl(scope.ca_id, scope.shard)
    if row is None:
        yield Finding("crl-missing", "", _name(scope))
        return
    if not now - DAILY < row.this_update or row.next_update <= now:
        yield Finding("crl-old", "", f"{_name(scope)}: {row.this_update} to {row.next_update}")
    key = ca_key(scope.certificate)
    try:
        found = read_crl(
            row.id,
            ca_certificate_id=scope.ca_id,
            shard=scope.shard,
            number=int(row.number),
            algorithm=hash_for(key),
        )
    except ValueError as error:
        db.session.rollback()
        yield Finding("crl-unreadable", "", f"{_name(scope)}: {error}")
        return
    if not is_signed_by(key, found.outline.signature, found.signed_digest):
        yield Finding("crl-signature", "", _name(scope))
    yield from _contents(scope, row, found)


def _contents(scope: Scope, row: Crl, found: StoredCrl) -> Iterator[Finding]:
    outline = found.outline
    if outline.number != int(row.number):
        yield Finding("crl-number", "", f"{_name(scope)}: signed as {outline.number}, stored as {row.number}")
    said = (row.sha256, row.size, row.entry_count, row.this_update, row.next_update)
    if said != (found.sha256, outline.size, found.entry_count, outline.this_update, outline.next_update):
        yield Finding("crl-differs", "", f"{_name(scope)} {row.number}")
    for code, serials in (
        ("not-on-crl", found.missing),
        ("crl-entry-differs", found.different),
        ("crl-entry-unknown", found.unknown),
    ):
        for serial in serials:
            yield Finding(code, serial, f"{_name(scope)} {row.number}")


def _name(scope: Scope) -> str:
    return f"CA {scope.generation}, shard {scope.shard}"
