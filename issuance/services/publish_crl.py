"""The CRL: pre-encoded entries one after another, one signature in the HSM (RFC 5280 §5)."""

import hashlib
from datetime import datetime, timedelta

from cryptography import x509
from flask import current_app
from sqlalchemy import select, text

from app import audit, signer
from app.core import der
from app.core.actor import SYSTEM
from app.core.db import db
from app.core.transaction import transaction
from app.signer.keys import DigestSigner
from issuance import queries
from issuance.errors import SignatureWrongError
from issuance.rules.profile import SHARD
from issuance.rules.signing_bytes import PublicKey, algorithm_identifier, assemble, sign_bytes
from models.certificates import Crl, CrlPart, Revocation
from models.enums import CaKeyPurpose

NEXT_UPDATE = timedelta(hours=96)  # survives a long weekend
LATEST_AFTER = timedelta(hours=20)  # well within a day
LOCK_SPACE = 0x43524C00


def publish_crl(*, now: datetime, issuer: DigestSigner | None = None, even_if_current: bool = False) -> bool:
    """Issue a CRL if one is due: a day has nearly passed, or something was revoked since.

    One at a time over all processes, so that no number is ever signed twice.

    Returns:
        whether one was issued.

    Raises:
        SignerUnavailableError: the signing process does not answer; the next turn tries again.
        NoAuthorityError: there is no CA yet.
    """
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as guard:
        if not guard.scalar(text("SELECT pg_try_advisory_lock(:space)"), {"space": LOCK_SPACE}):
            return False
        try:
            return _publish(now, issuer or signer.current(), even_if_current=even_if_current)
        finally:
            guard.execute(text("SELECT pg_advisory_unlock(:space)"), {"space": LOCK_SPACE})


def _publish(now: datetime, issuer: DigestSigner, *, even_if_current: bool) -> bool:
    row = queries.get_authority(CaKeyPurpose.CA)
    ca_id, ca, label = row.id, queries.load(row), row.key_label
    latest = queries.find_latest_crl(ca_id)
    number = int(latest.number) + 1 if latest else 1
    entries = list(db.session.scalars(select(Revocation.crl_entry).order_by(Revocation.sequence)))
    is_due = latest is None or now - latest.this_update >= LATEST_AFTER or latest.entry_count != len(entries)
    db.session.rollback()
    if not (is_due or even_if_current):
        return False
    moment = now.replace(microsecond=0)
    encoded = _sign(ca, label, entries, number=number, now=moment, issuer=issuer)
    with transaction():
        crl = Crl(
            ca_certificate_id=ca_id,
            number=number,
            shard=SHARD,
            sha256=hashlib.sha256(encoded).hexdigest(),
            size=len(encoded),
            this_update=moment,
            next_update=moment + NEXT_UPDATE,
            entry_count=len(entries),
        )
        db.session.add(crl)
        db.session.flush()
        db.session.add(CrlPart(crl_id=crl.id, position=0, data=encoded))
        audit.record(
            "crl:issue",
            subject_type="crl",
            subject_id=crl.id,
            actor=SYSTEM,
            detail={"number": number, "entries": len(entries)},
        )
    return True


def _sign(
    ca: x509.Certificate, label: str, entries: list[bytes], *, number: int, now: datetime, issuer: DigestSigner
) -> bytes:
    public = ca.public_key()
    assert isinstance(public, PublicKey)  # noqa: S101  our own CA
    tbs = der.sequence(
        der.integer(1),  # v2
        algorithm_identifier(public),
        ca.subject.public_bytes(),
        der.time(now),
        der.time(now + NEXT_UPDATE),
        der.sequence(*entries) if entries else b"",
        der.context(0, _extensions(ca, number)),
    )
    encoded = assemble(tbs, sign_bytes(tbs, issuer=issuer, label=label, issuer_key=public), public)
    if not x509.load_der_x509_crl(encoded).is_signature_valid(public):
        raise SignatureWrongError
    return encoded


def _extensions(ca: x509.Certificate, number: int) -> bytes:
    """authorityKeyIdentifier, cRLNumber, and the critical issuingDistributionPoint: user certificates of this shard."""
    key_id = ca.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    return der.sequence(
        _extension("2.5.29.35", der.sequence(der.context(0, key_id, constructed=False))),
        _extension("2.5.29.20", der.integer(number)),
        _extension("2.5.29.28", _distribution_point(), critical=True),
    )


def _distribution_point() -> bytes:
    settings = current_app.extensions["settings"]
    uri = f"{settings.public_url}/crl/ca-{SHARD}.crl".encode("ascii")
    full_name = der.context(0, der.context(6, uri, constructed=False))
    only_user_certificates = der.context(1, b"\xff", constructed=False)
    return der.sequence(der.context(0, full_name), only_user_certificates)


def _extension(oid: str, value: bytes, *, critical: bool = False) -> bytes:
    return der.sequence(der.oid(oid), der.boolean(value=True) if critical else b"", der.octets(value))
