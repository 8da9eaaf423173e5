"""What `flask ca check` reads: certificates in batches by key, and CRLs entry by entry."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import current_app
from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from app.core.db import db
from app.core.errors import NotFoundError
from issuance.queries.authority import load
from issuance.queries.check_holders import ApprovedReader
from issuance.queries.issue_records import recorded_of
from issuance.queries.profiles import get_profiles
from issuance.queries.stops import is_stopped
from issuance.rules.certificate_check import Facts
from issuance.rules.profile import Places
from issuance.rules.profiles import Profiles
from issuance.rules.requests import spki_sha256
from models.applications import Applicant, Application
from models.authority_checks import AuthorityCheck
from models.certificates import CaCertificate, Certificate, Revocation
from models.enrolments import Enrolment
from models.enums import ApplicationStatus, CertificateStatus, EnrolmentKind, EnrolmentStatus, PinStatus
from models.pin_secrets import PinSecret
from models.tokens import Token

UNISSUED = (CertificateStatus.SERIAL_RESERVED, CertificateStatus.INTENDED, CertificateStatus.SUSPECT)
_Renewed = aliased(Certificate)
_ApplicationPin, _DownloadPin = aliased(PinSecret), aliased(PinSecret)


@dataclass(frozen=True, slots=True)
class Batch:
    """Some certificates in the order of their keys."""

    last_id: UUID | None  # None: there are no more
    count: int
    facts: list[Facts]


class Context:
    """What is the same for many certificates: CAs and profiles, read once."""

    def __init__(self) -> None:
        self._authorities: dict[UUID, tuple[x509.Certificate, int]] = {}
        self._profiles: dict[int, Profiles | None] = {}

    def authority(self, key: UUID) -> tuple[x509.Certificate, int]:
        """A CA's certificate and generation."""
        if key not in self._authorities:
            row = db.session.get_one(CaCertificate, key)
            self._authorities[key] = load(row), row.generation
        return self._authorities[key]

    def profiles(self, version: int) -> Profiles | None:
        """A version of the profiles, if it was ever in force."""
        if version not in self._profiles:
            try:
                self._profiles[version] = get_profiles(version)
            except NotFoundError:
                self._profiles[version] = None
        return self._profiles[version]


def read_batch(after: UUID | None, limit: int, context: Context) -> Batch:
    """The next certificates that were issued, with everything they are compared with."""
    query = (
        select(Certificate, Enrolment, Applicant, Application, _ApplicationPin, _DownloadPin)
        .add_columns(Token.serial_number, _Renewed.applicant_id, _Renewed.identity_anchor)
        .add_columns(exists().where(Revocation.certificate_id == Certificate.id))
        .add_columns(exists().where(CaCertificate.serial == Certificate.serial))
        .join(Enrolment, Enrolment.id == Certificate.enrolment_id)
        .join(Applicant, Applicant.id == Certificate.applicant_id)
        .join(Application, Application.id == Applicant.application_id)
        .outerjoin(Token, Token.id == Certificate.token_id)
        .outerjoin(_Renewed, _Renewed.id == Certificate.renews_id)
        .outerjoin(_ApplicationPin, _ApplicationPin.id == Enrolment.application_pin_id)
        .outerjoin(_DownloadPin, _DownloadPin.id == Enrolment.download_pin_id)
        .where(Certificate.status.not_in(UNISSUED))
        .order_by(Certificate.id)
        .limit(limit)
    )
    if after is not None:
        query = query.where(Certificate.id > after)
    rows = db.session.execute(query).all()
    shared = _shared_keys(rows)
    recorded = recorded_of((row[0].id, row[0].serial, row[0].sha256) for row in rows)
    approved = ApprovedReader({row[3].company_id for row in rows})
    facts = [_facts(row, context, approved, shared, recorded) for row in rows]
    last = rows[-1][0].id if rows else None
    db.session.expunge_all()  # a million rows do not stay in memory
    return Batch(last, len(rows), facts)


