"""A scan of a paper is put into the case."""

import hashlib
from datetime import datetime
from uuid import UUID

from app import audit, storage
from app.core.actor import Actor
from app.core.db import db
from app.core.transaction import transaction
from app.jobs import defer
from models.enums import PaperKind
from models.papers import Paper, Scan
from registration import queries
from registration.errors import ScanRefusedError
from registration.scans import media_type_of
from registration.services.scan_steps import require_scannable, scan_in_others
from registration.services.sharing import lock_with_sharing
from registration.services.steps import work_on


def attach_scan(
    paper_id: UUID, data: bytes, *, actor: Actor, now: datetime, declares_no_my_number: bool = False
) -> UUID:
    """Check a scanned file by its content, store it encrypted, and promise that its pages will be drawn.

    Args:
        paper_id: the paper on the scanner.
        data: the file.
        actor: reception or an officer.
        now: the present moment.
        declares_no_my_number: somebody looked, and no 個人番号 stands on it: without this no 住民票 is stored (番号法20条).

    Returns:
        id of the scan.

    Raises:
        ScanRefusedError: not a scan that we take, the same file twice, a 住民票 that nobody looked at, or a sheet on
            which another case was approved.
        FourEyesError: this person decided the case.
        IllegalTransitionError: the case is closed.
    """
    media_type = media_type_of(data)
    paper = queries.get_paper(paper_id)
    application_id = paper.application_id
    if paper.kind is PaperKind.RESIDENCE_CERTIFICATE and not declares_no_my_number:
        raise ScanRefusedError("scan-number-tick", field="no_individual_number")
    db.session.rollback()
    sha256 = storage.put(data, media_type)
    with transaction():
        case, others = lock_with_sharing(application_id, paper_id)
        paper = db.session.get_one(Paper, paper_id)
        require_scannable(paper, sha256)
        scan_in_others(others, actor=actor, now=now)
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
