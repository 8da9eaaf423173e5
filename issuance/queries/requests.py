"""Certificate requests: whose PIN brought them, on which token the key is, and what became of them."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, or_, select

from app.core.db import db
from issuance.queries.stops import is_stopped_row
from models.audit import AuditEntry
from models.certificates import CaCertificate, Certificate
from models.enrolments import Enrolment
from models.enums import CertificateStatus, EnrolmentStatus, TokenStatus
from models.promises import Promise
from models.tokens import Token, TokenBatch, TokenModel

KEY_REFUSED = "key-refused"  # Enrolment.refusal_code of an enrolment that is open again

KEY_RETURNED = "enrolment:return-key"  # the event that says which key it was


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a request."""

    status: EnrolmentStatus
    refusal_code: str = ""  # key-refused: another key is waited for; enrolment-refused: closed
    certificate: Certificate | None = None  # once it is issued
    ca_der: bytes = b""
    waits_for_signer: bool = False
    waits_for_officer: bool = False


def is_pin_at_work(pin_id: UUID) -> bool:
    """Whether a request stands on this PIN whose certificate is just being made."""
    return bool(
        db.session.scalar(
            select(func.count())
            .select_from(Enrolment)
            .where(
                or_(Enrolment.application_pin_id == pin_id, Enrolment.download_pin_id == pin_id),
                Enrolment.status == EnrolmentStatus.REQUESTED,
            )
        )
    )


def find_enrolment_of_pin(download_pin_id: UUID) -> Enrolment | None:
    """The enrolment that a ダウンロードPIN belongs to."""
    return db.session.scalar(
        select(Enrolment)
        .where(Enrolment.download_pin_id == download_pin_id)
        .order_by(Enrolment.created_at.desc())
        .limit(1)
    )


def find_token_with_serial(applicant_id: UUID, serial: str, statuses: tuple[TokenStatus, ...]) -> Token | None:
    """The applicant's token with this serial number, if it is in one of these states, locked."""
    return db.session.scalar(
        select(Token)
        .where(Token.applicant_id == applicant_id, Token.serial_number == serial, Token.status.in_(statuses))
        .with_for_update()
    )


def find_token_model(token: Token) -> TokenModel | None:
    """The model of a token: by its batch, else by the name that it was registered with."""
    if token.batch_id is not None:
        return db.session.scalar(
            select(TokenModel)
            .join(TokenBatch, TokenBatch.model_id == TokenModel.id)
            .where(TokenBatch.id == token.batch_id)
        )
    return db.session.scalar(select(TokenModel).where(TokenModel.name == token.model))


def find_outcome(enrolment_id: UUID) -> Outcome | None:
    """What became of the request of this enrolment; None if there is no such enrolment."""
    enrolment = db.session.get(Enrolment, enrolment_id, populate_existing=True)
    if enrolment is None:
        return None
    if enrolment.status is not EnrolmentStatus.ISSUED:
        return Outcome(
            enrolment.status,
            _refusal_of(enrolment),
            waits_for_signer=_waits_for_signer(enrolment_id),
            waits_for_officer=is_stopped_row(enrolment),
        )
    found = db.session.execute(
        select(Certificate, CaCertificate.der)
        .join(CaCertificate, CaCertificate.id == Certificate.ca_certificate_id)
        .where(Certificate.enrolment_id == enrolment_id, Certificate.status != CertificateStatus.SUSPECT)
    ).first()
    if found is None:
        return Outcome(enrolment.status)
    return Outcome(enrolment.status, certificate=found[0], ca_der=found[1])


def _refusal_of(enrolment: Enrolment) -> str:
    if enrolment.status is EnrolmentStatus.REFUSED:
        return "enrolment-refused"
    return KEY_REFUSED if is_key_refused(enrolment) else ""


def is_key_refused(enrolment: Enrolment) -> bool:
    """Whether the enrolment waits for another key."""
    return enrolment.status is EnrolmentStatus.OPENED and enrolment.refusal_code == KEY_REFUSED


def was_key_refused(enrolment: Enrolment, spki_sha256: str) -> bool:
    """Whether this very key was refused in this passage, be it that another one was refused since."""
    if not is_key_refused(enrolment):
        return False
    if enrolment.spki_sha256 == spki_sha256:
        return True
    return bool(
        db.session.scalar(
            select(func.count())
            .select_from(AuditEntry)
            .where(
                AuditEntry.subject_id == str(enrolment.id),
                AuditEntry.event == KEY_RETURNED,
                AuditEntry.detail["key"].astext == spki_sha256,
            )
        )
    )


def _waits_for_signer(enrolment_id: UUID) -> bool:
    failure = db.session.scalar(
        select(Promise.last_error).where(Promise.subject_id == enrolment_id, Promise.done_at.is_(None)).limit(1)
    )
    return bool(failure and "Signer" in failure)
