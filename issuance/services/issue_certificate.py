"""Record, sign, store: a certificate in the order that survives every accident.

1. reserve the serial number (commit); 2. build with a null signature and lint; 3. record the intent, the exact bytes (commit);
4. the HSM signs exactly those bytes; 5. compare and verify; 6. one transaction: certificate, PINs used, token, promises.

A crash before 4 leaves an intent that the next run takes up: the same bytes under the same serial. A crash between 4
and 6 leaves an intent too, and signing the same bytes again gives no second certificate: RSA PKCS#1 v1.5 gives the
same signature, and an ECDSA signature over the same bytes is the same certificate with another random number, of
which only one is ever stored.
"""

from datetime import datetime
from uuid import UUID

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from flask import current_app

from app import audit, signer
from app.core.actor import SYSTEM
from app.core.clock import day_in_tokyo
from app.core.db import db
from app.core.random import random_source
from app.core.transaction import transaction
from app.jobs import defer
from app.signer.keys import DigestSigner
from issuance import queries
from issuance.errors import LintError, SignatureWrongError
from issuance.rules.lint import certificate_findings
from issuance.rules.profile import CURRENT, PROFILES, Holder, Places, holder_certificate, serial_from, serial_text
from issuance.rules.signing_bytes import PublicKey, assemble, sign_bytes, unsigned
from issuance.rules.states import require_step
from issuance.rules.term import term
from issuance.rules.validity import latest_expiry
from models.applications import Applicant
from models.certificates import CaCertificate, Certificate
from models.enrolments import Enrolment
from models.enums import CaKeyPurpose, CertificateStatus, EnrolmentStatus, PinStatus, TokenStatus


def issue_certificate(enrolment_id: UUID, *, now: datetime, issuer: DigestSigner | None = None) -> None:
    """Issue the certificate of a requested enrolment. Safe to run again at any point; never two for one request.

    Raises:
        SignerUnavailableError: the signing process does not answer; the intent stays, the next run takes it up.
        LintError, ProfileError: the certificate would be wrong; nothing was signed, the PINs stay usable.
    """
    certificate_id = _reserve_serial(enrolment_id, now)
    if certificate_id is None:
        return
    tbs = _record_intent(certificate_id, now)
    if tbs is None:
        return
    # The CA that the intent names: after a roll-over that may be the old one.
    row = db.session.get_one(CaCertificate, db.session.get_one(Certificate, certificate_id).ca_certificate_id)
    ca, label = queries.load(row), row.key_label
    db.session.rollback()
    signature = sign_bytes(tbs, issuer=issuer or signer.current(), label=label, issuer_key=_key(ca))
    der = assemble(tbs, signature, _key(ca))
    _verify(der, tbs, ca)
    _store(certificate_id, der, now)


def _reserve_serial(enrolment_id: UUID, now: datetime) -> UUID | None:
    with transaction():
        enrolment = queries.get_enrolment_for_update(enrolment_id)
        found = queries.find_certificate_for_update(enrolment_id)
        if found is not None:
            return found.id if found.status in _UNFINISHED else None
        if enrolment.status is not EnrolmentStatus.REQUESTED:
            return None
        certificate = Certificate(
            serial=serial_text(serial_from(random_source().token_bytes(15))),
            enrolment_id=enrolment_id,
            applicant_id=enrolment.applicant_id,
            ca_certificate_id=queries.get_authority(CaKeyPurpose.CA).id,
            profile_version=CURRENT.version,
            created_at=now,
        )
        db.session.add(certificate)
        db.session.flush()
        audit.record(
            "certificate:reserve-serial",
            subject_type="certificate",
            subject_id=certificate.id,
            actor=SYSTEM,
            detail={"serial": certificate.serial, "enrolment": enrolment_id},
        )
        return certificate.id


_UNFINISHED = (CertificateStatus.SERIAL_RESERVED, CertificateStatus.INTENDED)


def _record_intent(certificate_id: UUID, now: datetime) -> bytes | None:
    blank = _build(certificate_id, now)
    if blank is not None and (findings := certificate_findings(_der(blank))):
        raise LintError(findings)
    with transaction():
        certificate = db.session.get_one(Certificate, certificate_id, with_for_update=True, populate_existing=True)
        if certificate.status is CertificateStatus.INTENDED:
            return certificate.tbs  # what was recorded is what is signed, whoever built it
        if certificate.status is not CertificateStatus.SERIAL_RESERVED or blank is None:
            return None
        certificate.status = require_step(certificate.status, CertificateStatus.INTENDED)
        certificate.tbs = blank.tbs_certificate_bytes
        certificate.not_before, certificate.not_after = blank.not_valid_before_utc, blank.not_valid_after_utc
        certificate.identity_anchor = blank.not_valid_before_utc
        certificate.subject = blank.subject.rfc4514_string()
        certificate.intended_at = now
        audit.record(
            "certificate:about-to-sign",
            subject_type="certificate",
            subject_id=certificate.id,
            actor=SYSTEM,
            detail={"serial": certificate.serial, "subject": certificate.subject},
        )
        return certificate.tbs


