"""Last step of the issue: certificate, PINs used, token, promises, in one transaction."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from flask import current_app
from sqlalchemy import update

from app import audit
from app.core.actor import SYSTEM
from app.core.clock import day_in_tokyo
from app.core.db import db
from app.core.transaction import transaction
from app.jobs import defer
from issuance.queries.issuing import lock_certificates, lock_enrolments, lock_tokens_in_hand, pins_in_order
from issuance.rules.states import require_step
from issuance.services.record_intents import Intent
from issuance.services.token_steps import move
from models.certificates import Certificate
from models.enrolments import Enrolment
from models.enums import CertificateStatus, EnrolmentStatus, PinStatus, TokenStatus
from models.pin_secrets import PinSecret
from models.tokens import Token


def store_certificates(signed: Sequence[tuple[Intent, bytes]], *, now: datetime) -> None:
    """Store what was signed and verified. What another run stored, or made suspect meanwhile, is left alone.

    Args:
        signed: the intents with their certificates (DER).
        now: the present moment; the days for the confirmation of receipt begin with it.
    """
    ders = {intent.certificate_id: der for intent, der in signed}
    with transaction():
        enrolments = lock_enrolments([intent.enrolment_id for intent, _der in signed])
        certificates = [row for row in lock_certificates(ders) if row.status is CertificateStatus.INTENDED]
        tokens = lock_tokens_in_hand([row.applicant_id for row in certificates])
        pins: list[UUID] = []
        for certificate in certificates:
            enrolment = enrolments[certificate.enrolment_id]
            _store(certificate, ders[certificate.id], now)
            _take_token(certificate, enrolment, tokens.get(certificate.applicant_id), now)
            enrolment.status = EnrolmentStatus.ISSUED
            pins += [key for key in (enrolment.application_pin_id, enrolment.download_pin_id) if key is not None]
        _use_pins(pins, now)


def _store(certificate: Certificate, der: bytes, now: datetime) -> None:
    certificate.status = require_step(certificate.status, CertificateStatus.ACTIVE)
    certificate.der, certificate.issued_at = der, now
    certificate.sha256 = x509.load_der_x509_certificate(der).fingerprint(SHA256()).hex()
    days = current_app.extensions["settings"].receipt_days
    certificate.receipt_due_on = day_in_tokyo(now) + timedelta(days=days)
    audit.record(
        "certificate:issue",
        subject_type="certificate",
        subject_id=certificate.id,
        actor=SYSTEM,
        detail={"serial": certificate.serial, "sha256": certificate.sha256},
    )
    defer("app.billing.jobs.charge_certificate", certificate.id)
    defer("mailings.jobs.email_certificate_issued", certificate.id)


def _take_token(certificate: Certificate, enrolment: Enrolment, token: Token | None, now: datetime) -> None:
    if token is None or enrolment.token_serial not in {None, token.serial_number}:
        return
    if token.status is TokenStatus.HELD:  # a renewal's token is active already
        move(token, TokenStatus.ACTIVE, actor=SYSTEM, now=now, detail={"certificate": certificate.serial})
    certificate.token_id = token.id


def _use_pins(pin_ids: list[UUID], now: datetime) -> None:
    """The PINs did their work. One that somebody locked meanwhile by guessing stays so: it was right when it counted."""
    used = require_step(PinStatus.RESERVED, PinStatus.USED)
    db.session.execute(
        update(PinSecret)
        .where(PinSecret.id.in_(pins_in_order(pin_ids, PinStatus.RESERVED)))
        .values(status=used, ended_at=now)
        .execution_options(synchronize_session=False)  # none of them was read here
    )
