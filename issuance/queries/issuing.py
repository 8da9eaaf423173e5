"""What the issue of certificates reads and locks, for several enrolments at once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import aliased, joinedload

from app.core.db import db
from app.core.search import search_key
from models.applications import Applicant, Application
from models.certificates import CaCertificate, Certificate, select_names
from models.enrolments import Enrolment
from models.enums import CertificateStatus, EnrolmentStatus, PinStatus, TokenStatus
from models.pin_secrets import PinSecret
from models.promises import Promise
from models.tokens import Token

UNFINISHED = (CertificateStatus.SERIAL_RESERVED, CertificateStatus.INTENDED)
ISSUE = "issuance.jobs.issue_certificate"
IN_HAND = (TokenStatus.HELD, TokenStatus.ACTIVE)
_RENEWED = aliased(Certificate)  # made once: it has as many parts as the table has columns


@dataclass(frozen=True, slots=True)
class Material:
    """Everything that a certificate is built of."""

    certificate: Certificate
    enrolment: Enrolment
    applicant: Applicant
    authority: CaCertificate
    renewed: Certificate | None


def lock_enrolments(enrolment_ids: Collection[UUID]) -> dict[UUID, Enrolment]:
    """Enrolments, locked in the order of their keys; those that do not exist are left out."""
    rows = db.session.scalars(
        select(Enrolment).where(Enrolment.id.in_(enrolment_ids)).order_by(Enrolment.id).with_for_update()
    )
    return {row.id: row for row in rows}


def lock_certificates_of(enrolment_ids: Collection[UUID]) -> dict[UUID, Certificate]:
    """The certificates of these enrolments, locked, by enrolment; suspect ones do not count."""
    rows = db.session.scalars(
        select(Certificate)
        .where(Certificate.enrolment_id.in_(enrolment_ids), Certificate.status != CertificateStatus.SUSPECT)
        .order_by(Certificate.id)
        .with_for_update()
    )
    return {row.enrolment_id: row for row in rows}


def lock_certificates(certificate_ids: Collection[UUID]) -> list[Certificate]:
    """Certificates, locked in the order of their keys."""
    return list(
        db.session.scalars(
            select(Certificate).where(Certificate.id.in_(certificate_ids)).order_by(Certificate.id).with_for_update()
        )
    )


def pins_in_order(pin_ids: Collection[UUID], status: PinStatus) -> Select[UUID]:
    """Keys of those of these PINs that have this status, as a statement that locks them in the order of their keys."""
    return (
        select(PinSecret.id)
        .where(PinSecret.id.in_(pin_ids), PinSecret.status == status)
        .order_by(PinSecret.id)
        .with_for_update()
    )


def lock_tokens_in_hand(applicant_ids: Collection[UUID]) -> dict[UUID, Token]:
    """The token that each of these applicants has, locked; the one that was taken last."""
    rows = db.session.scalars(
        select(Token)
        .where(Token.applicant_id.in_(applicant_ids), Token.status.in_(IN_HAND))
        .order_by(Token.changed_at, Token.id)
        .with_for_update()
    )
    return {row.applicant_id: row for row in rows if row.applicant_id is not None}


def list_material(certificate_ids: Collection[UUID]) -> list[Material]:
    """What these certificates are built of, in one query."""
    rows = db.session.execute(
        select(Certificate, Enrolment, Applicant, CaCertificate, _RENEWED)
        .join(Enrolment, Enrolment.id == Certificate.enrolment_id)
        .join(Applicant, Applicant.id == Certificate.applicant_id)
        .join(CaCertificate, CaCertificate.id == Certificate.ca_certificate_id)
        .outerjoin(_RENEWED, _RENEWED.id == Certificate.renews_id)
        .where(Certificate.id.in_(certificate_ids))
        .order_by(Certificate.id)
        .options(joinedload(Applicant.application).joinedload(Application.company))
        .execution_options(populate_existing=True)
    )
    return [Material(*row) for row in rows]


def list_issuers(ca_ids: Collection[UUID]) -> dict[UUID, CaCertificate]:
    """CA certificates by their keys."""
    rows = db.session.scalars(select(CaCertificate).where(CaCertificate.id.in_(ca_ids)).order_by(CaCertificate.id))
    return {row.id: row for row in rows}


def search_keys_of(applicant_ids: Collection[UUID]) -> dict[UUID, str]:
    """What the register finds a certificate of each of these applicants by, in one query."""
    return {row[0]: search_key(*row[1:]) for row in db.session.execute(select_names(applicant_ids))}


def list_waiting_enrolments(*, limit: int) -> Sequence[UUID]:
    """Requested enrolments for which nothing was begun, the oldest first."""
    begun = exists().where(Certificate.enrolment_id == Enrolment.id, Certificate.status != CertificateStatus.SUSPECT)
    return db.session.scalars(
        select(Enrolment.id)
        .where(Enrolment.status == EnrolmentStatus.REQUESTED, Enrolment.refusal_code.is_(None), ~begun)
        .order_by(Enrolment.requested_at)
        .limit(limit)
    ).all()


def list_abandoned_enrolments(before: datetime) -> Sequence[UUID]:
    """Requested enrolments whose certificate was begun before this moment, is not there, and is promised by nothing.

    A promise that fails is tried again by itself; another one for each minute that the HSM is away would only pile up.
    """
    promised = exists().where(Promise.subject_id == Enrolment.id, Promise.name == ISSUE, Promise.done_at.is_(None))
    return db.session.scalars(
        select(Certificate.enrolment_id)
        .join(Enrolment, Enrolment.id == Certificate.enrolment_id)
        .where(
            Certificate.status.in_(UNFINISHED),
            Certificate.created_at < before,
            Enrolment.status == EnrolmentStatus.REQUESTED,
            Enrolment.refusal_code.is_(None),
            ~promised,
        )
        .order_by(Certificate.created_at)
    ).all()
