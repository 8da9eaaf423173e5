"""The authority as contracts see it: whom to believe, the seal, the time stamps. Read from issuance's tables."""

from flask import current_app
from sqlalchemy import select

from app import signer, timestamps
from app.contracts.errors import ContractError
from app.contracts.signing.remote import DigestSigner
from app.contracts.signing.stamping import CallableTimeStamper
from app.contracts.signing.trust import Trust
from app.core.db import db
from models.certificates import CaCertificate, Crl, CrlPart
from models.enums import CaKeyPurpose

HOLDER_POLICY = ".1.1"  # under the installation's arc: certificates of natural persons


def load_trust() -> Trust:
    """Our CA with its newest CRL.

    Raises:
        ContractError: `no-authority`, the key ceremony was not held.
    """
    ca = _row(CaKeyPurpose.CA)
    newest = select(Crl.id).where(Crl.ca_certificate_id == ca.id).order_by(Crl.number.desc()).limit(1)
    parts = select(CrlPart.data).where(CrlPart.crl_id == newest.scalar_subquery()).order_by(CrlPart.position)
    crl = b"".join(db.session.scalars(parts))
    arc = current_app.extensions["settings"].policy_oid_arc
    return Trust(roots=(ca.der,), crls=(crl,) if crl else (), policies=frozenset({f"{arc}{HOLDER_POLICY}"}))


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
