"""A completed contract's file becomes the original."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app import audit, storage, timestamps
from app.archive import queries
from app.archive.manifest import canonical, digest, make_manifest
from app.archive.rules import keep_until
from app.core.actor import SYSTEM
from app.core.clock import day_in_tokyo
from app.core.db import db
from app.core.errors import NotFoundError
from app.core.transaction import transaction
from models.contracts import Contract, ContractRevision
from models.enums import ContractStatus
from models.originals import Original


def keep_original(contract_id: UUID, *, now: datetime) -> UUID:
    """Keep the final revision of a completed contract, with a time stamp over its manifest. Safe to run twice.

    Returns:
        the original's id.

    Raises:
        NotFoundError: no such contract, or it is not complete.
        BlobNotFoundError, BlobDamagedError: the file is not what was accepted; nothing is kept, the job tries again.
        SignerUnavailableError, StampRejectedError: no time stamp now; the job tries again.
    """
    if there := queries.find_of_contract(contract_id):
        return there.id
    contract = db.session.get(Contract, contract_id)
    if contract is None or contract.status is not ContractStatus.COMPLETED or contract.completed_at is None:
        raise NotFoundError("completed-contract")
    revisions = list(
        db.session.scalars(
            select(ContractRevision)
            .where(ContractRevision.contract_id == contract_id)
            .order_by(ContractRevision.number)
        )
    )
    final = revisions[-1]
    manifest, completed_on = make_manifest(contract, revisions), day_in_tokyo(contract.completed_at)
    storage.get(final.sha256)  # read back and compared with its digest before it is called the original
    token = timestamps.stamp(digest(manifest))
    final_sha256, byte_count = final.sha256, final.byte_count
    with transaction():
        db.session.get_one(Contract, contract_id, with_for_update=True)
        if there := queries.find_of_contract(contract_id):
            return there.id
        original = Original(
            contract_id=contract_id,
            sha256=final_sha256,
            byte_count=byte_count,
            manifest=manifest,
            manifest_sha256=digest(manifest).hex(),
            time_stamp=token,
            kept_until=keep_until(completed_on),
            kept_at=now,
            created_at=now,
        )
        db.session.add(original)
        storage.put(canonical(manifest), "application/json")
        db.session.flush()
        audit.record(
            "original:keep",
            subject_type="original",
            subject_id=original.id,
            actor=SYSTEM,
            detail={"sha256": final_sha256, "manifest_sha256": original.manifest_sha256},
        )
        return original.id
