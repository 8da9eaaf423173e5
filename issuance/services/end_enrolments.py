"""A company cancelled, or a token is gone: nobody gets a certificate any more by a PIN that is still out."""

from datetime import datetime
from uuid import UUID

from app import audit
from app.core.actor import SYSTEM
from app.core.db import db
from app.core.transaction import transaction
from issuance import queries
from issuance.rules.states import require_step
from models.enrolments import Enrolment
from models.enums import EnrolmentStatus, PinKind, PinStatus


def end_enrolments(
    applicant_id: UUID, *, now: datetime, reason: str = "company-cancelled", begun_until: datetime | None = None
) -> None:
    """Destroy the applicant's PINs that could still be used, and refuse an enrolment that has no certificate yet.

    Safe to run twice. An enrolment whose certificate is being made is left: the certificate is revoked when it is there.

    Args:
        applicant_id: whose.
        now: the present moment.
        reason: the refusal's code.
        begun_until: what began later stays: it belongs to another letter. Without it everything ends.
    """
    with transaction():
        enrolment = queries.find_open_enrolment_for_update(applicant_id)
        if enrolment is not None and begun_until is not None and enrolment.created_at > begun_until:
            enrolment = None
        if enrolment is not None and enrolment.status in {EnrolmentStatus.OPENED, EnrolmentStatus.REQUESTED}:
            certificate = queries.find_certificate_for_update(enrolment.id)
            if certificate is not None and enrolment.status is EnrolmentStatus.REQUESTED and not enrolment.refusal_code:
                return
            if certificate is not None:  # refused before: a serial number that nothing was signed with
                db.session.delete(certificate)
            _refuse(enrolment, reason)
        for kind in PinKind:
            for secret in queries.list_live_pins_for_update(applicant_id, kind):
                if begun_until is not None and secret.created_at > begun_until:
                    continue
                secret.status, secret.ended_at = require_step(secret.status, PinStatus.DESTROYED), now
                secret.sealed_value = None
                audit.record("pin:destroy", subject_type="pin_secret", subject_id=secret.id, actor=SYSTEM)


def _refuse(enrolment: Enrolment, reason: str) -> None:
    enrolment.status = EnrolmentStatus.REFUSED
    enrolment.refusal_code = reason
    audit.record(
        "enrolment:refuse",
        subject_type="enrolment",
        subject_id=enrolment.id,
        actor=SYSTEM,
        detail={"reason": reason},
    )
