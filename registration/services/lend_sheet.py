"""A sheet leaves its shelf in somebody's hand."""

from datetime import date, datetime
from uuid import UUID

from app import audit
from app.core.actor import Actor
from app.core.clock import day_in_tokyo
from app.core.transaction import transaction
from models.enums import SheetEventKind
from registration.rules.sheets import Act, SheetError, next_status
from registration.services.sheet_steps import note, require_not_in_disposal, sheet_for_update


def lend_sheet(sheet_id: UUID, *, lent_to: str, due_back_on: date, actor: Actor, now: datetime) -> None:
    """Note who has the sheet and when it must be back.

    Raises:
        NotFoundError: there is no such sheet.
        SheetError: nobody named (`sheet-borrower`), a day that has passed (`sheet-due-back`), not on its shelf
            (`sheet-not-now`), or on a list of sheets to destroy (`sheet-in-disposal`).
    """
    borrower = lent_to.strip()
    if not borrower:
        raise SheetError("sheet-borrower", field="lent_to")
    if due_back_on < day_in_tokyo(now):
        raise SheetError("sheet-due-back", field="due_back_on")
    with transaction():
        sheet = sheet_for_update(sheet_id)
        status = next_status(sheet.number, sheet.status, Act.LEND)
        require_not_in_disposal(sheet)
        sheet.status, sheet.lent_to, sheet.due_back_on = status, borrower, due_back_on
        note(sheet, SheetEventKind.LENT, actor=actor, now=now, to=borrower, due_back_on=due_back_on.isoformat())
        audit.record(
            "sheet:lend",
            subject_type="sheet",
            subject_id=sheet_id,
            actor=actor,
            detail={"number": sheet.number, "to": borrower, "due_back_on": due_back_on},
        )
