"""A scan of a paper is put into the case."""

import hashlib
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app import audit, storage
from app.core.actor import Actor
from app.core.db import db
from app.core.transaction import transaction
from app.jobs import defer
from models.papers import Paper, Scan
from registration import queries
from registration.errors import ScanRefusedError
from registration.scans import media_type_of
from registration.services.steps import work_on


def attach_scan(paper_id: UUID, data: bytes, *, actor: Actor, now: datetime) -> UUID:
    """Check a scanned file by its content, store it encrypted, and promise that its pages will be drawn.

    Returns:
        id of the scan.

    Raises:
        ScanRefusedError: not a scan that we take, or the same file twice.
        FourEyesError: this person decided the case.
        IllegalTransitionError: the case is closed.
    """
    media_type = media_type_of(data)
    application_id = queries.get_paper(paper_id).application_id
    db.session.rollback()
    sha256 = storage.put(data, media_type)
    with transaction():
        case = queries.case_for_update(application_id)
        paper = db.session.get_one(Paper, paper_id)
        if paper.sheet_id is None:
            raise ScanRefusedError("scan-no-sheet")
        if db.session.scalar(select(Scan.id).where(Scan.sheet_id == paper.sheet_id, Scan.sha256 == sha256)):
            raise ScanRefusedError("scan-known", field="file")
        work_on(case, actor=actor, now=now)
        scan = Scan(
            sheet_id=paper.sheet_id,
            sha256=sha256,
            media_type=media_type,
            byte_count=len(data),
            uploaded_by=actor.id,
        )
        db.session.add(scan)
        db.session.flush()
        audit.record(
            "paper:scan",
            subject_type="application",
            subject_id=application_id,
            actor=actor,
            detail={"paper": paper.kind, "sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)},
        )
        defer("registration.jobs.rasterise_scan", scan.id)
        return scan.id
