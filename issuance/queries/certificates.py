"""Holders' certificates."""

from uuid import UUID

from sqlalchemy import select, union_all

from app.core.db import db
from app.core.errors import NotFoundError
from models.certificates import Certificate
from models.enrolments import Enrolment
from models.enums import (
    CertificateStatus,
)
from models.tokens import Token


def get_certificate_for_update(certificate_id: UUID) -> Certificate:
    """A holder's certificate, locked. Raises NotFoundError."""
    found = db.session.get(Certificate, certificate_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFoundError("certificate", id=certificate_id)
    return found


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


def list_certificates_on_token(token: Token) -> list[Certificate]:
    """Every certificate for a key on a token, also one that is just being made, the newest first."""
    asked_from_it = (
        select(Certificate.id)
        .join(Enrolment, Enrolment.id == Certificate.enrolment_id)
        .where(Certificate.applicant_id == token.applicant_id, Enrolment.token_serial == token.serial_number)
    )
    found = union_all(select(Certificate.id).where(Certificate.token_id == token.id), asked_from_it)
    return list(
        db.session.scalars(
            select(Certificate).where(Certificate.id.in_(found)).order_by(Certificate.created_at.desc(), Certificate.id)
        )
    )
