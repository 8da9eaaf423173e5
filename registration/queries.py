"""Reading cases."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from app.core.db import db
from app.core.errors import NotFoundError
from models.applications import Applicant, Application
from models.decisions import ControlAction
from models.papers import Paper, Scan
from registration.rules.faults import Fault, PaperState, case_faults

_WHOLE = (
    joinedload(Application.company),
    joinedload(Application.envelope),
    selectinload(Application.applicants),
    selectinload(Application.decisions),
    selectinload(Application.papers).selectinload(Paper.checks),
    selectinload(Application.papers).selectinload(Paper.scans).selectinload(Scan.pages),
    selectinload(Application.papers).joinedload(Paper.applicant),
    selectinload(Application.papers).joinedload(Paper.sheet),
    selectinload(Application.judgements),
    selectinload(Application.changes),
)


def get_case(application_id: UUID) -> Application:
    """A case with everything that belongs to it.

    Raises:
        NotFoundError: there is none.
    """
    case = db.session.scalars(select(Application).where(Application.id == application_id).options(*_WHOLE)).first()
    if case is None:
        raise NotFoundError("application")
    return case


def case_for_update(application_id: UUID) -> Application:
    """A case with everything that belongs to it, its row locked: whoever decides waits for whoever edits.

    Raises:
        NotFoundError: there is none.
    """
    locked = db.session.scalar(select(Application.id).where(Application.id == application_id).with_for_update())
    if locked is None:
        raise NotFoundError("application")
    return get_case(application_id)


def get_paper(paper_id: UUID) -> Paper:
    """A paper.

    Raises:
        NotFoundError: there is none.
    """
    paper = db.session.get(Paper, paper_id)
    if paper is None:
        raise NotFoundError("paper")
    return paper


def find_control_action(application_id: UUID, staff_id: UUID) -> ControlAction | None:
    """On which side of the case a person stands, if on any."""
    return db.session.scalars(
        select(ControlAction).where(ControlAction.application_id == application_id, ControlAction.staff_id == staff_id)
    ).first()


def find_next_case(case: Application) -> Application | None:
    """The case to take up after this one: same state, next oldest."""
    return db.session.scalars(
        select(Application)
        .where(
            Application.status == case.status,
            Application.id != case.id,
        )
        .order_by(Application.received_on, Application.id)
        .limit(1)
    ).first()


def faults_of(case: Application, *, extend_over_closed_days: bool) -> list[Fault]:
    """What keeps a case from being decided."""
    states = [
        PaperState(
            kind=paper.kind,
            applicant=paper.applicant.name if paper.applicant else None,
            received_on=paper.received_on,
            issued_on=paper.issued_on,
            fields=paper.fields,
            checks={check.code: check.result for check in paper.checks},
            page_count=sum(len(scan.pages) for scan in paper.scans),
        )
        for paper in case.papers
    ]
    return case_faults(states, version=case.profile_version, extend_over_closed_days=extend_over_closed_days)


def reviewed_view(case: Application) -> dict[str, Any]:
    """Everything that review and approval look at, as plain JSON values; texts exactly as stored."""
    company = case.company
    return {
        "number": case.number,
        "kind": case.kind.value,
        "services": sorted(case.services),
        "received_on": case.received_on.isoformat(),
        "profile_version": case.profile_version,
        "company": {
            "id": str(company.id),
            "name": company.name,
            "corporate_number": company.corporate_number,
            "address": company.address,
            "representative": [company.representative_title, company.representative_name],
        },
        "applicants": [_applicant_view(applicant) for applicant in case.applicants],
        "papers": [_paper_view(paper) for paper in case.papers],
    }


def _applicant_view(applicant: Applicant) -> dict[str, Any]:
    return {
        "number": applicant.number,
        "name": applicant.name,
        "name_kana": applicant.name_kana,
        "name_romaji": applicant.name_romaji,
        "birth_date": applicant.birth_date.isoformat() if applicant.birth_date else None,
        "postal_code": applicant.postal_code,
        "address": applicant.address,
        "building": applicant.building,
        "email": applicant.email,
        "user_id_email": applicant.user_id_email,
        "wants": [applicant.wants_certificate, applicant.wants_user_id],
    }


def _paper_view(paper: Paper) -> dict[str, Any]:
    return {
        "kind": paper.kind.value,
        "applicant": paper.applicant.number if paper.applicant else None,
        "received_on": paper.received_on.isoformat() if paper.received_on else None,
        "issued_on": paper.issued_on.isoformat() if paper.issued_on else None,
        "issued_on_text": paper.issued_on_text,
        "fields": paper.fields,
        "pages": [page.sha256 for scan in paper.scans for page in scan.pages],
        "scans": [scan.sha256 for scan in paper.scans],
        "checks": {check.code: [check.result.value, check.note, str(check.checked_by)] for check in paper.checks},
    }
