"""The signature comes back: the server builds the revision, judges it, extends it, and stores it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app import audit, storage
from app.contracts import authority, queries
from app.contracts.errors import ContractError, SignatureRefusedError, SigningCodeError
from app.contracts.rules import codes
from app.contracts.services.guards import require_open
from app.contracts.services.store_revision import Accepted, store_revision
from app.contracts.signing.acceptance import Verdict, accept
from app.contracts.signing.hash_signing import Prepared, finish
from app.contracts.signing.long_term import extend
from app.contracts.signing.places import slot_of
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import DomainError
from app.core.transaction import transaction
from app.security import actor_of
from models.contracts import RegisteredCertificate, SigningSession
from models.enums import SigningSessionStatus


@dataclass(frozen=True, slots=True)
class _Work:
    """What is needed to judge, read before anything is locked."""

    session_id: UUID
    contract_id: UUID
    slot: int
    base_sha256: str
    prepared: Prepared
    certificate: bytes
    actor: Actor


def submit_signature(session_id: UUID, code: str, signature: bytes, *, now: datetime) -> Accepted:
    """Accept a signature value, or refuse it. Sent twice, the second answer is that of the first.

    Args:
        session_id: of the opened session.
        code: the one that opened it, as typed.
        signature: the raw value by the token over the signed attributes.
        now: the moment of receipt.

    Returns:
        the stored revision.

    Raises:
        SigningCodeError: the code did not open this session.
        SignatureRefusedError: one of the checks 1–16 said no; the session is over, the party may open a new one.
        ContractError: the session is over, or somebody was quicker (check 22).
        SignerUnavailableError, StampRejectedError: no time stamp now; the session stays open, send it again.
    """
    if queries.find_code_of_session(session_id, codes.digest(codes.read(code))) is None:
        raise SigningCodeError
    session = queries.get_session(session_id)
    if session.status is SigningSessionStatus.ACCEPTED:
        return _accepted_before(session)
    work = _work(session)
    try:
        require_open(session, now)
        verdict, revision = _judge(work, signature, now)
    except SignatureRefusedError as error:
        _close(work, error)
        raise
    except DomainError as error:
        _note(work, error.code)
        raise
    return store_revision(work.session_id, revision, verdict, now=now)


def _judge(work: _Work, signature: bytes, now: datetime) -> tuple[Verdict, bytes]:
    trust, stamper = authority.load_trust(), authority.stamper()
    issued = storage.get(work.base_sha256)
    up = finish(issued, work.prepared, signature, certificate=work.certificate, chain=trust.roots, stamper=stamper)
    verdict = accept(
        issued,
        up,
        slot_of(work.slot),
        work.certificate,
        issued_sha256=work.base_sha256,
        trust=trust,
        received_at=now,
    )
    if (failure := verdict.failure) is not None:
        raise SignatureRefusedError(failure.code, check=failure.number)
    certificates = (work.certificate, *authority.authority_certificates())
    return verdict, extend(up, certificates=certificates, trust=trust, stamper=stamper)


def _work(session: SigningSession) -> _Work:
    party = queries.load_party(session.party_id)
    return _Work(
        session_id=session.id,
        contract_id=party.contract_id,
        slot=party.slot,
        base_sha256=queries.get_revision_by_id(session.base_revision_id).sha256,
        prepared=Prepared.from_json(session.prepared, session.delta),
        certificate=db.session.get_one(RegisteredCertificate, session.certificate_id).der,
        actor=actor_of(party.customer),
    )


def _accepted_before(session: SigningSession) -> Accepted:
    party = queries.load_party(session.party_id)
    revision = queries.find_revision_of_party(party.id)
    if revision is None:
        raise ContractError("signing-session-closed")
    return Accepted(revision.number, revision.sha256, party.contract.completed_at is not None)


def _close(work: _Work, error: SignatureRefusedError) -> None:
    db.session.rollback()
    with transaction():
        session = db.session.get_one(SigningSession, work.session_id, with_for_update=True)
        if session.status is SigningSessionStatus.OPEN:
            session.status = SigningSessionStatus.REFUSED
            session.refusal_code = error.code
        audit.record(
            "contract:sign",
            subject_type="contract",
            subject_id=work.contract_id,
            actor=work.actor,
            outcome="refused",
            detail={"error": error.code, "check": error.check, "session": str(work.session_id)},
        )


def _note(work: _Work, error: str) -> None:
    db.session.rollback()
    audit.attempt(
        "contract:sign",
        subject_type="contract",
        subject_id=work.contract_id,
        actor=work.actor,
        outcome="failed",
        error=error,
        detail={"session": str(work.session_id)},
    )
