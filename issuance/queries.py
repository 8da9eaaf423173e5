"""Reading what issuance keeps, and what it needs of other features' tables."""

from datetime import datetime
from uuid import UUID

from cryptography import x509
from sqlalchemy import func, select

from app.core.actor import Actor, ActorKind
from app.core.db import db
from app.core.errors import NotFoundError
from issuance.errors import NoAuthorityError
from models.applications import Applicant, Application
from models.certificates import CaCertificate, Certificate, Crl, Revocation
from models.decisions import Decision
from models.enrolments import Enrolment
from models.enums import (
    CaKeyPurpose,
    CertificateStatus,
    DecisionKind,
    EnrolmentStatus,
    PinKind,
    PinStatus,
    TokenStatus,
)
from models.mail_pieces import MailPiece
from models.pin_secrets import PinSecret
from models.tokens import Token

LIVE_PIN = (PinStatus.ISSUED, PinStatus.RESERVED)


def find_authority(purpose: CaKeyPurpose) -> CaCertificate | None:
    """The active certificate of the authority for a purpose."""
    return db.session.scalar(select(CaCertificate).where(CaCertificate.purpose == purpose, CaCertificate.active))


def get_authority(purpose: CaKeyPurpose) -> CaCertificate:
    """The active certificate of the authority for a purpose. Raises NoAuthorityError."""
    found = find_authority(purpose)
    if found is None:
        raise NoAuthorityError(purpose.value)
    return found


def load(row: CaCertificate | Certificate) -> x509.Certificate:
    """A stored certificate, parsed."""
    if row.der is None:
        raise NotFoundError("certificate", id=row.id)
    return x509.load_der_x509_certificate(row.der)


def find_applicant(number: str) -> Applicant | None:
    """The applicant with this application number."""
    return db.session.scalar(select(Applicant).where(Applicant.number == number))


def find_pin(applicant_id: UUID, kind: PinKind) -> PinSecret | None:
    """The newest PIN of this kind, in whatever state."""
    return db.session.scalar(
        select(PinSecret)
        .where(PinSecret.applicant_id == applicant_id, PinSecret.kind == kind)
        .order_by(PinSecret.created_at.desc(), PinSecret.status)
        .limit(1)
    )


def list_live_pins_for_update(applicant_id: UUID, kind: PinKind) -> list[PinSecret]:
    """The PINs of this kind that could still be used, locked."""
    return list(
        db.session.scalars(
            select(PinSecret)
            .where(PinSecret.applicant_id == applicant_id, PinSecret.kind == kind, PinSecret.status.in_(LIVE_PIN))
            .with_for_update()
        )
    )


def get_pin_for_update(pin_id: UUID) -> PinSecret:
    """One PIN's row, locked."""
    return db.session.get_one(PinSecret, pin_id, with_for_update=True, populate_existing=True)


def get_enrolment(enrolment_id: UUID) -> Enrolment:
    """One enrolment. Raises NotFoundError."""
    found = db.session.get(Enrolment, enrolment_id, populate_existing=True)
    if found is None:
        raise NotFoundError("enrolment", id=enrolment_id)
    return found


