"""The profile refuses a name before the holder can agree to anything: an officer hears of it, once."""

from datetime import datetime
from uuid import UUID

from app import audit
from app.core.actor import SYSTEM
from app.core.db import db
from app.core.transaction import transaction
from app.jobs import defer
from issuance import queries
from issuance.queries.contents import UNFIT, find_refused
from issuance.services.preview_certificate import preview_certificate
from models.enums import PinStatus
from models.pin_secrets import PinSecret


def note_unfit_contents(application_pin_id: UUID, *, now: datetime) -> None:
    """Look whether the certificate can be made of the approved names, and note what stands in the way. Safe to run again.

    Args:
        application_pin_id: the 申請PIN that was accepted.
        now: the present moment.
    """
    secret = db.session.get_one(PinSecret, application_pin_id)
    applicant_id, is_before = secret.applicant_id, secret.status is PinStatus.ISSUED
    problem = preview_certificate(applicant_id, now=now).problem if is_before else None
    db.session.rollback()
    if problem is None:
        return
    with transaction():
        secret = queries.get_pin_for_update(application_pin_id)
        waiting = find_refused(applicant_id)
        if secret.status is not PinStatus.ISSUED or (waiting is not None and waiting.code == problem.code):
            return
        audit.record(
            UNFIT,
            subject_type="applicant",
            subject_id=applicant_id,
            actor=SYSTEM,
            outcome="failed",
            detail={
                "pin": secret.id,
                "code": problem.code,
                "field": problem.fields.get("field") or problem.field or "",
            },
        )
        defer("mailings.jobs.email_contents_refused", applicant_id)
