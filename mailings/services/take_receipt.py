"""The counter stamped the posting list: its day, and a scan of it."""

from datetime import date, datetime
from uuid import UUID

from app import audit, storage
from app.core.actor import Actor
from app.core.clock import day_in_tokyo
from app.core.db import db
from app.core.errors import DomainError, NotFoundError
from app.core.transaction import transaction
from mailings.errors import DayOrderError
from mailings.receipts import media_type_of
from models.posting import PostingList


def take_receipt(list_id: UUID, *, stamped_on: date, data: bytes | None, actor: Actor, now: datetime) -> None:
    """Record 引受日, and keep the scan of the receipt.

    Args:
        list_id: the list.
        stamped_on: the day in the stamp.
        data: PDF, PNG or JPEG; None if only the day is known so far.
        actor: the mailroom.
        now: the present moment.

    Raises:
        NotFoundError: no such list.
        DayOrderError: before the day of the list, or in the future.
        DomainError: receipt-file: not a scan that we take. receipt-there: a scan is kept already.
    """
    media_type = media_type_of(data) if data else ""
    with transaction():
        row = db.session.get(PostingList, list_id, with_for_update=True, populate_existing=True)
        if row is None:
            raise NotFoundError("posting list", id=list_id)
        if not row.posted_on <= stamped_on <= day_in_tokyo(now):
            raise DayOrderError("stamped_on")
        if row.receipt_sha256 is not None:
            raise DomainError("receipt-there", number=row.number)
        row.stamped_on = stamped_on
        if data:
            row.receipt_sha256 = storage.put(data, media_type)
        audit.record(
            "posting-list:receipt",
            subject_type="posting_list",
            subject_id=row.id,
            actor=actor,
            detail={"number": row.number, "stamped_on": stamped_on.isoformat(), "sha256": row.receipt_sha256},
        )
