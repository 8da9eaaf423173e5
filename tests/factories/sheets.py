"""Old cases with their sheets, quickly, as if the desk had worked ten years ago."""

from datetime import date
from uuid import uuid4

from app.core.db import db
from models.applications import Application
from models.enums import ApplicationStatus, PaperKind, SheetStatus
from models.papers import Paper
from models.sheets import Sheet, SheetUse
from tests.factories.cases import make_case

LONG_AGO = date(2014, 5, 9)


def old_case(
    *,
    closed_on: date = LONG_AGO,
    status: ApplicationStatus = ApplicationStatus.REFUSED,
    kinds: tuple[PaperKind, ...] = (PaperKind.FORM_1, PaperKind.REGISTRY_CERTIFICATE),
) -> Application:
    """A case that was closed on that day, with one sheet on shelf A1-1 for each paper."""
    case = make_case("山田 太郎", status=status, received_on=closed_on)
    for position, kind in enumerate(kinds, start=1):
        add_sheet(case, kind, position=position)
    db.session.commit()
    return case


def add_sheet(case: Application, kind: PaperKind, *, position: int = 1) -> Sheet:
    """A sheet that serves a new paper of the case."""
    sheet = Sheet(
        id=uuid4(),
        number="",
        envelope_id=case.envelope_id,
        kind=kind,
        received_on=case.received_on,
        shelf="A1-1",
        status=SheetStatus.HELD,
    )
    db.session.add(sheet)
    db.session.flush()
    sheet.number = f"S-{case.received_on.year}-{sheet.sequence:06d}"
    paper = Paper(
        id=uuid4(),
        application_id=case.id,
        kind=kind,
        position=position,
        sheet_id=sheet.id,
        received_on=case.received_on,
    )
    db.session.add(paper)
    db.session.flush()
    use(sheet, paper)
    return sheet


def use(sheet: Sheet, paper: Paper) -> None:
    """The sheet serves the paper."""
    since = f"{sheet.received_on.isoformat()}T00:00:00+00:00"
    db.session.add(SheetUse(sheet_id=sheet.id, paper_id=paper.id, application_id=paper.application_id, since=since))
    db.session.flush()


def sheets_of(case: Application) -> list[Sheet]:
    """The sheets that serve a case, by number."""
    return list(
        db.session.query(Sheet).join(SheetUse).filter(SheetUse.application_id == case.id).order_by(Sheet.number)
    )
