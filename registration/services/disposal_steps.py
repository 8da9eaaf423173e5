"""Inner steps of destroying sheets: the locks, and the guard that both people pass."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from app.core.clock import day_in_tokyo
from app.core.db import db
from app.core.errors import DomainError, NotFoundError
from app.core.transaction import require_transaction
from models.sheets import Disposal, Sheet
from registration.retention_queries import cases_of, held_back, keep_until_of
from registration.rules.retention import is_due
from registration.rules.sheets import Act, next_status
from registration.services.sharing import lock_cases


class DisposalError(DomainError):
    """Sheets cannot be destroyed like this. Codes: disposal-…"""


def disposal_for_update(disposal_id: UUID) -> Disposal:
    """A list of sheets to destroy, its row locked.

    Raises:
        NotFoundError: there is none.
    """
    require_transaction()
    disposal = db.session.get(Disposal, disposal_id, with_for_update=True)
    if disposal is None:
        raise NotFoundError("disposal")
    return disposal


def lock_sheets(sheet_ids: Collection[UUID]) -> list[Sheet]:
    """Lock every case that used one of the sheets (whoever places a hold locks it, too), then the sheets, in order of ids.

    Raises:
        NotFoundError: one of them does not exist.
    """
    require_transaction()
    lock_cases(cases_of(sheet_ids))
    sheets = db.session.scalars(select(Sheet).where(Sheet.id.in_(sheet_ids)).order_by(Sheet.id).with_for_update()).all()
    if len(sheets) != len(set(sheet_ids)):
        raise NotFoundError("sheet")
    return sorted(sheets, key=lambda sheet: sheet.number)


def require_destructible(sheets: Collection[Sheet], *, now: datetime) -> dict[UUID, date]:
    """Guard: every sheet is on its shelf, its day has passed, and no hold lies on it.

    Returns:
        the last day of keeping of each.

    Raises:
        SheetError: one is lent, sent back or destroyed (`sheet-not-now`).
        DisposalError: `disposal-not-due` or `disposal-hold`, with the sheet's number.
    """
    ids = [sheet.id for sheet in sheets]
    days, held, today = keep_until_of(ids), held_back(ids), day_in_tokyo(now)
    found = {}
    for sheet in sheets:
        next_status(sheet.number, sheet.status, Act.DESTROY)
        if sheet.id in held:
            raise DisposalError("disposal-hold", number=sheet.number)
        day = days[sheet.id]
        if day is None:
            raise DisposalError("disposal-no-day", number=sheet.number)
        if not is_due(day, today):
            raise DisposalError("disposal-not-due", number=sheet.number, day=day.isoformat())
        found[sheet.id] = day
    return found
