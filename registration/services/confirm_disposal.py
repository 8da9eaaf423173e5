"""A second person destroys the sheets of a list, together with the one who proposed it."""

from datetime import datetime
from uuid import UUID

from app import audit
from app.core.actor import Actor
from app.core.clock import day_in_tokyo
from app.core.errors import DomainError, IllegalTransitionError
from app.core.transaction import transaction
from models.enums import DisposalStatus, SheetEventKind
from models.sheets import Disposal
from registration.rules.sheets import Act, next_status
from registration.services.disposal_steps import (
    DisposalError,
    disposal_for_update,
    lock_sheets,
    require_destructible,
)
from registration.services.sheet_steps import note


def confirm_disposal(disposal_id: UUID, *, method: str, actor: Actor, now: datetime) -> None:
    """Record that every sheet of the list was destroyed. There is no way back.

    Everything that the proposal looked at is looked at again: a hold may have been placed since, a sheet lent.

    Args:
        disposal_id: the list.
        method: how: shredded, dissolved, …
        actor: somebody else than the proposer.
        now: the present moment.

    Raises:
        DisposalError: the same person (`disposal-two-people`), no method, a sheet not due or on hold.
        SheetError: a sheet is not on its shelf.
        IllegalTransitionError: the list was done or withdrawn before.
    """
    try:
        _confirm(disposal_id, method.strip(), actor, now)
    except DomainError as error:
        audit.attempt(
            "disposal:confirm",
            subject_type="disposal",
            subject_id=disposal_id,
            actor=actor,
            outcome="refused",
            error=error.code,
        )
        raise


def _confirm(disposal_id: UUID, method: str, actor: Actor, now: datetime) -> None:
    if not method:
        raise DisposalError("disposal-method", field="method")
    with transaction():
        disposal = disposal_for_update(disposal_id)
        _require_proposed(disposal)
        if actor.id == disposal.proposed_by:
            raise DisposalError("disposal-two-people")
        sheets = lock_sheets([item.sheet_id for item in disposal.items])
        days = require_destructible(sheets, now=now)
        for sheet in sheets:
            sheet.keep_until, sheet.destroyed_on = days[sheet.id], day_in_tokyo(now)
            sheet.status = next_status(sheet.number, sheet.status, Act.DESTROY)
            note(
                sheet,
                SheetEventKind.DESTROYED,
                actor=actor,
                now=now,
                witness_name=disposal.proposed_by_name,
                method=method,
            )
        disposal.status = DisposalStatus.DONE
        disposal.confirmed_by, disposal.confirmed_by_name = actor.id, actor.name
        disposal.confirmed_at, disposal.method = now, method
        audit.record(
            "disposal:confirm",
            subject_type="disposal",
            subject_id=disposal_id,
            actor=actor,
            detail={
                "sheets": [sheet.number for sheet in sheets],
                "method": method,
                "proposed_by": disposal.proposed_by_name,
            },
        )


def _require_proposed(disposal: Disposal) -> None:
    if disposal.status is not DisposalStatus.PROPOSED:
        raise IllegalTransitionError("disposal", current=disposal.status, event="confirm")
