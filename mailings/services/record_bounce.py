"""A mail came back: its row says so, its address is known for it, and somebody sees it."""

from datetime import datetime

from sqlalchemy import select

from app import audit
from app.core.actor import SYSTEM
from app.core.db import db
from app.core.transaction import transaction
from mailings.emails.bounces import Bounce
from mailings.services.email_addresses import note_bounce
from models.emails import OutgoingEmail
from models.enums import EmailStatus


def record_bounce(bounce: Bounce, *, now: datetime) -> bool:
    """Record one report. Safe to run twice: a mail comes back once.

    Only a report about a mail of ours counts: it names the mail by an id that nobody can guess. So nobody can shut an
    address by made-up reports.

    Returns:
        whether it was about a mail of ours.
    """
    with transaction():
        row = _row(bounce)
        if row is None:
            return False
        if not bounce.is_failure or row.status is EmailStatus.BOUNCED:
            return True
        reason = f"{bounce.status} {bounce.words}".strip()
        if row.status is EmailStatus.SENT:
            row.status, row.bounced_at = EmailStatus.BOUNCED, now
        row.bounce = reason
        state = note_bounce(row.recipient, reason, permanent=bounce.is_permanent, now=now)
        audit.record(
            "email:bounce",
            subject_type="outgoing_email",
            subject_id=row.id,
            actor=SYSTEM,
            detail={"template": row.template, "recipient": row.recipient, "status": bounce.status, "address": state},
        )
        return True


def _row(bounce: Bounce) -> OutgoingEmail | None:
    query = select(OutgoingEmail).with_for_update()
    if bounce.row_id is not None:
        return db.session.scalars(query.where(OutgoingEmail.id == bounce.row_id)).first()
    if bounce.message_id is not None:
        return db.session.scalars(query.where(OutgoingEmail.message_id == bounce.message_id)).first()
    return None
