"""How far a holder has come, by the 申請PIN that was accepted."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from app.core.db import db
from issuance.queries.certificates import find_certificate
from issuance.queries.receipts import find_receipt
from issuance.queries.requests import is_key_refused
from issuance.queries.stops import is_stopped_row
from models.applications import Applicant
from models.certificates import Certificate
from models.enrolments import Enrolment
from models.enums import EnrolmentStatus
from models.pin_secrets import PinSecret
from models.tokens import Token


@dataclass(frozen=True, slots=True)
class Progress:
    """Where the holder is. `status` is None before the consent."""

    applicant: Applicant
    status: EnrolmentStatus | None = None
    pin_sent_at: datetime | None = None
    pin_usable_until: date | None = None
    certificate: Certificate | None = None
    confirmed_at: datetime | None = None
    token_serial: str = ""
    is_key_refused: bool = False
    is_stopped: bool = False


def find_progress(application_pin_id: UUID) -> Progress:
    """How far whoever has this 申請PIN has come."""
    pin = db.session.get_one(PinSecret, application_pin_id, populate_existing=True)
    applicant = db.session.get_one(Applicant, pin.applicant_id)
    enrolment = db.session.scalar(select(Enrolment).where(Enrolment.application_pin_id == application_pin_id))
    serial = db.session.scalar(
        select(Token.serial_number).where(Token.applicant_id == applicant.id).order_by(Token.changed_at.desc()).limit(1)
    )
    if enrolment is None:
        return Progress(applicant, token_serial=serial or "")
    download = db.session.get(PinSecret, enrolment.download_pin_id) if enrolment.download_pin_id else None
    certificate = find_certificate(enrolment.id) if enrolment.status is EnrolmentStatus.ISSUED else None
    receipt = find_receipt(certificate.id) if certificate else None
    return Progress(
        applicant,
        enrolment.status,
        download.created_at if download else None,
        download.usable_until if download else None,
        certificate,
        receipt.confirmed_at if receipt else None,
        serial or "",
        is_key_refused(enrolment),
        is_stopped_row(enrolment),
    )
