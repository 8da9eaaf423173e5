"""Reception laid the papers out: these were in the envelope, those were not."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from app import audit
from app.core.actor import Actor
from app.core.errors import NotFoundError
from app.core.transaction import transaction
from models.enums import ApplicationStatus, ControlSide
from models.papers import Paper
from registration import queries
from registration.services.reception_steps import ReceptionError
from registration.services.sheet_steps import (
    declare_absent,
    end_use,
    find_other_uses,
    forget,
    new_sheet,
    use_sheet,
)
from registration.services.steps import stand_on_side


def confirm_contents(application_id: UUID, *, missing: Collection[UUID], actor: Actor, now: datetime) -> None:
    """Declare which papers were not in the envelope; all others were. The label of a sheet that is not there is void.

    A sheet that serves another case as well stays: then it is this case alone that does not have it. A paper that turned up
    after all gets a new label.

    Raises:
        NotFoundError: a paper is not one of this case.
        ReceptionError: `contents-confirmed`: the review has begun, and papers are declared missing there.
        FourEyesError: this person decided the case.
    """
    with transaction():
        case = queries.case_for_update(application_id)
        if case.status is not ApplicationStatus.RECEIVED:
            raise ReceptionError("contents-confirmed")
        papers = {paper.id: paper for paper in case.papers}
        if not set(missing) <= set(papers):
            raise NotFoundError("paper")
        stand_on_side(application_id, ControlSide.WORKED, actor=actor, now=now)
        for paper in papers.values():
            if paper.id in missing:
                _take_out(paper, actor=actor, now=now)
            elif paper.sheet is None:
                sheet = new_sheet(case.envelope_id, paper.kind, received_on=case.received_on, actor=actor, now=now)
                use_sheet(case, paper, sheet, now=now)
        audit.record(
            "application:contents",
            subject_type="application",
            subject_id=application_id,
            actor=actor,
            detail={"missing": [paper.kind for paper in papers.values() if paper.id in missing], "papers": len(papers)},
        )


def _take_out(paper: Paper, *, actor: Actor, now: datetime) -> None:
    sheet = paper.sheet
    if sheet is None:
        return
    if not find_other_uses(sheet.id, paper.id):
        declare_absent(sheet, actor=actor, now=now)
    end_use(paper, now=now)
    forget(paper)
