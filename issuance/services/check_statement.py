"""Giving a holder a statement to sign, and judging what comes back. Nothing is kept between the two.

The service's mark is an HMAC whose key the signing process holds: only what we gave out, a short while ago, is taken.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from app import audit, signer
from app.core.actor import Actor, ActorKind
from app.core.db import db
from issuance import queries
from issuance.errors import StatementError
from issuance.rules.statements import (
    Purpose,
    Statement,
    StatementFormError,
    is_fresh,
    parse,
    with_mark,
    write_body,
)
from issuance.services.verifier import PEPPER
from models.applications import Applicant
from models.certificates import Certificate


@dataclass(frozen=True, slots=True)
class Checked:
    """A statement that the holder of a certificate really signed."""

    certificate: Certificate
    details: Mapping[str, str]
    holder: Actor


def give_statement(purpose: Purpose, serial: str, details: Mapping[str, str], *, now: datetime) -> bytes:
    """A statement to sign, UTF-8. It is given for any serial number: whether there is such a certificate is not told.

    Raises:
        StatementError: statement-form.
        SignerUnavailableError: the signing process does not answer.
    """
    try:
        body = write_body(purpose, serial, now, details)
    except StatementFormError as error:
        raise StatementError("statement-form") from error
    return with_mark(body, _mark(body))


def check_statement(data: bytes, signature: bytes, *, purpose: Purpose, now: datetime) -> Checked:
    """Judge a signed statement. Refusals are on record when the certificate is known.

    Args:
        data: the statement as it was given.
        signature: RSASSA-PKCS1-v1_5 or ECDSA, with SHA-256, of the key that the certificate is for.
        purpose: the only one that is taken here.
        now: the present moment.

    Raises:
        StatementError: statement-form, statement-purpose, statement-forged (not given by us), statement-old,
            statement-certificate (no such certificate), statement-signature.
        SignerUnavailableError: the signing process does not answer.
    """
    try:
        statement = parse(data)
    except StatementFormError as error:
        raise StatementError("statement-form") from error
    if statement.purpose is not purpose:
        raise StatementError("statement-purpose")
    if not hmac.compare_digest(statement.mark, _mark(statement.body)):
        raise StatementError("statement-forged")
    if not is_fresh(statement, now):
        raise StatementError("statement-old")
    certificate = queries.find_by_serial(statement.serial)
    if certificate is None or certificate.der is None:
        raise StatementError("statement-certificate")
    holder = _holder(certificate)
    if not _is_signed(certificate.der, data, signature):
        _refuse(certificate.id, holder, statement)
    return Checked(certificate, statement.details, holder)


def _mark(body: bytes) -> str:
    return signer.current().hmac(PEPPER, b"statement:" + body).hex()


def _holder(certificate: Certificate) -> Actor:
    applicant = db.session.get_one(Applicant, certificate.applicant_id)
    return Actor(ActorKind.HOLDER, applicant.id, applicant.name)


def _is_signed(der: bytes, data: bytes, signature: bytes) -> bool:
    key = x509.load_der_x509_certificate(der).public_key()
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, data, padding.PKCS1v15(), SHA256())
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, data, ec.ECDSA(SHA256()))
        else:
            return False
    except InvalidSignature:
        return False
    return True


def _refuse(certificate_id: UUID, holder: Actor, statement: Statement) -> None:
    db.session.rollback()
    audit.attempt(
        f"statement:{statement.purpose.value}",
        subject_type="certificate",
        subject_id=certificate_id,
        actor=holder,
        outcome="refused",
        error="statement-signature",
    )
    raise StatementError("statement-signature")
