"""One person lists sheets whose day has passed; another one will destroy them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app import audit
from app.core.actor import Actor
from app.core.db import db
from app.core.transaction import transaction
from models.enums import SheetEventKind
from models.sheets import Disposal, DisposalItem
from registration.services.disposal_steps import DisposalError, lock_sheets, require_destructible
from registration.services.sheet_steps import note, require_not_in_disposal


def propose_disposal(sheet_ids: Sequence[UUID], *, actor: Actor, now: datetime, reason: str = "") -> UUID:
    """Propose to destroy sheets. The day until which each had to be kept is fixed on it.

    Returns:
        id of the list.

    Raises:
        DisposalError: none chosen (`disposal-empty`), one not due, without a day, or on hold.
        SheetError: one is lent, sent back or destroyed, or stands on another list.
        NotFoundError: one does not exist.
    """
    if not sheet_ids:
        raise DisposalError("disposal-empty")
    with transaction():
        sheets = lock_sheets(sheet_ids)
        days = require_destructible(sheets, now=now)
        for sheet in sheets:
            require_not_in_disposal(sheet)
        assert actor.id is not None
        disposal = Disposal(reason=reason.strip(), proposed_by=actor.id, proposed_by_name=actor.name, proposed_at=now)
        db.session.add(disposal)
        db.session.flush()
        for sheet in sheets:
            sheet.keep_until = days[sheet.id]
            db.session.add(DisposalItem(disposal_id=disposal.id, sheet_id=sheet.id))
            note(
                sheet,
                SheetEventKind.DISPOSAL_PROPOSED,
                actor=actor,
                now=now,
                keep_until=days[sheet.id].isoformat(),
            )
        audit.record(
            "disposal:propose",
            subject_type="disposal",
            subject_id=disposal.id,
            actor=actor,
            detail={"sheets": [sheet.number for sheet in sheets], "reason": reason.strip()},
        )
        return disposal.id
