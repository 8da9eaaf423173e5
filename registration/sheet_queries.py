"""Reading sheets, loans, the book of use and disposal, lists of disposal and requests for disclosure."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from app.core.clock import TOKYO
from app.core.db import db
from app.core.errors import NotFoundError
from models.applications import Application
from models.disclosures import DisclosureRequest
from models.enums import DisposalStatus, SheetStatus
from models.papers import Paper
from models.sheets import Disposal, DisposalItem, RetentionHold, Sheet, SheetEvent, SheetUse
from registration.rules.sheets import SheetError

MOST_LINES = 2000


def get_sheet(number: str) -> Sheet:
    """A sheet by its number, with uses and events.

    Raises:
        SheetError: `sheet-unknown`.
    """
    sheet = db.session.scalars(
        select(Sheet)
        .where(Sheet.number == number)
        .options(selectinload(Sheet.uses), selectinload(Sheet.events))
        .execution_options(populate_existing=True)
    ).first()
    if sheet is None:
        raise SheetError("sheet-unknown", field="code", number=number)
    return sheet


def sheet_number(sheet_id: UUID) -> str:
    """The number of a sheet.

    Raises:
        NotFoundError: there is none.
    """
    number = db.session.scalar(select(Sheet.number).where(Sheet.id == sheet_id))
    if number is None:
        raise NotFoundError("sheet")
    return number


def list_uses(sheet_id: UUID) -> list[tuple[SheetUse, Application, Paper]]:
    """Whom the sheet serves or served, the oldest first."""
    rows = db.session.execute(
        select(SheetUse, Application, Paper)
        .join(Application, Application.id == SheetUse.application_id)
        .join(Paper, Paper.id == SheetUse.paper_id)
        .where(SheetUse.sheet_id == sheet_id)
        .order_by(SheetUse.since, Application.number)
    )
    return [(use, case, paper) for use, case, paper in rows]


def list_overdue(today: date) -> list[Sheet]:
    """Loans that should have ended, the longest overdue first."""
    return list(
        db.session.scalars(
            select(Sheet)
            .where(Sheet.status == SheetStatus.LENT, Sheet.due_back_on < today)
            .order_by(Sheet.due_back_on, Sheet.number)
            .limit(200)
        )
    )


def list_labels(application_id: UUID | None = None, number: str = "") -> list[tuple[Sheet, str, int]]:
    """Sheets whose labels are to be printed: each with the number of its case and how many others it serves."""
    query = (
        select(Sheet, Application.number)
        .join(SheetUse, SheetUse.sheet_id == Sheet.id)
        .join(Application, Application.id == SheetUse.application_id)
        .where(SheetUse.until.is_(None), Sheet.status != SheetStatus.VOID)
        .order_by(Sheet.number, Application.number)
    )
    if application_id is not None:
        mine = select(SheetUse.sheet_id).where(SheetUse.application_id == application_id, SheetUse.until.is_(None))
        query = query.where(Sheet.id.in_(mine))
    else:
        query = query.where(Sheet.number == number)
    found: dict[UUID, tuple[Sheet, str, int]] = {}
    for sheet, case_number in db.session.execute(query):
        first = found.get(sheet.id)
        found[sheet.id] = (sheet, case_number, 0) if first is None else (sheet, first[1], first[2] + 1)
    return list(found.values())


def list_book(since: date, until: date) -> list[tuple[SheetEvent, Sheet]]:
    """The book of use and disposal from the first to the last day (施行規則12条1項4号ト), in its order; at most MOST_LINES + 1 lines."""
    begin = datetime.combine(since, time(), TOKYO)
    end = datetime.combine(until + timedelta(days=1), time(), TOKYO)
    rows = db.session.execute(
        select(SheetEvent, Sheet)
        .join(Sheet, Sheet.id == SheetEvent.sheet_id)
        .where(SheetEvent.at >= begin, SheetEvent.at < end)
        .order_by(SheetEvent.sequence)
        .limit(MOST_LINES + 1)
    )
    return [(event, sheet) for event, sheet in rows]


def list_disposals(status: DisposalStatus) -> list[Disposal]:
    """Lists of sheets to destroy in a state, the newest first."""
    return list(
        db.session.scalars(
            select(Disposal)
            .where(Disposal.status == status)
            .order_by(Disposal.proposed_at.desc())
            .options(selectinload(Disposal.items))
            .limit(200)
        )
    )


def get_disposal(disposal_id: UUID) -> Disposal:
    """A list of sheets to destroy, with its sheets.

    Raises:
        NotFoundError: there is none.
    """
    disposal = db.session.scalars(
        select(Disposal)
        .where(Disposal.id == disposal_id)
        .options(selectinload(Disposal.items).joinedload(DisposalItem.sheet))
    ).first()
    if disposal is None:
        raise NotFoundError("disposal")
    return disposal


def list_holds(application_ids: Sequence[UUID]) -> list[RetentionHold]:
    """Holds of these cases, those that still hold first."""
    return list(
        db.session.scalars(
            select(RetentionHold)
            .where(RetentionHold.application_id.in_(application_ids))
            .order_by(RetentionHold.lifted_at.desc().nulls_first(), RetentionHold.placed_at.desc())
        )
    )


def get_hold(hold_id: UUID) -> RetentionHold:
    """A hold.

    Raises:
        NotFoundError: there is none.
    """
    hold = db.session.get(RetentionHold, hold_id)
    if hold is None:
        raise NotFoundError("hold")
    return hold


def list_disclosures() -> list[DisclosureRequest]:
    """Requests for disclosure, the newest first."""
    return list(
        db.session.scalars(
            select(DisclosureRequest)
            .order_by(DisclosureRequest.sequence.desc())
            .options(joinedload(DisclosureRequest.application), joinedload(DisclosureRequest.applicant))
            .limit(500)
        )
    )


def get_disclosure(request_id: UUID) -> DisclosureRequest:
    """A request for disclosure.

    Raises:
        NotFoundError: there is none.
    """
    request = db.session.get(DisclosureRequest, request_id)
    if request is None:
        raise NotFoundError("disclosure")
    return request
