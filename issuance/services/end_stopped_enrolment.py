"""An issue that stopped cannot go on: it ends without a certificate, and the holder is told why."""

from datetime import datetime
from uuid import UUID

from app import audit
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import StaleError
from app.core.transaction import transaction
from app.jobs import defer
from issuance import queries
from issuance.errors import EnrolmentEndError
from issuance.queries.stops import get_stopped_for_update
from issuance.rules.states import require_step
from models.enums import CertificateStatus, EnrolmentStatus, PinStatus

LONGEST_REASON = 500  # characters


def end_stopped_enrolment(
    enrolment_id: UUID, *, reason: str, actor: Actor, now: datetime, seen: int | None = None
) -> None:
    """Refuse the enrolment, destroy the PINs of its passage and give up its serial number, which nothing was signed with.

    Decider and reason are on record (施行規則12条1項1号ニ, ホ), and the reason stands in the e-mail to the holder.

    Args:
        enrolment_id: which.
        reason: as the holder reads it.
        actor: who decides.
        now: the present moment.
        seen: `Stop.seq` of the stop that was looked at: it cannot be taken back, so that another one is looked at first.

    Raises:
        EnrolmentEndError: no reason was given, or one that is too long.
        NotFoundError: there is no such enrolment.
        StaleError: it does not stand still any more, or went on and stopped again since.
    """
    told = reason.strip()
    if not told:
        raise EnrolmentEndError("end-reason-needed", field="reason")
    if len(told) > LONGEST_REASON:
        raise EnrolmentEndError("end-reason-long", field="reason", most=LONGEST_REASON)
    with transaction():
        enrolment = get_stopped_for_update(enrolment_id, seen=seen)
        code = enrolment.refusal_code
        certificate = queries.find_certificate_for_update(enrolment.id)
        if certificate is not None:
            if certificate.status is not CertificateStatus.SERIAL_RESERVED:
                raise StaleError("certificate")  # what may have been signed stays on record
            db.session.delete(certificate)
        enrolment.status = EnrolmentStatus.REFUSED
        for pin_id in (enrolment.application_pin_id, enrolment.download_pin_id):
            if pin_id is not None:
                _destroy(pin_id, actor, now)
        audit.record(
            "enrolment:end",
            subject_type="enrolment",
            subject_id=enrolment.id,
            actor=actor,
            detail={"code": code, "reason": told},
        )
        defer("mailings.jobs.email_enrolment_ended", enrolment.id)


def _destroy(pin_id: UUID, actor: Actor, now: datetime) -> None:
    secret = queries.get_pin_for_update(pin_id)
    if secret.status not in queries.LIVE_PIN:
        return
    secret.status, secret.ended_at = require_step(secret.status, PinStatus.DESTROYED), now
    secret.sealed_value = None
    audit.record("pin:destroy", subject_type="pin_secret", subject_id=secret.id, actor=actor)
