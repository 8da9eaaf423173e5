"""An accepted revision becomes the current one; the next party's turn begins, or the contract is complete."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app import audit, jobs, storage
from app.contracts import queries
from app.contracts.errors import ContractError
from app.contracts.rules import states
from app.contracts.services.create_contract import PDF
from app.contracts.services.guards import require_open, require_turn
from app.contracts.signing.acceptance import Verdict
from app.core.actor import Actor
from app.core.db import db
from app.core.transaction import transaction
from app.security import actor_of
from models.contracts import Contract, ContractRevision, SigningSession
from models.enums import ContractStatus, RevisionKind, SigningSessionStatus


@dataclass(frozen=True, slots=True)
class Accepted:
    """The answer to a signature."""

    number: int
    sha256: str
    is_complete: bool


def store_revision(session_id: UUID, revision: bytes, verdict: Verdict, *, now: datetime) -> Accepted:
    """Check 22 and its effect, in one transaction: slot still open, base still current, one revision per number.

    Raises:
        ContractError: `not-your-turn`, `base-moved`, or the session is over.
        SignerUnavailableError: the storage's key is away; nothing changed.
    """
    with transaction():
        contract_id = queries.load_party(queries.get_session(session_id).party_id).contract_id
        contract = queries.get_contract_for_update(contract_id)
        session = db.session.get_one(SigningSession, session_id, with_for_update=True, populate_existing=True)
        require_open(session, now)
        party = require_turn(queries.load_party(session.party_id))
        base = queries.latest_revision(contract.id)
        if contract.status is not ContractStatus.OPEN or base is None or base.id != session.base_revision_id:
            raise ContractError("base-moved")
        row = ContractRevision(
            contract_id=contract.id,
            number=base.number + 1,
            kind=RevisionKind.SIGNED,
            party_id=party.id,
            sha256=storage.put(revision, PDF),
            byte_count=len(revision),
            verdict=verdict.as_json(),
            created_at=now,
        )
        db.session.add(row)
        session.status = SigningSessionStatus.ACCEPTED
        party.status = states.next_party_status(party.status, states.SIGN)
        party.signed_at, party.certificate_id = now, session.certificate_id
        db.session.flush()
        actor = actor_of(party.customer)
        audit.record(
            "contract:sign",
            subject_type="contract",
            subject_id=contract.id,
            actor=actor,
            detail={"revision": row.number, "sha256": row.sha256, "session": str(session.id), "base": base.sha256},
        )
        is_complete = _go_on(contract, actor, now)
        return Accepted(row.number, row.sha256, is_complete)


def _go_on(contract: Contract, actor: Actor, now: datetime) -> bool:
    following = queries.next_party(contract.id)
    if following is not None:
        following.status = states.next_party_status(following.status, states.OPEN)
        jobs.defer("mailings.jobs.email_contract", following.id)
        return False
    contract.status = states.next_contract_status(contract.status, states.COMPLETE)
    contract.completed_at = now
    audit.record("contract:complete", subject_type="contract", subject_id=contract.id, actor=actor)
    jobs.defer("app.archive.jobs.keep_original", contract.id)
    jobs.defer("mailings.jobs.email_contract_completed", contract.id)
    return True