def get_enrolment_for_update(enrolment_id: UUID) -> Enrolment:
    """One enrolment, locked. Raises NotFoundError."""
    found = db.session.get(Enrolment, enrolment_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFoundError("enrolment", id=enrolment_id)
    return found


def find_open_enrolment(applicant_id: UUID) -> Enrolment | None:
    """The applicant's newest enrolment."""
    return db.session.scalar(
        select(Enrolment).where(Enrolment.applicant_id == applicant_id).order_by(Enrolment.created_at.desc()).limit(1)
    )


def find_open_enrolment_for_update(applicant_id: UUID) -> Enrolment | None:
    """The applicant's newest enrolment, locked."""
    return db.session.scalar(
        select(Enrolment)
        .where(Enrolment.applicant_id == applicant_id)
        .order_by(Enrolment.created_at.desc())
        .limit(1)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def get_certificate_for_update(certificate_id: UUID) -> Certificate:
    """A holder's certificate, locked. Raises NotFoundError."""
    found = db.session.get(Certificate, certificate_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFoundError("certificate", id=certificate_id)
    return found


def get_change(application_id: UUID) -> Application:
    """An approved application of registration. Raises NotFoundError."""
    found = db.session.get(Application, application_id)
    if found is None or found.approved_at is None:
        raise NotFoundError("application", id=application_id)
    return found


def get_decider(application: Application) -> Actor:
    """Who approved an application; of several steps, who took the last. Raises NotFoundError."""
    decision = db.session.scalars(
        select(Decision)
        .where(
            Decision.application_id == application.id,
            Decision.round == application.review_round,
            Decision.kind.in_((DecisionKind.APPROVED, DecisionKind.EMERGENCY_APPROVED)),
        )
        .order_by(Decision.decided_at.desc())
        .limit(1)
    ).first()
    if decision is None:
        raise NotFoundError("decision", application=application.id)
    return Actor(ActorKind.STAFF, decision.decided_by, decision.decided_by_name)


def list_certificates_of_company(company_id: UUID) -> list[Certificate]:
    """Every certificate of the company's applicants, in whatever state, the oldest first."""
    return list(
        db.session.scalars(
            select(Certificate)
            .join(Applicant, Applicant.id == Certificate.applicant_id)
            .join(Application, Application.id == Applicant.application_id)
            .where(Application.company_id == company_id)
            .order_by(Certificate.created_at, Certificate.serial)
        )
    )


def list_applicants_of_company(company_id: UUID, *, approved_until: datetime) -> list[UUID]:
    """The company's applicants whose application was approved until a moment."""
    return list(
        db.session.scalars(
            select(Applicant.id)
            .join(Application, Application.id == Applicant.application_id)
            .where(Application.company_id == company_id, Application.approved_at <= approved_until)
            .order_by(Applicant.number)
        )
    )


def is_key_known(spki_sha256: str, *, except_enrolment: UUID) -> bool:
    """Whether a key was sent by somebody else before, or is one of the authority's."""
    return bool(
        db.session.scalar(
            select(func.count())
            .select_from(Enrolment)
            .where(Enrolment.spki_sha256 == spki_sha256, Enrolment.id != except_enrolment)
        )
    )


def find_certificate(enrolment_id: UUID) -> Certificate | None:
    """The certificate of an enrolment; a suspect one does not count."""
    return db.session.scalar(
        select(Certificate).where(
            Certificate.enrolment_id == enrolment_id, Certificate.status != CertificateStatus.SUSPECT
        )
    )


def find_certificate_for_update(enrolment_id: UUID) -> Certificate | None:
    """The certificate of an enrolment, locked; a suspect one does not count."""
    return db.session.scalar(
        select(Certificate)
        .where(Certificate.enrolment_id == enrolment_id, Certificate.status != CertificateStatus.SUSPECT)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def find_by_serial(serial: str) -> Certificate | None:
    """A holder's certificate by its serial number."""
    return db.session.scalar(select(Certificate).where(Certificate.serial == serial))


def find_revocation(certificate_id: UUID) -> Revocation | None:
    """The revocation of a certificate."""
    return db.session.scalar(select(Revocation).where(Revocation.certificate_id == certificate_id))


def find_latest_crl(ca_certificate_id: UUID) -> Crl | None:
    """The newest CRL of a CA."""
    return db.session.scalar(
        select(Crl).where(Crl.ca_certificate_id == ca_certificate_id).order_by(Crl.number.desc()).limit(1)
    )


def count_revocations() -> int:
    """How many entries the next CRL has."""
    return db.session.scalar(select(func.count()).select_from(Revocation)) or 0


def find_token_of_piece(mail_piece_id: UUID) -> Token | None:
    """The token that is paired with a mail piece, locked."""
    return db.session.scalar(
        select(Token)
        .where(Token.mail_piece_id == mail_piece_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def find_free_token() -> Token | None:
    """The oldest token in stock, locked; those that others are just taking are passed over."""
    return db.session.scalar(
        select(Token)
        .where(Token.status == TokenStatus.IN_STOCK)
        .order_by(Token.created_at, Token.serial_number)
        .limit(1)
        .with_for_update(skip_locked=True)
    )


def find_token_of_applicant(applicant_id: UUID, statuses: tuple[TokenStatus, ...]) -> Token | None:
    """The applicant's token in one of these states, locked."""
    return db.session.scalar(
        select(Token)
        .where(Token.applicant_id == applicant_id, Token.status.in_(statuses))
        .order_by(Token.changed_at.desc())
        .limit(1)
        .with_for_update()
    )


def get_mail_piece(mail_piece_id: UUID) -> MailPiece:
    """One mail piece. Raises NotFoundError."""
    found = db.session.get(MailPiece, mail_piece_id, populate_existing=True)
    if found is None:
        raise NotFoundError("mail piece", id=mail_piece_id)
    return found


def list_abandoned_intents(before: object) -> list[UUID]:
    """Enrolments whose certificate was about to be signed before this moment and is not there."""
    return list(
        db.session.scalars(
            select(Certificate.enrolment_id).where(
                Certificate.status == CertificateStatus.INTENDED, Certificate.intended_at < before
            )
        )
    )


def count_by_status() -> dict[str, int]:
    """How many enrolments are where."""
    rows = db.session.execute(select(Enrolment.status, func.count()).group_by(Enrolment.status))
    return {EnrolmentStatus(status).value: count for status, count in rows}
