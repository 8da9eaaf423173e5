"""Applicants, their PINs and their enrolments."""

from uuid import UUID

from sqlalchemy import func, select

from app.core.db import db
from app.core.errors import NotFoundError
from issuance.queries.ledger import is_authority_key
from models.applications import Applicant
from models.enrolments import Enrolment
from models.enums import (
    EnrolmentStatus,
    PinKind,
    PinStatus,
)
from models.pin_secrets import PinSecret

LIVE_PIN = (PinStatus.ISSUED, PinStatus.RESERVED)


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


def is_key_known(spki_sha256: str, *, except_enrolment: UUID) -> bool:
    """Whether a key was sent by somebody else before, or is one of the authority's."""
    return is_authority_key(spki_sha256) or bool(
        db.session.scalar(
            select(func.count())
            .select_from(Enrolment)
            .where(Enrolment.spki_sha256 == spki_sha256, Enrolment.id != except_enrolment)
        )
    )


def count_by_status() -> dict[str, int]:
    """How many enrolments are where."""
    rows = db.session.execute(select(Enrolment.status, func.count()).group_by(Enrolment.status))
    return {EnrolmentStatus(status).value: count for status, count in rows}
