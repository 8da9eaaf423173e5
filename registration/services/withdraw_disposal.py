"""A list of sheets to destroy is given up."""

from datetime import datetime
from uuid import UUID

from app import audit
from app.core.actor import Actor
from app.core.errors import IllegalTransitionError
from app.core.transaction import transaction
from models.enums import DisposalStatus, SheetEventKind
from registration.services.disposal_steps import disposal_for_update, lock_sheets
from registration.services.sheet_steps import note


def withdraw_disposal(disposal_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Withdraw the list; its sheets stay, and may be proposed again.

    Raises:
        NotFoundError: there is no such list.
        IllegalTransitionError: it was done or withdrawn before.
    """
    with transaction():
        disposal = disposal_for_update(disposal_id)
        if disposal.status is not DisposalStatus.PROPOSED:
            raise IllegalTransitionError("disposal", current=disposal.status, event="withdraw")
        disposal.status = DisposalStatus.WITHDRAWN
        sheets = lock_sheets([item.sheet_id for item in disposal.items])
        for sheet in sheets:
            sheet.keep_until = None
            note(sheet, SheetEventKind.DISPOSAL_WITHDRAWN, actor=actor, now=now)
        audit.record(
            "disposal:withdraw",
            subject_type="disposal",
            subject_id=disposal_id,
            actor=actor,
            detail={"sheets": [sheet.number for sheet in sheets]},
        )