def _build(certificate_id: UUID, now: datetime) -> x509.Certificate | None:
    """The certificate with an empty signature, if it is still to be built."""
    settings = current_app.extensions["settings"]
    certificate = db.session.get_one(Certificate, certificate_id, populate_existing=True)
    if certificate.status is not CertificateStatus.SERIAL_RESERVED:
        db.session.rollback()
        return None
    enrolment = db.session.get_one(Enrolment, certificate.enrolment_id)
    applicant = db.session.get_one(Applicant, certificate.applicant_id)
    authority = db.session.get_one(CaCertificate, certificate.ca_certificate_id)
    ca = queries.load(authority)
    public = x509.load_der_x509_csr(enrolment.csr or b"").public_key()
    assert isinstance(public, PublicKey)  # the request was checked when it came
    not_before, not_after = term(
        now,
        years=settings.certificate_years,
        rsa_bits=public.key_size if isinstance(public, rsa.RSAPublicKey) else None,
        ca_not_after=ca.not_valid_after_utc,
        latest_day=latest_expiry(day_in_tokyo(now)),
    )
    builder = holder_certificate(
        PROFILES[certificate.profile_version],
        holder_of_applicant(applicant),
        public_key=public,
        serial=int(certificate.serial, 16),
        not_before=not_before,
        not_after=not_after,
        issuer=ca,
        places=Places(settings.public_url, settings.policy_oid_arc, authority.generation),
    )
    blank = unsigned(builder, _key(ca))
    db.session.rollback()
    return blank


def holder_of_applicant(applicant: Applicant) -> Holder:
    """The contents of a certificate, from the approved application."""
    company = applicant.application.company
    return Holder(
        number=applicant.number,
        name=applicant.certificate_name or applicant.name,  # 外字 give way to substitutes (registration decides)
        name_romaji=applicant.name_romaji,
        company_name=company.name,
        company_romaji=company.name_romaji,
        company_address=company.address,
        corporate_number=company.corporate_number,
    )


def _verify(der: bytes, tbs: bytes, ca: x509.Certificate) -> None:
    found = x509.load_der_x509_certificate(der)
    try:
        found.verify_directly_issued_by(ca)
    except (InvalidSignature, ValueError, TypeError) as error:
        raise SignatureWrongError from error
    if found.tbs_certificate_bytes != tbs:
        raise SignatureWrongError


def _store(certificate_id: UUID, der: bytes, now: datetime) -> None:
    found = x509.load_der_x509_certificate(der)
    with transaction():
        certificate = db.session.get_one(Certificate, certificate_id, with_for_update=True, populate_existing=True)
        if certificate.status is not CertificateStatus.INTENDED:
            return  # another run stored it
        certificate.status = require_step(certificate.status, CertificateStatus.ACTIVE)
        certificate.der, certificate.issued_at = der, now
        certificate.sha256 = found.fingerprint(SHA256()).hex()
        enrolment = queries.get_enrolment_for_update(certificate.enrolment_id)
        enrolment.status = EnrolmentStatus.ISSUED
        for pin_id in (enrolment.application_pin_id, enrolment.download_pin_id):
            if pin_id is not None:
                pin = queries.get_pin_for_update(pin_id)
                pin.status, pin.ended_at = require_step(pin.status, PinStatus.USED), now
        _take_token(certificate, now)
        audit.record(
            "certificate:issue",
            subject_type="certificate",
            subject_id=certificate.id,
            actor=SYSTEM,
            detail={"serial": certificate.serial, "sha256": certificate.sha256},
        )
        defer("app.billing.jobs.charge_certificate", certificate.id)
        defer("mailings.jobs.email_certificate_issued", certificate.id)


def _take_token(certificate: Certificate, now: datetime) -> None:
    token = queries.find_token_of_applicant(certificate.applicant_id, (TokenStatus.HELD,))
    if token is not None:
        token.status, token.changed_at = require_step(token.status, TokenStatus.ACTIVE), now
        certificate.token_id = token.id


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)


def _key(ca: x509.Certificate) -> PublicKey:
    key = ca.public_key()
    assert isinstance(key, PublicKey)
    return key
