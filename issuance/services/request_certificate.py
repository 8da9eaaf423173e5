"""The holder's client sends a certificate request: key on the approved token, ダウンロードPIN as the credential."""

from datetime import datetime
from uuid import UUID

from app import audit
from app.core.db import db
from app.core.errors import DomainError
from app.core.transaction import transaction
from app.jobs import defer
from issuance import queries
from issuance.errors import RequestRefusedError, TokenError
from issuance.queries.profiles import get_profiles
from issuance.rules.requests import Request, parse_request
from issuance.rules.states import require_step
from issuance.services.check_pin import check_pin, holder_of
from models.applications import Applicant
from models.enrolments import Enrolment
from models.enums import EnrolmentStatus, PinKind, PinStatus, TokenStatus

ON_THE_WAY = (TokenStatus.ENCLOSED, TokenStatus.POSTED, TokenStatus.HELD)


def request_certificate(
    application_number: str, download_pin: str, csr: bytes, *, token_serial: str, now: datetime
) -> UUID:
    """Take a request in and promise the certificate. The same request again is the same request.

    Args:
        application_number: as on the approval notice.
        download_pin: from the e-mail.
        csr: PKCS#10, PEM or DER.
        token_serial: of the eToken, as the client read it from the chip.
        now: the present moment.

    Returns:
        key of the enrolment, to ask after.

    Raises:
        PinTypingError, PinWrongError, PinLockedError, PinUsedError, PinExpiredError: see check_pin.
        RequestRefusedError: the request or its key; the PIN stays usable.
        TokenError: not the eToken that was sent to this holder.
    """
    secret = check_pin(application_number, download_pin, PinKind.DOWNLOAD, now=now)
    secret_id, applicant_id = secret.id, secret.applicant_id
    db.session.rollback()
    try:
        request = parse_request(csr, get_profiles().holder)
        return _take(applicant_id, secret_id, request, token_serial.strip(), now)
    except DomainError as error:
        applicant = db.session.get_one(Applicant, applicant_id)
        actor = holder_of(applicant)
        db.session.rollback()
        audit.attempt(
            "enrolment:request",
            subject_type="applicant",
            subject_id=applicant_id,
            actor=actor,
            outcome="refused",
            error=error.code,
        )
        raise


def _take(applicant_id: UUID, secret_id: UUID, request: Request, token_serial: str, now: datetime) -> UUID:
    with transaction():
        secret = queries.get_pin_for_update(secret_id)
        applicant = db.session.get_one(Applicant, applicant_id)
        found = queries.find_open_enrolment(applicant_id)
        if found is None or found.download_pin_id != secret_id:
            raise RequestRefusedError("no-enrolment")
        enrolment = queries.get_enrolment_for_update(found.id)
        if enrolment.status is EnrolmentStatus.REQUESTED and enrolment.spki_sha256 == request.spki_sha256:
            return enrolment.id
        if enrolment.status is not EnrolmentStatus.OPENED:
            raise RequestRefusedError("request-known")
        token = queries.find_token_of_applicant(applicant_id, ON_THE_WAY)
        if token is None or token.serial_number != token_serial:
            raise TokenError("token-not-yours", serial=token_serial)
        if queries.is_key_known(request.spki_sha256, except_enrolment=enrolment.id):
            raise RequestRefusedError("key-known")
        _record(enrolment, request, token_serial, now)
        secret.status = require_step(secret.status, PinStatus.RESERVED)
        audit.record(
            "enrolment:request",
            subject_type="enrolment",
            subject_id=enrolment.id,
            actor=holder_of(applicant),
            detail={"key": request.spki_sha256, "token": token_serial},
        )
        defer("issuance.jobs.issue_certificate", enrolment.id)
        return enrolment.id


def _record(enrolment: Enrolment, request: Request, token_serial: str, now: datetime) -> None:
    enrolment.status = EnrolmentStatus.REQUESTED
    enrolment.csr = request.der
    enrolment.spki_sha256 = request.spki_sha256
    enrolment.token_serial = token_serial
    enrolment.requested_at = now
