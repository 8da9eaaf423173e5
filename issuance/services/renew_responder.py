"""The OCSP responders' certificates live 45 days at most and are renewed before: same key, same name, new term.

The order is that of a holder's certificate: build and lint, put on record what will be signed, sign exactly that, verify,
and store the new one in the same transaction that retires the old one.
"""

import hashlib
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy import text

from app import audit, signer
from app.core.actor import SYSTEM
from app.core.db import db
from app.core.errors import DomainError
from app.core.random import random_source
from app.core.transaction import transaction
from app.signer.keys import DigestSigner
from issuance import queries
from issuance.errors import LintError, SignatureWrongError
from issuance.queries.authority import list_responders
from issuance.queries.profiles import get_profiles
from issuance.rules.lint import certificate_findings
from issuance.rules.profile import serial_from, serial_text
from issuance.rules.responder import is_renewal_due, renewed_certificate
from issuance.rules.signing_bytes import PublicKey, assemble, sign_bytes, unsigned
from models.certificates import CaCertificate
from models.enums import CaKeyPurpose

log = logging.getLogger(__name__)
LOCK_SPACE = 0x4F435350


@dataclass(frozen=True, slots=True)
class _Plan:
    """One renewal, read before anything is locked."""

    old_id: UUID
    key_label: str
    generation: int
    ca_label: str
    ca: x509.Certificate
    blank: x509.Certificate

    @property
    def ca_key(self) -> PublicKey:
        key = self.ca.public_key()
        assert isinstance(key, PublicKey)
        return key


def renew_responders(*, now: datetime, issuer: DigestSigner | None = None) -> int:
    """Renew every responder's certificate whose time comes. One at a time over all processes.

    Args:
        now: the present moment.
        issuer: who signs with the CAs' keys; the signing process if left out.

    Returns:
        how many were renewed.

    Raises:
        SignerUnavailableError: the signing process does not answer; the next turn tries again.
        LintError, SignatureWrongError: the certificate would be wrong; the old one stays.
    """
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as guard:
        if not guard.scalar(text("SELECT pg_try_advisory_lock(:space)"), {"space": LOCK_SPACE}):
            return 0
        try:
            return _renew_all(now.replace(microsecond=0), issuer)
        finally:
            guard.execute(text("SELECT pg_advisory_unlock(:space)"), {"space": LOCK_SPACE})


def _renew_all(now: datetime, issuer: DigestSigner | None) -> int:
    count, failure = 0, None
    for plan in _plans(now):
        try:
            _renew(plan, now, issuer or signer.current())
            count += 1
        except DomainError as error:  # one generation's trouble is not the others'
            log.warning("responder of generation %d not renewed: %s", plan.generation, error.code)
            failure = error
    if failure is not None:
        raise failure
    return count


def _plans(now: datetime) -> list[_Plan]:
    profile = get_profiles().ocsp
    plans = []
    for row, ca_row in list_responders():
        old, ca = queries.load(row), queries.load(ca_row)
        before = timedelta(days=profile.renew_before_days)
        if ca.not_valid_after_utc <= now or not is_renewal_due(row.not_before, row.not_after, now=now, before=before):
            continue
        serial = serial_from(random_source().token_bytes(15))
        builder = renewed_certificate(old, serial=serial, now=now, days=profile.certificate_days, ca=ca)
        key = ca.public_key()
        assert isinstance(key, PublicKey)
        plans.append(_Plan(row.id, row.key_label, row.generation, ca_row.key_label, ca, unsigned(builder, key)))
    db.session.rollback()
    return plans


def _renew(plan: _Plan, now: datetime, issuer: DigestSigner) -> None:
    if findings := certificate_findings(plan.blank.public_bytes(Encoding.DER)):
        raise LintError(findings)
    tbs = plan.blank.tbs_certificate_bytes
    _put_on_record(plan, tbs)
    signature = sign_bytes(tbs, issuer=issuer, label=plan.ca_label, issuer_key=plan.ca_key)
    found = x509.load_der_x509_certificate(assemble(tbs, signature, plan.ca_key))
    try:
        found.verify_directly_issued_by(plan.ca)
    except (InvalidSignature, ValueError, TypeError) as error:
        raise SignatureWrongError from error
    if found.tbs_certificate_bytes != tbs:
        raise SignatureWrongError
    _store(plan, found, now)


def _put_on_record(plan: _Plan, tbs: bytes) -> None:
    """Before the CA's key is used: serial number and digest of what it will sign."""
    with transaction():
        audit.record(
            "authority:about-to-sign",
            subject_type="ca_certificate",
            subject_id=plan.old_id,
            actor=SYSTEM,
            detail={
                "purpose": CaKeyPurpose.OCSP.value,
                "serial": serial_text(plan.blank.serial_number),
                "tbs_sha256": hashlib.sha256(tbs).hexdigest(),
            },
        )


def _store(plan: _Plan, found: x509.Certificate, now: datetime) -> None:
    with transaction():
        old = db.session.get_one(CaCertificate, plan.old_id, with_for_update=True, populate_existing=True)
        if not old.active:
            return  # somebody made another one meanwhile
        old.active = False
        db.session.flush()  # before the new one takes its place in the index
        row = CaCertificate(
            purpose=CaKeyPurpose.OCSP,
            generation=plan.generation,
            key_label=plan.key_label,
            der=found.public_bytes(Encoding.DER),
            sha256=found.fingerprint(SHA256()).hex(),
            serial=serial_text(found.serial_number),
            not_before=found.not_valid_before_utc,
            not_after=found.not_valid_after_utc,
            ceremony={"renews": old.sha256},
            created_at=now,
        )
        db.session.add(row)
        db.session.flush()
        audit.record(
            "authority:renew",
            subject_type="ca_certificate",
            subject_id=row.id,
            actor=SYSTEM,
            detail={"purpose": CaKeyPurpose.OCSP.value, "sha256": row.sha256, "renews": old.sha256},
        )
