"""First step of the issue: a serial number for each requested enrolment, on record before anything is built."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from app import audit
from app.core.actor import SYSTEM
from app.core.db import db
from app.core.errors import DomainError
from app.core.random import random_source
from app.core.transaction import transaction
from issuance import queries
from issuance.errors import UnfinishedError
from issuance.queries.issuing import lock_certificates_of, lock_enrolments, search_keys_of
from issuance.queries.profiles import get_profiles
from issuance.rules.profile import serial_from, serial_text
from issuance.rules.signing_bytes import public_key_of
from issuance.rules.unfinished import Way, way_of
from issuance.services.suspect_steps import mark_suspect
from models.certificates import CaCertificate, Certificate
from models.enrolments import Enrolment
from models.enums import CaKeyPurpose, CertificateStatus, EnrolmentStatus


@dataclass(slots=True)
class Reserved:
    """What goes on.

    Args:
        to_build: certificates (their keys, by enrolment) that are to be built.
        to_sign_again: certificates whose recorded bytes are signed once more.
        failures: why the others do not, by enrolment; one that needs nothing is in none of the three.
    """

    to_build: dict[UUID, UUID] = field(default_factory=dict)
    to_sign_again: dict[UUID, UUID] = field(default_factory=dict)
    failures: dict[UUID, DomainError] = field(default_factory=dict)


def reserve_serials(enrolment_ids: Sequence[UUID], *, now: datetime) -> Reserved:
    """Reserve serial numbers, or find those that were reserved before. The profile is the one now in force.

    An intent that nobody finished is taken up again, waited for, or made suspect (issuance.rules.unfinished); after
    the last a new serial number is reserved, and the PINs are as they were.
    """
    reserved = Reserved()
    with transaction():
        enrolments = lock_enrolments(enrolment_ids)
        there = lock_certificates_of(enrolment_ids)
        fresh: list[Enrolment] = []
        waiting: list[Certificate] = []
        for enrolment_id in enrolment_ids:
            enrolment, certificate = enrolments.get(enrolment_id), there.get(enrolment_id)
            is_wanted = enrolment is not None and _is_wanted(enrolment)
            if certificate is not None and certificate.status is CertificateStatus.INTENDED:
                certificate = _take_up(certificate, reserved, now)
            elif certificate is not None:
                if is_wanted and certificate.status is CertificateStatus.SERIAL_RESERVED:
                    waiting.append(certificate)
                continue
            if certificate is None and enrolment is not None and is_wanted:
                fresh.append(enrolment)
        if fresh or waiting:
            version, ca_id = get_profiles().version, queries.get_authority(CaKeyPurpose.CA).id
            for certificate in waiting:
                certificate.ca_certificate_id = ca_id  # a CA that was rolled over meanwhile issues nothing more
            reserved.to_build |= {certificate.enrolment_id: certificate.id for certificate in waiting}
            reserved.to_build |= _reserve(fresh, version, ca_id, now) if fresh else {}
    return reserved


def _take_up(certificate: Certificate, reserved: Reserved, now: datetime) -> Certificate | None:
    """Decide about an intent of an earlier run; None if another certificate takes its place."""
    authority = db.session.get_one(CaCertificate, certificate.ca_certificate_id)
    assert certificate.intended_at is not None
    way = way_of(
        public_key_of(queries.load(authority)),
        is_ca_active=authority.active,
        intended_at=certificate.intended_at,
        now=now,
    )
    if way is Way.SUSPECT:
        mark_suspect(certificate, "intent-without-certificate", now)
        return None
    if way is Way.SIGN_AGAIN:
        reserved.to_sign_again[certificate.enrolment_id] = certificate.id
    else:
        reserved.failures[certificate.enrolment_id] = UnfinishedError("being-signed")
    return certificate


def _is_wanted(enrolment: Enrolment) -> bool:
    """Requested, and not put aside for an officer (issuance.services.stop_enrolments)."""
    return enrolment.status is EnrolmentStatus.REQUESTED and enrolment.refusal_code is None


def _reserve(enrolments: list[Enrolment], version: int, ca_id: UUID, now: datetime) -> dict[UUID, UUID]:
    search_keys = search_keys_of({enrolment.applicant_id for enrolment in enrolments})
    rows = [
        Certificate(
            id=uuid4(),
            serial=serial_text(serial_from(random_source().token_bytes(15))),
            enrolment_id=enrolment.id,
            applicant_id=enrolment.applicant_id,
            renews_id=enrolment.renews_id,
            ca_certificate_id=ca_id,
            profile_version=version,
            search_key=search_keys[enrolment.applicant_id],
            created_at=now,
        )
        for enrolment in enrolments
    ]
    db.session.add_all(rows)
    for row in rows:
        audit.record(
            "certificate:reserve-serial",
            subject_type="certificate",
            subject_id=row.id,
            actor=SYSTEM,
            detail={"serial": row.serial, "enrolment": row.enrolment_id},
        )
    return {row.enrolment_id: row.id for row in rows}
