"""A sheet that was lent is back on its shelf."""

from datetime import datetime
from uuid import UUID

from app import audit
from app.core.actor import Actor
from app.core.transaction import transaction
from models.enums import SheetEventKind
from registration.rules.sheets import Act, next_status, parse_shelf
from registration.services.sheet_steps import note, sheet_for_update


def give_back_sheet(sheet_id: UUID, *, actor: Actor, now: datetime, shelf: str = "") -> None:
    """Note that the sheet is back, on the shelf that it came from or on another one.

    Raises:
        NotFoundError: there is no such sheet.
        SheetError: it was not lent (`sheet-not-now`), or not a shelf (`shelf-format`).
    """
    place = parse_shelf(shelf) if shelf.strip() else ""
    with transaction():
        sheet = sheet_for_update(sheet_id)
        sheet.status = next_status(sheet.number, sheet.status, Act.GIVE_BACK)
        borrower, sheet.lent_to, sheet.due_back_on = sheet.lent_to, "", None
        sheet.shelf = place or sheet.shelf
        note(sheet, SheetEventKind.GIVEN_BACK, actor=actor, now=now, by=borrower, shelf=sheet.shelf)
        audit.record(
            "sheet:give-back",
            subject_type="sheet",
            subject_id=sheet_id,
            actor=actor,
            detail={"number": sheet.number, "by": borrower, "shelf": sheet.shelf},
        )
