"""The program on the holder's computer shows the code and its certificate, and gets what is to be signed."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from app import audit, storage
from app.contracts import authority, certificates, queries
from app.contracts.errors import CertificateRefusedError, ContractError, SigningCodeError
from app.contracts.rules import codes
from app.contracts.services.guards import require_open, require_turn, require_user_id
from app.contracts.signing.hash_signing import Prepared, prepare
from app.core.db import db
from app.core.errors import DomainError
from app.core.transaction import transaction
from app.security import actor_of
from models.certificates import Certificate
from models.contracts import ContractParty, RegisteredCertificate, SigningCode, SigningSession
from models.enums import CertificateStatus

LIFE = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Opened:
    """An opened session, as data for the answer."""

    session_id: UUID
    prepared: Prepared
    base_sha256: str
    base_byte_count: int
    expires_at: datetime
    number: str
    title: str
    amount: int | None
    contract_date: str
    field_name: str
    signer: str
    counterparty: str


def open_signing_session(code: str, certificate: bytes, *, now: datetime) -> Opened:
    """Prepare the signature of the party that the code belongs to.

    Bytes and attributes are pinned: asked again with the same code and certificate, the answer is the same.

    Args:
        code: as typed.
        certificate: DER of the certificate on the token.
        now: the present moment.

    Raises:
        SigningCodeError: no such code, used for another certificate, or too old.
        CertificateRefusedError: `certificate-not-registered`, `certificate-revoked`, `certificate-expired`.
        ContractError: it is not this party's turn any more.
        SignerUnavailableError: the contract cannot be read from the storage now.
    """
    hashed, digest = codes.digest(codes.read(code)), hashlib.sha256(certificate).hexdigest()
    found = queries.find_code(hashed)
    if found is None or found.expires_at < now:
        _note(found, "signing-code", digest)
        raise SigningCodeError
    party_id = found.party_id
    try:
        if found.session_id is not None:
            return _again(found.session_id, digest, now)
        return _open(party_id, hashed, digest, now)
    except DomainError as error:
        db.session.rollback()
        _note(queries.find_code(hashed), error.code, digest)
        raise


def _open(party_id: UUID, hashed: str, digest: str, now: datetime) -> Opened:
    party = require_turn(queries.load_party(party_id))
    require_user_id(party.customer_id)
    registered = _registered(party, digest, now)
    base = queries.latest_revision(party.contract_id)
    if base is None:
        raise ContractError("not-your-turn")
    base_id, certificate_id, field_name = base.id, registered.id, party.field_name
    prepared = prepare(
        storage.get(base.sha256), field_name, certificate=registered.der, chain=authority.load_trust().roots, now=now
    )
    with transaction():
        queries.get_contract_for_update(party.contract_id)
        party = require_turn(queries.load_party(party_id))
        code = queries.find_code(hashed)
        newest = queries.latest_revision(party.contract_id)
        if code is None or code.session_id is not None:
            raise SigningCodeError
        if newest is None or newest.id != base_id:
            raise ContractError("base-moved")
        session = SigningSession(
            id=uuid4(),
            party_id=party_id,
            certificate_id=certificate_id,
            base_revision_id=base_id,
            prepared=prepared.as_json(),
            delta=prepared.delta,
            expires_at=now + LIFE,
            created_at=now,
        )
        db.session.add(session)
        db.session.flush()
        code.session_id = session.id
        audit.record(
            "contract:open_session",
            subject_type="contract",
            subject_id=party.contract_id,
            actor=actor_of(party.customer),
            detail={"session": str(session.id), "certificate": digest, "base": newest.sha256},
        )
        return _opened(session, party)


def _again(session_id: UUID, digest: str, now: datetime) -> Opened:
    session = queries.get_session(session_id)
    require_open(session, now)
    if db.session.get_one(RegisteredCertificate, session.certificate_id).sha256 != digest:
        raise SigningCodeError
    return _opened(session, queries.load_party(session.party_id))


def _registered(party: ContractParty, digest: str, now: datetime) -> RegisteredCertificate:
    for registered, certificate, _holder in certificates.list_registered(party.customer_id):
        if registered.sha256 == digest:
            _require_usable(certificate, now)
            return registered
    raise CertificateRefusedError("certificate-not-registered")


def _require_usable(certificate: Certificate, now: datetime) -> None:
    if certificate.status in {CertificateStatus.REVOKED, CertificateStatus.REVOCATION_REQUESTED}:
        raise CertificateRefusedError("certificate-revoked")
    if certificate.not_after is None or certificate.not_after < now:
        raise CertificateRefusedError("certificate-expired")


def _opened(session: SigningSession, party: ContractParty) -> Opened:
    contract = party.contract
    base = queries.get_revision_by_id(session.base_revision_id)
    others = [other for other in contract.parties if other.id != party.id]
    return Opened(
        session_id=session.id,
        prepared=Prepared.from_json(session.prepared, session.delta),
        base_sha256=base.sha256,
        base_byte_count=base.byte_count,
        expires_at=session.expires_at,
        number=contract.number,
        title=contract.title,
        amount=contract.amount,
        contract_date=contract.contract_date.isoformat(),
        field_name=party.field_name,
        signer=f"{party.customer.name} ({party.customer.login_id})",
        counterparty=", ".join(f"{other.company_account.company.name} {other.customer.name}" for other in others),
    )


def _note(code: SigningCode | None, error: str, digest: str) -> None:
    if code is None:
        return  # nobody's code: the limiter counts such tries, the log would only fill
    party = queries.load_party(code.party_id)
    contract_id, actor = party.contract_id, actor_of(party.customer)
    audit.attempt(
        "contract:sign",
        subject_type="contract",
        subject_id=contract_id,
        actor=actor,
        outcome="refused",
        error=error,
        detail={"certificate": digest},
    )
