"""Inner steps on the register of addresses, in the caller's transaction."""

from datetime import datetime
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.core.db import db
from models.emails import EmailAddress
from models.enums import EmailAddressState

SOFT_BOUNCES = 3  # after so many in a row an address is doubtful


def address_for_update(address: str, now: datetime) -> EmailAddress:
    """The row of an address, locked; made if there is none."""
    plain = address.strip().lower()
    db.session.execute(
        insert(EmailAddress)
        .values(
            id=uuid4(),
            address=plain,
            state=EmailAddressState.GOOD,
            soft_bounces=0,
            reason="",
            changed_at=now,
            released_by_name="",
        )
        .on_conflict_do_nothing(index_elements=["address"])
    )
    return db.session.scalars(select(EmailAddress).where(EmailAddress.address == plain).with_for_update()).one()


def is_blocked(address: str) -> bool:
    """Whether nothing is sent to an address."""
    state = db.session.scalar(select(EmailAddress.state).where(EmailAddress.address == address.strip().lower()))
    return state is EmailAddressState.BLOCKED


def note_bounce(address: str, reason: str, *, permanent: bool, now: datetime) -> EmailAddressState:
    """A mail to an address came back, or was refused for good. Returns what the address is now."""
    row = address_for_update(address, now)
    row.reason, row.changed_at = reason, now
    if permanent:
        row.state = EmailAddressState.BLOCKED
    else:
        row.soft_bounces += 1
        if row.soft_bounces >= SOFT_BOUNCES and row.state is EmailAddressState.GOOD:
            row.state = EmailAddressState.DOUBTFUL
    return row.state
