"""The result of one check is recorded."""

from datetime import datetime
from uuid import UUID

from app import audit
from app.core.actor import Actor
from app.core.db import db
from app.core.transaction import transaction
from models.enums import CheckResult
from models.papers import PaperCheck
from registration import queries
from registration.errors import PaperFieldError
from registration.rules.checklist import paper_spec
from registration.services.steps import work_on


def record_check(  # noqa: PLR0913  what, how, who, when
    paper_id: UUID, code: str, result: CheckResult, *, actor: Actor, now: datetime, note: str = ""
) -> None:
    """Record what was found, over what was found before.

    Raises:
        PaperFieldError: the checklist has no such check, or "not OK" has no note that says why.
        FourEyesError, IllegalTransitionError: not this person, or not any more.
    """
    application_id = queries.get_paper(paper_id).application_id
    with transaction():
        case = queries.case_for_update(application_id)
        paper = next(each for each in case.papers if each.id == paper_id)
        if code not in paper_spec(paper.kind, case.profile_version).checks:
            raise PaperFieldError("no-such-check")
        if result is CheckResult.NOT_OK and not note.strip():
            raise PaperFieldError("note-needed", field="note")
        work_on(case, actor=actor, now=now)
        check = next((each for each in paper.checks if each.code == code), None)
        if check is None:
            check = PaperCheck(paper_id=paper_id, code=code)
            db.session.add(check)
        assert actor.id is not None
        check.result, check.note, check.checked_by, check.checked_at = result, note.strip(), actor.id, now
        audit.record(
            "paper:check",
            subject_type="application",
            subject_id=application_id,
            actor=actor,
            detail={"paper": paper.kind, "check": code, "result": result},
        )
