"""A case with ten papers, each with a scan of two pages and every check done: what an officer has before them."""

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import select

from app.core.db import db
from app.security import actor_of
from models.enums import CheckResult, Service
from models.papers import Scan, ScanPage
from models.staff import StaffUser
from registration import queries
from registration.rules.checklist import paper_spec
from registration.services.receive_envelope import ApplicantDetails, CompanyDetails, receive_envelope
from registration.services.record_check import record_check

PAGES = 2


def make_case_page() -> str:
    """Receive the case and do its checks, as the desk does. Returns the address of its page."""
    person = db.session.scalars(select(StaffUser)).one()
    actor, now = actor_of(person), datetime.now(UTC)
    db.session.rollback()
    case_id = receive_envelope(
        item_number="99999999999",
        received_on=now.date(),
        company=CompanyDetails("株式会社髙﨑建設", None, "カブシキガイシャタカサキケンセツ"),
        services=(Service.CONTRACT, Service.CERTIFICATE),
        applicants=[ApplicantDetails("𠮷田 太郎", "ヨシダ タロウ")],
        actor=actor,
        now=now,
    )
    papers = [(paper.id, paper.kind) for paper in queries.get_case(case_id).papers]
    db.session.rollback()
    if len(papers) != 10:
        raise RuntimeError(f"{len(papers)} papers")
    for paper_id, kind in papers:
        for code in paper_spec(kind).checks:
            record_check(paper_id, code, CheckResult.OK, actor=actor, now=now)
    _scans(case_id, person_id=actor.id)
    return f"/review/{case_id}/"


def _scans(case_id: UUID, *, person_id: UUID | None) -> None:
    for paper in queries.get_case(case_id).papers:
        scan = Scan(
            sheet_id=paper.sheet_id, sha256="a" * 64, media_type="image/png", byte_count=1, uploaded_by=person_id
        )
        scan.pages = [ScanPage(page=page, sha256="b" * 64, width=1654, height=2339) for page in range(1, PAGES + 1)]
        db.session.add(scan)
    db.session.commit()
