"""What the client `cectrust enrol` talks to: JSON over HTTP, the PIN as the credential, no cookies."""

import base64
import binascii
from typing import Any
from uuid import UUID

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.core.errors import DomainError
from app.enrol.messages import both_languages
from app.security import PIN_LIMIT, limiter, machine
from app.signer import SignerUnavailableError
from issuance import queries
from issuance.errors import PinLockedError, PinTypingError, PinWrongError
from issuance.services.request_certificate import request_certificate
from models.certificates import CaCertificate, Certificate
from models.enrolments import Enrolment
from models.enums import EnrolmentStatus
from models.promises import Promise

api = Blueprint("enrol_api", __name__, url_prefix="/api/enrol")


@api.post("/requests")
@limiter.limit(PIN_LIMIT)
@machine
def post_request() -> ResponseReturnValue:
    """A certificate request with application number and ダウンロードPIN. Answers 202 and where to ask."""
    given = request.get_json(silent=True)
    body: dict[str, Any] = given if isinstance(given, dict) else {}
    try:
        csr = base64.b64decode(str(body.get("csr", "")), validate=True)
    except binascii.Error:
        csr = b""
    try:
        enrolment_id = request_certificate(
            str(body.get("application_number", "")),
            str(body.get("download_pin", "")),
            csr,
            token_serial=str(body.get("token_serial", "")),
            now=clock.now(),
        )
    except DomainError as error:
        db.session.rollback()
        return {"error": error.code, "message": both_languages(error)}, _status(error)
    # The address is the receipt: unguessable, and good for nothing but asking.
    return {"status": "requested", "url": url_for(".get_request", enrolment_id=enrolment_id)}, 202


@api.get("/requests/<uuid:enrolment_id>")
@machine
def get_request(enrolment_id: UUID) -> ResponseReturnValue:
    """The certificate with the CA's, once it is issued."""
    enrolment = db.session.get(Enrolment, enrolment_id)
    if enrolment is None:
        return {"error": "not-found"}, 404
    if enrolment.status is EnrolmentStatus.ISSUED:
        certificate = queries.find_certificate(enrolment_id)
        assert certificate is not None
        assert certificate.der is not None
        return {"status": "issued", **_chain(certificate)}
    failure = db.session.scalar(
        select(Promise.last_error).where(Promise.subject_id == enrolment_id, Promise.done_at.is_(None)).limit(1)
    )
    waits = "signer" if failure and "Signer" in failure else ""
    return {"status": enrolment.status.value, "waits_for": waits}, 202, {"Retry-After": "1"}


def _chain(certificate: Certificate) -> dict[str, str]:
    ca = db.session.get_one(CaCertificate, certificate.ca_certificate_id)
    return {
        "certificate": base64.b64encode(certificate.der or b"").decode(),
        "ca": base64.b64encode(ca.der).decode(),
    }


def _status(error: DomainError) -> int:
    if isinstance(error, SignerUnavailableError):
        return 503
    if isinstance(error, PinWrongError | PinTypingError | PinLockedError):
        return 403
    return 422
