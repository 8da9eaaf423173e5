"""Third step of the issue: the exact bytes on record, before anything is signed. And the way back."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cryptography import x509

from app import audit
from app.core.actor import SYSTEM
from app.core.db import db
from app.core.errors import DomainError
from app.core.transaction import transaction
from issuance.errors import RequestRefusedError, UnfinishedError
from issuance.queries.issuing import list_issuers, lock_certificates, lock_enrolments
from issuance.rules.states import require_step
from issuance.services.build_certificates import Draft, parsed
from models.certificates import CaCertificate, Certificate
from models.enums import CertificateStatus, EnrolmentStatus

LIVE = (CertificateStatus.ACTIVE, CertificateStatus.REVOCATION_REQUESTED, CertificateStatus.EXPIRED)


@dataclass(frozen=True, slots=True)
class Intent:
    """Bytes that may be signed by whoever holds this, once; `is_repeat`: an earlier run may have signed them."""

    certificate_id: UUID
    enrolment_id: UUID
    tbs: bytes
    ca: x509.Certificate
    key_label: str
    is_repeat: bool


def record_intents(
    drafts: Sequence[Draft], sign_again: Collection[UUID], *, now: datetime
) -> tuple[list[Intent], dict[UUID, DomainError]]:
    """Record what is about to be signed; whoever records it signs it.

    Args:
        drafts: built and linted.
        sign_again: certificates whose recorded bytes are signed once more (RSA, issuance.rules.unfinished).
        now: the present moment.

    Returns:
        the intents, and by enrolment why others are none.
    """
    intents: list[Intent] = []
    failures: dict[UUID, DomainError] = {}
    by_id = {draft.certificate_id: draft for draft in drafts}
    if not by_id and not sign_again:
        return intents, failures
    with transaction():
        enrolments = lock_enrolments([draft.enrolment_id for draft in drafts])
        certificates = lock_certificates([*by_id, *sign_again])
        issuers = list_issuers({certificate.ca_certificate_id for certificate in certificates})
        for certificate in certificates:
            draft = by_id.get(certificate.id)
            if certificate.status is CertificateStatus.INTENDED and draft is None:
                intents.append(_intent(certificate, issuers, is_repeat=True))
            elif certificate.status is CertificateStatus.INTENDED or (draft and not _is_made_for(draft, certificate)):
                failures[certificate.enrolment_id] = UnfinishedError("being-signed")  # another run was quicker
            elif certificate.status is CertificateStatus.SERIAL_RESERVED and draft is not None:
                if enrolments[draft.enrolment_id].status is not EnrolmentStatus.REQUESTED:
                    continue
                if not _may_renew(certificate):
                    failures[certificate.enrolment_id] = RequestRefusedError("renewed-revoked")
                    continue
                _record(certificate, draft, now)
                intents.append(_intent(certificate, issuers, is_repeat=False))
    return intents, failures


def withdraw_intents(intents: Collection[Intent]) -> None:
    """The signing process was not reached: surely nothing was signed. The serial numbers wait for a new build."""
    fresh = [intent.certificate_id for intent in intents if not intent.is_repeat]
    if not fresh:
        return
    with transaction():
        for certificate in lock_certificates(fresh):
            if certificate.status is CertificateStatus.INTENDED:
                certificate.status = require_step(certificate.status, CertificateStatus.SERIAL_RESERVED)
                certificate.tbs = certificate.intended_at = None
                audit.record(
                    "certificate:not-signed",
                    subject_type="certificate",
                    subject_id=certificate.id,
                    actor=SYSTEM,
                    detail={"serial": certificate.serial},
                )


def _is_made_for(draft: Draft, certificate: Certificate) -> bool:
    """Another run may have brought the serial number to a newer CA or profile meanwhile (reserve_serials)."""
    return draft.made_for == (certificate.ca_certificate_id, certificate.profile_version)


def _may_renew(certificate: Certificate) -> bool:
    """施行規則5条2項: only the holder of a present certificate; revoked meanwhile, it renews nothing."""
    if certificate.renews_id is None:
        return True
    renewed = db.session.get_one(Certificate, certificate.renews_id, with_for_update={"read": True})
    return renewed.status in LIVE


def _record(certificate: Certificate, draft: Draft, now: datetime) -> None:
    blank = draft.blank
    certificate.status = require_step(certificate.status, CertificateStatus.INTENDED)
    certificate.tbs = blank.tbs_certificate_bytes
    certificate.not_before, certificate.not_after = blank.not_valid_before_utc, blank.not_valid_after_utc
    certificate.identity_anchor = draft.anchor
    certificate.subject = blank.subject.rfc4514_string()
    certificate.intended_at = now
    audit.record(
        "certificate:about-to-sign",
        subject_type="certificate",
        subject_id=certificate.id,
        actor=SYSTEM,
        detail={"serial": certificate.serial, "subject": certificate.subject},
    )


def _intent(certificate: Certificate, issuers: Mapping[UUID, CaCertificate], *, is_repeat: bool) -> Intent:
    authority = issuers[certificate.ca_certificate_id]
    assert certificate.tbs is not None
    return Intent(
        certificate_id=certificate.id,
        enrolment_id=certificate.enrolment_id,
        tbs=certificate.tbs,
        ca=parsed(authority.der),
        key_label=authority.key_label,
        is_repeat=is_repeat,
    )
