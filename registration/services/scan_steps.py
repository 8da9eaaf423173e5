"""Inner steps of scanning, for the plain scan and the masked one."""

from datetime import datetime

from sqlalchemy import select

from app.core.actor import Actor
from app.core.db import db
from app.core.transaction import require_transaction
from models.enums import ApplicationStatus
from models.papers import Paper, Scan
from registration.errors import ScanRefusedError
from registration.services.steps import work_on


def require_scannable(paper: Paper, sha256: str) -> None:
    """Guard: the paper is there, and this file was not attached to it before.

    Raises:
        ScanRefusedError: `scan-no-sheet` or `scan-known`.
    """
    if paper.sheet_id is None:
        raise ScanRefusedError("scan-no-sheet")
    if db.session.scalar(select(Scan.id).where(Scan.sheet_id == paper.sheet_id, Scan.sha256 == sha256)):
        raise ScanRefusedError("scan-known", field="file")


def scan_in_others(others: list[Paper], *, actor: Actor, now: datetime) -> None:
    """The scan shows in every case that the sheet serves: reviews of the open ones are void.

    Raises:
        ScanRefusedError: `scan-sheet-decided`: a case was approved on what the sheet showed then.
        FourEyesError: this person decided one of them.
    """
    require_transaction()
    for other in others:
        if other.application.status is ApplicationStatus.APPROVED:
            raise ScanRefusedError("scan-sheet-decided", case=other.application.number)
        if other.application.closed_on is None:
            work_on(other.application, actor=actor, now=now)
