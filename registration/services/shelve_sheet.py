"""A sheet is put on its shelf, or on another one."""

from datetime import datetime
from uuid import UUID

from app import audit
from app.core.actor import Actor
from app.core.transaction import transaction
from models.enums import SheetEventKind
from registration.rules.sheets import Act, next_status, parse_shelf
from registration.services.sheet_steps import note, sheet_for_update


def shelve_sheet(sheet_id: UUID, shelf: str, *, actor: Actor, now: datetime) -> None:
    """Note where the sheet lies from now on.

    Raises:
        NotFoundError: there is no such sheet.
        SheetError: not a shelf (`shelf-format`), or the sheet is not here (`sheet-not-now`).
    """
    place = parse_shelf(shelf)
    with transaction():
        sheet = sheet_for_update(sheet_id)
        sheet.status = next_status(sheet.number, sheet.status, Act.SHELVE)
        before, sheet.shelf = sheet.shelf, place
        note(sheet, SheetEventKind.SHELVED, actor=actor, now=now, shelf=place, **({"from": before} if before else {}))
        audit.record(
            "sheet:shelve",
            subject_type="sheet",
            subject_id=sheet_id,
            actor=actor,
            detail={"number": sheet.number, "shelf": place, "from": before},
        )
