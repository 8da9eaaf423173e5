"""Inner steps for sheets that serve several cases: one set of the company's certificates is enough for an envelope.

What is read from such a sheet in one case holds in the others while they are open. Cases are locked in the order of their
ids, so that two officers who record the same sheet from two cases wait for each other instead of blocking each other.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app import audit
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import StaleError
from app.core.transaction import require_transaction
from models.applications import Application
from models.enums import PaperKind, SheetStatus
from models.papers import Paper
from models.sheets import Sheet
from registration import queries
from registration.rules.required_papers import SHARED_KINDS
from registration.services.steps import work_on


def lock_cases(ids: Collection[UUID]) -> None:
    """Lock the rows of several cases, in the order of their ids."""
    require_transaction()
    db.session.execute(select(Application.id).where(Application.id.in_(ids)).order_by(Application.id).with_for_update())


def lock_with_sharing(application_id: UUID, paper_id: UUID) -> tuple[Application, list[Paper]]:
    """Lock the case, and every other case that the paper's sheet serves now.

    Returns:
        the case with everything that belongs to it, and the papers of the other cases.

    Raises:
        NotFoundError: there is no such case.
        StaleError: another case began to use the sheet at this very moment.
    """
    seen = set(_sharing(paper_id))
    lock_cases({application_id} | {case_id for _paper_id, case_id in seen})
    if set(_sharing(paper_id)) != seen:
        raise StaleError("paper")
    case = queries.case_for_update(application_id)
    others = [other for other, _case_id in seen if other != paper_id]
    papers = db.session.scalars(
        select(Paper).where(Paper.id.in_(others)).order_by(Paper.application_id, Paper.position)
    )
    return case, list(papers)


def find_shared_paper(case: Application, kind: PaperKind) -> Paper | None:
    """The paper of another case of the same company and envelope whose sheet serves this case as well."""
    if kind not in SHARED_KINDS:
        return None
    return db.session.scalars(
        select(Paper)
        .join(Application, Application.id == Paper.application_id)
        .join(Sheet, Sheet.id == Paper.sheet_id)
        .where(
            Application.id != case.id,
            Application.envelope_id == case.envelope_id,
            Application.company_id == case.company_id,
            Paper.kind == kind,
            Sheet.envelope_id == case.envelope_id,
            Sheet.status == SheetStatus.HELD,
        )
        .order_by(Application.sequence)
        .limit(1)
    ).first()


def take_over(paper: Paper, source: Paper) -> None:
    """The paper says what the same sheet says in another case, and who recorded it."""
    paper.issued_on, paper.issued_on_text = source.issued_on, source.issued_on_text
    paper.fields = dict(source.fields)
    paper.recorded_by, paper.recorded_at = source.recorded_by, source.recorded_at


def carry_to_others(paper: Paper, others: list[Paper], *, actor: Actor, now: datetime) -> None:
    """What was recorded in one case is recorded in the open others, and voids their reviews if it differs.

    Raises:
        FourEyesError: this person decided one of them.
    """
    require_transaction()
    for other in others:
        if other.application.closed_on is not None or _says(other) == _says(paper):
            continue
        work_on(other.application, actor=actor, now=now)
        take_over(other, paper)
        audit.record(
            "paper:share",
            subject_type="application",
            subject_id=other.application_id,
            actor=actor,
            detail={"paper": other.kind, "recorded_in": str(paper.application_id)},
        )


def _says(paper: Paper) -> tuple[object, ...]:
    return paper.issued_on, paper.issued_on_text, paper.fields


def _sharing(paper_id: UUID) -> list[tuple[UUID, UUID]]:
    sheet = select(Paper.sheet_id).where(Paper.id == paper_id).scalar_subquery()
    rows = db.session.execute(select(Paper.id, Paper.application_id).where(Paper.sheet_id == sheet))
    return [(other, case_id) for other, case_id in rows]
