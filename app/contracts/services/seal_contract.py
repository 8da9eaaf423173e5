"""The service seals a contract: revision 1, and the first party's turn begins."""

from datetime import datetime
from uuid import UUID

from app import audit, jobs, storage
from app.contracts import authority, queries
from app.contracts.rules import states
from app.contracts.services.create_contract import PDF
from app.contracts.signing.places import slot_of
from app.contracts.signing.seal import seal
from app.core.actor import SYSTEM
from app.core.db import db
from app.core.transaction import transaction
from models.contracts import Contract, ContractRevision
from models.enums import ContractStatus, RevisionKind


def seal_contract(contract_id: UUID, *, now: datetime) -> bool:
    """Seal a contract that waits for it. Safe to run twice: the second run finds it sealed.

    Returns:
        whether it was sealed now.

    Raises:
        SignerUnavailableError: seal or time stamp cannot be made now; the contract goes on waiting.
    """
    contract = db.session.get_one(Contract, contract_id)
    if contract.status is not ContractStatus.SEALING:
        return False
    slots = tuple(slot_of(party.slot) for party in contract.parties)
    upload = contract.upload_sha256
    sealed = seal(storage.get(upload), slots, signer=authority.seal_signer(), stamper=authority.stamper())
    with transaction():
        contract = queries.get_contract_for_update(contract_id)
        if contract.status is not ContractStatus.SEALING:
            return False
        revision = ContractRevision(
            contract_id=contract.id,
            number=1,
            kind=RevisionKind.SEALED,
            sha256=storage.put(sealed, PDF),
            byte_count=len(sealed),
            verdict={},
            created_at=now,
        )
        db.session.add(revision)
        contract.status = states.next_contract_status(contract.status, states.SEAL)
        first = contract.parties[0]
        first.status = states.next_party_status(first.status, states.OPEN)
        db.session.flush()
        audit.record(
            "contract:seal",
            subject_type="contract",
            subject_id=contract.id,
            actor=SYSTEM,
            detail={"revision": 1, "sha256": revision.sha256},
        )
        jobs.defer("mailings.jobs.email_contract", first.id)
    return True
