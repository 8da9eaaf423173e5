"""Reading cases."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import case as case_of
from sqlalchemy import exists, select
from sqlalchemy.orm import joinedload, selectinload

from app.core.db import db
from app.core.errors import NotFoundError
from models.applications import Applicant, Application
from models.decisions import ControlAction
from models.enums import ApplicationStatus, ControlSide, PaperKind
from models.papers import Paper, Scan
from registration.review_queries import FIRST_COMPARED, Looks, chosen_certificate_name, listed_positions, looks_of
from registration.rules.certificate_names import CertificateNameError, certificate_form
from registration.rules.circumstances import NO_COMPANY_SEAL
from registration.rules.faults import Fault, PaperState, case_faults, comparison_faults, question_faults

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


def find_next_case(
    staff_id: UUID, statuses: Collection[ApplicationStatus], *, after: UUID | None = None
) -> Application | None:
    """The case to take up next: what runs out first among those that nobody or this person claimed and that are not on
    hold. It reads two short stretches of one index and waits for no lock.

    Args:
        staff_id: who asks.
        statuses: in which this person can do something.
        after: the case that is on the screen.
    """
    found = [_first_due(claimed, statuses, staff_id, after) for claimed in (staff_id, None)]
    return min((each for each in found if each), key=lambda each: (each.due_on, each.id), default=None)


def _first_due(
    claimed_by: UUID | None, statuses: Collection[ApplicationStatus], staff_id: UUID, after: UUID | None
) -> Application | None:
    """Whoever worked on a reviewed case cannot decide it, and whoever decided one cannot work on it."""
    other_side = exists().where(
        ControlAction.application_id == Application.id,
        ControlAction.staff_id == staff_id,
        ControlAction.side
        == case_of((Application.status == ApplicationStatus.REVIEWED, ControlSide.WORKED), else_=ControlSide.DECIDED),
    )
    statement = select(Application).where(
        Application.closed_on.is_(None),
        Application.claimed_by == claimed_by,
        Application.held_at.is_(None),
        Application.status.in_(statuses),
        ~other_side,
    )
    if after is not None:
        statement = statement.where(Application.id != after)
    return db.session.scalars(statement.order_by(Application.due_on, Application.id).limit(1)).first()


def faults_of(case: Application, *, extend_over_closed_days: bool) -> list[Fault]:
    """What keeps a case from being decided: papers, comparisons across papers, open questions."""
    looks = looks_of(case)
    listed = listed_positions(case)
    waived = _waived(looks)
    states = [
        PaperState(
            kind=paper.kind,
            applicant=paper.applicant.name if paper.applicant else None,
            received_on=paper.received_on,
            issued_on=paper.issued_on,
            fields=paper.fields,
            checks={check.code: check.result for check in paper.checks},
            page_count=sum(len(scan.pages) for scan in paper.scans),
            listed=listed,
            is_waived=paper.kind in waived,
        )
        for paper in case.papers
    ]
    names: dict[int | None, str] = {each.position: each.name for each in case.applicants}
    return [
        *case_faults(states, version=case.profile_version, extend_over_closed_days=extend_over_closed_days),
        *comparison_faults(looks.compared, names),
        *question_faults(looks.questions, looks.answers),
        *(_name_faults(case) if case.profile_version >= FIRST_COMPARED else ()),
    ]


def _name_faults(case: Application) -> list[Fault]:
    """Applicants with a character that no certificate can carry and that has no substitute."""
    found = []
    for applicant in case.applicants:
        try:
            if applicant.wants_certificate:
                certificate_form(chosen_certificate_name(case, applicant))
        except CertificateNameError as error:
            detail = f"{error.fields['character']} {error.fields['code_points']}"
            found.append(Fault("certificate-character", PaperKind.RESIDENCE_CERTIFICATE, applicant.name, detail))
    return found


def _waived(looks: Looks) -> set[PaperKind]:
    """Papers that the case does without, since an officer judged so."""
    answer = looks.answers.get((None, NO_COMPANY_SEAL))
    asked = any(each.code == NO_COMPANY_SEAL for each in looks.questions)
    return {PaperKind.COMPANY_SEAL_CERTIFICATE} if asked and answer and answer.accepted else set()


def reviewed_view(case: Application) -> dict[str, Any]:
    """Everything that review and approval look at, as plain JSON values; texts exactly as stored."""
    company = case.company
    view: dict[str, Any] = {
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
    if case.profile_version >= FIRST_COMPARED:  # a digest of an older case stays what it was
        view |= _looks_view(case)
    return view


def _looks_view(case: Application) -> dict[str, Any]:
    """What the papers say of each other, and what officers judged. What looks like a duplicate is asked anew each time:
    it depends on other cases, and is a fault if it was not judged.
    """
    papers = {
        paper.id: [paper.kind.value, paper.applicant.number if paper.applicant else None] for paper in case.papers
    }
    results = looks_of(case).compared
    return {
        "compared": [[*papers[each.paper_id], each.code, each.match, each.verdict.value] for each in results],
        "judgements": [
            [
                *(papers[each.paper_id] if each.paper_id else (None, None)),
                each.code,
                each.accepted,
                each.facts,
                each.reason,
                str(each.judged_by),
            ]
            for each in sorted(case.judgements, key=lambda each: (str(each.paper_id), each.code))
        ],
        "names": [
            [each.number, each.certificate_name, each.former_surname, each.common_name] for each in case.applicants
        ],
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
