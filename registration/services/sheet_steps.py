"""Inner steps with sheets of paper that several services share; each runs in the caller's transaction."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.core.actor import Actor
from app.core.clock import day_in_tokyo
from app.core.db import db
from app.core.errors import NotFoundError
from app.core.transaction import require_transaction
from models.applications import Application
from models.enums import PaperKind, SheetEventKind, SheetStatus
from models.papers import Paper
from models.sheets import Sheet, SheetEvent, SheetUse
from registration.retention_queries import find_proposal
from registration.rules.sheets import SheetError


def new_sheet(envelope_id: UUID, kind: PaperKind, *, received_on: date, actor: Actor, now: datetime) -> Sheet:
    """A paper came out of an envelope: it gets its number, and its first line in the book."""
    require_transaction()
    sheet = Sheet(number="", envelope_id=envelope_id, kind=kind, received_on=received_on)
    db.session.add(sheet)
    db.session.flush()
    sheet.number = f"S-{day_in_tokyo(now).year}-{sheet.sequence:06d}"
    note(sheet, SheetEventKind.RECEIVED, actor=actor, now=now)
    return sheet


def sheet_for_update(sheet_id: UUID) -> Sheet:
    """A sheet, its row locked.

    Raises:
        NotFoundError: there is none.
    """
    require_transaction()
    sheet = db.session.get(Sheet, sheet_id, with_for_update=True)
    if sheet is None:
        raise NotFoundError("sheet")
    return sheet


def require_not_in_disposal(sheet: Sheet) -> None:
    """Guard: the sheet stands on no list of sheets to destroy.

    Raises:
        SheetError: `sheet-in-disposal`.
    """
    if find_proposal(sheet.id) is not None:
        raise SheetError("sheet-in-disposal", number=sheet.number)


def use_sheet(case: Application, paper: Paper, sheet: Sheet, *, now: datetime) -> None:
    """The sheet fulfils the paper from now on; whatever fulfilled it before stays on record as having done so."""
    require_transaction()
    end_use(paper, now=now)
    db.session.flush()
    paper.sheet_id, paper.received_on = sheet.id, sheet.received_on
    known = db.session.scalars(
        select(SheetUse).where(SheetUse.paper_id == paper.id, SheetUse.sheet_id == sheet.id)
    ).first()
    if known is not None:
        known.until = None
    else:
        db.session.add(SheetUse(sheet_id=sheet.id, paper_id=paper.id, application_id=case.id, since=now))
    db.session.flush()


def end_use(paper: Paper, *, now: datetime) -> None:
    """No sheet fulfils the paper any more."""
    require_transaction()
    use = db.session.scalars(select(SheetUse).where(SheetUse.paper_id == paper.id, SheetUse.until.is_(None))).first()
    if use is not None:
        use.until = max(now, use.since)
    paper.sheet_id = paper.received_on = None


def forget(paper: Paper) -> None:
    """What was read from a sheet and found on it says nothing of the sheet that takes its place."""
    require_transaction()
    paper.issued_on, paper.issued_on_text, paper.fields = None, "", {}
    paper.recorded_by = paper.recorded_at = None
    for check in list(paper.checks):
        db.session.delete(check)


def find_other_uses(sheet_id: UUID, paper_id: UUID) -> list[SheetUse]:
    """Whom else the sheet serves now."""
    return list(
        db.session.scalars(
            select(SheetUse).where(
                SheetUse.sheet_id == sheet_id, SheetUse.paper_id != paper_id, SheetUse.until.is_(None)
            )
        )
    )


def declare_absent(sheet: Sheet, *, actor: Actor, now: datetime) -> None:
    """The sheet has a label, but was not in the envelope: the label is void, and the book says so.

    A sheet that was scanned or put on a shelf is there, whatever somebody says afterwards: it is left as it is.
    """
    require_transaction()
    if sheet.status is SheetStatus.HELD and not sheet.shelf:
        sheet.status = SheetStatus.VOID
        note(sheet, SheetEventKind.NOT_IN_ENVELOPE, actor=actor, now=now)


def note(  # noqa: PLR0913  each is a column
    sheet: Sheet, kind: SheetEventKind, *, actor: Actor, now: datetime, witness_name: str = "", **detail: Any
) -> None:
    """Write a line into the book of use and disposal (施行規則12(1)(iv)ト)."""
    db.session.add(
        SheetEvent(
            sheet_id=sheet.id,
            kind=kind,
            at=now,
            actor_id=actor.id,
            actor_name=actor.name,
            witness_name=witness_name,
            detail=detail,
        )
    )