def _facts(  # a result row, and what was read for all of them
    row: Any,  # noqa: ANN401  a row of several tables
    context: Context,
    approved: ApprovedReader,
    shared: set[UUID],
    recorded: set[UUID],
) -> Facts:
    certificate, enrolment, applicant, application, first, second, token, *renewed, is_recorded, is_taken = row
    renewed_applicant, renewed_anchor = renewed
    issuer, generation = context.authority(certificate.ca_certificate_id)
    settings = current_app.extensions["settings"]
    is_renewal = enrolment.kind is EnrolmentKind.RENEWAL
    pins = (second,) if is_renewal else (first, second)
    return Facts(
        serial=certificate.serial,
        der=certificate.der or b"",
        tbs=certificate.tbs,
        sha256=certificate.sha256,
        subject=certificate.subject,
        not_before=certificate.not_before,
        not_after=certificate.not_after,
        identity_anchor=certificate.identity_anchor,
        intended_at=certificate.intended_at,
        is_revoked=certificate.status is CertificateStatus.REVOKED,
        issuer=issuer,
        places=Places(settings.public_url, settings.policy_oid_arc, generation, certificate.shard),
        profiles=context.profiles(certificate.profile_version),
        approved=approved.of(applicant, application, certificate.intended_at),
        approved_at=application.approved_at if application.status is ApplicationStatus.APPROVED else None,
        spki_sha256=enrolment.spki_sha256,
        request_key=_key_of_request(enrolment.csr),
        renewed_anchor=renewed_anchor,
        is_renewal=is_renewal,
        pins_used=all(_did_its_work(pin, enrolment) for pin in pins),
        has_revocation=is_recorded,
        key_shared=certificate.id in shared,
        serial_taken=is_taken,
        is_on_record=certificate.id in recorded,
        is_of_one_person=enrolment.renews_id == certificate.renews_id
        and renewed_applicant in {None, applicant.id}
        and all(each is None or each.applicant_id == applicant.id for each in (enrolment, *pins)),
        is_on_requested_token=token is None or enrolment.token_serial in {None, "", token},
    )


def _did_its_work(pin: PinSecret | None, enrolment: Enrolment) -> bool:
    """Used; or locked by somebody's guesses after the passage was opened with it (store_certificates leaves it so)."""
    if pin is None or pin.status is PinStatus.USED:
        return pin is not None
    is_late = pin.ended_at is not None and pin.ended_at >= enrolment.consented_at
    return pin.id == enrolment.application_pin_id and pin.status is PinStatus.LOCKED and is_late


def _shared_keys(rows: Any) -> set[UUID]:  # noqa: ANN401  result rows
    """Certificates of this batch whose key stands in a request of another holder as well."""
    holders = {row[0].id: (_key_of(row[0].der), row[0].applicant_id) for row in rows}
    keys = {key for key, _applicant in holders.values() if key}
    found = db.session.execute(
        select(Enrolment.spki_sha256, Enrolment.applicant_id).where(Enrolment.spki_sha256.in_(keys))
    ).all()
    return {
        certificate
        for certificate, (key, applicant) in holders.items()
        if any(other == key and person != applicant for other, person in found)
    }


def _key_of(der: bytes | None) -> str | None:
    try:
        key = x509.load_der_x509_certificate(der or b"").public_key()
        key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    except (ValueError, TypeError):
        return None
    return spki_sha256(key)  # type: ignore[arg-type]  # every kind of key has these octets


def _key_of_request(csr: bytes | None) -> str | None:
    try:
        return spki_sha256(x509.load_der_x509_csr(csr or b"").public_key())  # type: ignore[arg-type]  # every kind of key has these octets
    except (ValueError, TypeError):
        return None


def list_unfinished(before: datetime) -> list[tuple[str, CertificateStatus, str]]:
    """Serial, status and reason of what was begun before this moment and never became a certificate, and of suspects.

    A suspect that was revoked is settled. A serial number that waits for the holder's next key is nobody's fault;
    one that waits for an officer stands in a queue of its own (issuance.queries.stops).
    """
    begun = func.coalesce(Certificate.intended_at, Certificate.created_at)
    unfinished = and_(
        Certificate.status.in_((CertificateStatus.SERIAL_RESERVED, CertificateStatus.INTENDED)),
        begun < before,
        Enrolment.status != EnrolmentStatus.OPENED,
        ~is_stopped(),
    )
    found = db.session.execute(
        select(Certificate.serial, Certificate.status, Certificate.suspect_reason)
        .join(Enrolment, Enrolment.id == Certificate.enrolment_id)
        .where(or_(unfinished, Certificate.status == CertificateStatus.SUSPECT))
        .order_by(Certificate.serial)
    )
    return [(serial, status, reason) for serial, status, reason in found]


def find_open_check() -> AuthorityCheck | None:
    """The check that has begun and not ended, if there is one."""
    return db.session.scalar(
        select(AuthorityCheck)
        .where(AuthorityCheck.finished_at.is_(None))
        .order_by(AuthorityCheck.started_at.desc())
        .limit(1)
    )


def find_last_check() -> AuthorityCheck | None:
    """The check that began last, finished or not."""
    return db.session.scalar(select(AuthorityCheck).order_by(AuthorityCheck.started_at.desc()).limit(1))


def find_last_finished_check() -> AuthorityCheck | None:
    """The check that ended last."""
    return db.session.scalar(
        select(AuthorityCheck)
        .where(AuthorityCheck.finished_at.is_not(None))
        .order_by(AuthorityCheck.started_at.desc())
        .limit(1)
    )
