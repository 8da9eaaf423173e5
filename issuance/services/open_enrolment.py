"""The holder agreed to the terms and to the certificate's contents: the ダウンロードPIN goes out by e-mail."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app import audit
from app.core.db import db
from app.core.errors import DomainError
from app.core.transaction import transaction
from issuance import queries
from issuance.errors import PinUsedError
from issuance.rules.states import require_step
from issuance.services.check_pin import holder_of, require_usable
from issuance.services.download_pin import prepare_download_pin, store_download_pin
from models.applications import Applicant
from models.enrolments import Enrolment
from models.enums import EnrolmentStatus, PinStatus
from models.pin_secrets import PinSecret


class NoAddressError(DomainError):
    """Form 5 has no e-mail address to send the PIN to. Code: no-address."""


def open_enrolment(application_pin_id: UUID, *, now: datetime, consent_version: str = "") -> UUID:
    """Reserve the 申請PIN for this passage, make a ダウンロードPIN and promise its e-mail.

    The address is that of the sealed form 5 and cannot be changed on line. Asked again before the certificate was
    requested, it sends a new ダウンロードPIN and voids the one before.

    Args:
        application_pin_id: the 申請PIN that was accepted.
        now: the present moment.
        consent_version: of the important matters that were shown; the first one agreed to stays on record.

    Returns:
        key of the enrolment.

    Raises:
        PinUsedError: the certificate was requested already.
        PinLockedError, PinExpiredError: the PIN, which was accepted earlier, is of no more use.
        NoAddressError: form 5 has no address.
        SignerUnavailableError: the signing process does not answer.
    """
    applicant_id = db.session.get_one(PinSecret, application_pin_id).applicant_id
    db.session.rollback()
    prepared = prepare_download_pin(applicant_id)
    with transaction():
        application_pin = queries.get_pin_for_update(application_pin_id)
        applicant = db.session.get_one(Applicant, applicant_id)
        if not applicant.email:
            raise NoAddressError("no-address")
        enrolment = _enrolment(application_pin, applicant, consent_version, now)
        audit.record(
            "enrolment:open",
            subject_type="enrolment",
            subject_id=enrolment.id,
            actor=holder_of(applicant),
            detail={"applicant": applicant.number, "consent_version": enrolment.consent_version},
        )
        store_download_pin(prepared, enrolment, now=now)
        return enrolment.id


def _enrolment(application_pin: PinSecret, applicant: Applicant, consent_version: str, now: datetime) -> Enrolment:
    found = db.session.scalars(
        select(Enrolment).where(Enrolment.application_pin_id == application_pin.id).with_for_update()
    ).first()
    if found is None:
        require_usable(application_pin, now)  # it was accepted a while ago, perhaps: the page was left open
        application_pin.status = require_step(application_pin.status, PinStatus.RESERVED)
        found = Enrolment(
            applicant_id=applicant.id,
            application_pin_id=application_pin.id,
            consented_at=now,
            consent_version=consent_version,
        )
        db.session.add(found)
        db.session.flush()
    elif found.status is not EnrolmentStatus.OPENED:
        raise PinUsedError
    return found
