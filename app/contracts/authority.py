"""The authority as contracts see it: whom to believe, the seal, the time stamps. Read from issuance's tables."""

from collections.abc import Sequence
from uuid import UUID

from flask import current_app
from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import distinct_on

from app import signer, timestamps
from app.contracts.errors import ContractError
from app.contracts.signing.remote import DigestSigner
from app.contracts.signing.stamping import CallableTimeStamper
from app.contracts.signing.trust import Trust
from app.core.db import db
from models.certificates import CaCertificate, Crl, CrlPart
from models.enums import CaKeyPurpose

MOST_PARTS = 2**31 - 1
HOLDER_POLICY = ".1.1"  # under the installation's arc: certificates of natural persons


def load_trust() -> Trust:
    """Every CA, also those that were rolled over, each with the newest CRL of every shard.

    Raises:
        ContractError: `no-authority`, the key ceremony was not held.
    """
    cas = db.session.scalars(
        select(CaCertificate)
        .where(CaCertificate.purpose == CaKeyPurpose.CA)
        .order_by(CaCertificate.active.desc(), CaCertificate.generation.desc())
    ).all()
    if not cas:
        raise ContractError("no-authority")
    newest = (
        select(Crl.id)
        .ext(distinct_on(Crl.ca_certificate_id, Crl.shard))
        .where(Crl.ca_certificate_id.in_([ca.id for ca in cas]))
        .order_by(Crl.ca_certificate_id, Crl.shard, Crl.number.desc())
    )
    ids = db.session.scalars(newest).all()
    arc = current_app.extensions["settings"].policy_oid_arc
    return Trust(roots=tuple(ca.der for ca in cas), crls=_crls(ids), policies=frozenset({f"{arc}{HOLDER_POLICY}"}))


def _crls(ids: Sequence[UUID]) -> tuple[bytes, ...]:
    """The octets of CRLs. A process reads each once and keeps it until it is superseded; a CRL never changes."""
    kept: dict[UUID, bytes] = current_app.extensions.setdefault("contracts_crls", {})
    for crl_id in ids:
        if crl_id not in kept:
            kept[crl_id] = _read(crl_id)
    for superseded in kept.keys() - set(ids):
        kept.pop(superseded, None)
    return tuple(kept.get(crl_id) or _read(crl_id) for crl_id in ids)


def _read(crl_id: UUID) -> bytes:
    """Head, entries and tail in their order; full parts of entries lie with the CRL that filled them (`Crl.base_id`)."""
    places, until, crl = [], MOST_PARTS, db.session.get_one(Crl, crl_id)
    while True:
        base = db.session.get_one(Crl, crl.base_id) if crl.base_id else None
        shared = base.base_parts if base else 0
        places.append((CrlPart.crl_id == crl.id) & CrlPart.position.between(shared + 1, until))
        if base is None:
            break
        crl, until = base, shared
    head = (CrlPart.crl_id == crl_id) & (CrlPart.position == 0)
    parts = select(CrlPart.data).where(or_(head, *places)).order_by(CrlPart.position)
    return b"".join(db.session.scalars(parts))


def authority_certificates() -> tuple[bytes, ...]:
    """DER of the seal's and the time-stamping authority's certificates, for the DSS."""
    return _row(CaKeyPurpose.SEAL).der, _row(CaKeyPurpose.TSA).der


def seal_signer() -> DigestSigner:
    """The service's seal. Its key stays with the signing process."""
    seal, ca, client = _row(CaKeyPurpose.SEAL), _row(CaKeyPurpose.CA), signer.current()
    label = seal.key_label
    return DigestSigner(seal.der, (ca.der,), lambda digest, name: client.sign_digest(label, digest, name))


def stamper() -> CallableTimeStamper:
    """The time-stamping authority: the accredited one at TSA_URL, or the built-in one."""
    return CallableTimeStamper(timestamps.stamp)


def _row(purpose: CaKeyPurpose) -> CaCertificate:
    found = db.session.scalar(select(CaCertificate).where(CaCertificate.purpose == purpose, CaCertificate.active))
    if found is None:
        raise ContractError("no-authority")
    return found
