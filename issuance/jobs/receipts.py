"""By the clock: confirmations of receipt that are missing. Reminded first, then the certificate is revoked."""

import logging
from datetime import datetime

from flask import current_app

from app.core import clock
from app.core.actor import SYSTEM
from app.core.clock import day_in_tokyo
from app.core.db import db
from app.core.errors import IllegalTransitionError
from issuance.queries.receipts import list_overdue, list_to_remind
from issuance.rules.receipts import GRACE, REASON, reminder_windows
from issuance.services.remind_receipt import remind_receipt
from issuance.services.revoke_certificate import revoke_certificate
from models.enums import RevocationAsker

log = logging.getLogger(__name__)
AT_A_TIME = 500


def follow() -> None:
    """Remind whoever has not confirmed; revoke what nobody confirmed in time (docs/enrolment.md). Safe to run twice."""
    now = clock.now()
    _revoke_overdue(now)
    for step, first, last in reminder_windows(
        day_in_tokyo(now), current_app.extensions["settings"].receipt_reminder_days
    ):
        waiting = list_to_remind(step, first, last, at_most=AT_A_TIME)
        db.session.rollback()
        for certificate_id in waiting:
            remind_receipt(certificate_id, step, now=now)


def _revoke_overdue(now: datetime) -> None:
    """A confirmation is refused after the last day, so that what is overdue here stays so."""
    overdue = list_overdue(day_in_tokyo(now - GRACE), at_most=AT_A_TIME)
    db.session.rollback()
    for certificate_id, due_on in overdue:
        try:
            revoke_certificate(
                certificate_id,
                reason=REASON,
                asked_by=RevocationAsker.AUTHORITY.value,
                asked_at=now,
                actor=SYSTEM,
                now=now,
            )
        except IllegalTransitionError:
            db.session.rollback()  # somebody else was quicker
        else:
            log.info("certificate %s revoked: receipt not confirmed by %s", certificate_id, due_on)
