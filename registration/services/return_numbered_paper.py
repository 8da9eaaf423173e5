"""A 住民票 with a 個人番号 came: it is not scanned, it goes back (番号法19条, 20条)."""

from datetime import datetime
from uuid import UUID

from app import audit
from app.core.actor import Actor
from app.core.transaction import transaction
from models.enums import PaperKind, SheetEventKind
from registration import queries
from registration.errors import PaperFieldError
from registration.rules.sheets import Act, next_status
from registration.services.sheet_steps import end_use, forget, note
from registration.services.steps import work_on

REASON = "individual-number"  # that there was one; never which


def return_numbered_paper(paper_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Declare the paper missing, since it may not be kept, and its sheet due to be sent back.

    Nothing of what stands on it is kept: neither the number nor what was recorded.

    Raises:
        NotFoundError: there is no such paper.
        PaperFieldError: no residence certificate (`not-a-residence-certificate`), not there (`scan-no-sheet`), or scanned
            already (`scanned-with-number`).
        SheetError: the sheet is not here.
        FourEyesError, IllegalTransitionError: not this person, or not any more.
    """
    application_id = queries.get_paper(paper_id).application_id
    with transaction():
        case = queries.case_for_update(application_id)
        paper = next(each for each in case.papers if each.id == paper_id)
        if paper.kind is not PaperKind.RESIDENCE_CERTIFICATE:
            raise PaperFieldError("not-a-residence-certificate")
        sheet = paper.sheet
        if sheet is None:
            raise PaperFieldError("scan-no-sheet")
        if paper.scans:
            raise PaperFieldError("scanned-with-number")
        work_on(case, actor=actor, now=now)
        sheet.status = next_status(sheet.number, sheet.status, Act.DECIDE_RETURN)
        note(sheet, SheetEventKind.RETURN_DECIDED, actor=actor, now=now, reason=REASON)
        forget(paper)
        end_use(paper, now=now)
        audit.record(
            "paper:return-numbered",
            subject_type="application",
            subject_id=application_id,
            actor=actor,
            detail={"paper": paper.kind, "sheet": sheet.number, "reason": REASON},
        )
