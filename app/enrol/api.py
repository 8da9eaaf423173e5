"""What the client `cectrust enrol` talks to: JSON over HTTP, the PIN as the credential, no cookies."""

import base64
import binascii
from typing import Any
from uuid import UUID

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.errors import DomainError
from app.enrol.answers import as_json, busy, too_many
from app.security import PIN_LIMIT, limiter, machine
from app.security.gate import BusyError
from issuance.errors import AttestationError, RequestRefusedError
from issuance.queries.requests import find_outcome
from issuance.rules.attestation import MOST_BYTES
from issuance.services.request_certificate import Origin, request_certificate

api = Blueprint("enrol_api", __name__, url_prefix="/api/enrol")


@api.errorhandler(429)
def _too_many(_error: Exception) -> ResponseReturnValue:
    return too_many()


@api.errorhandler(BusyError)
def _busy(_error: BusyError) -> ResponseReturnValue:
    return busy()


@api.post("/requests")
@limiter.limit(PIN_LIMIT)
@machine
def post_request() -> ResponseReturnValue:
    """A certificate request with application number and ダウンロードPIN. Answers 202 and where to ask.

    JSON: application_number, download_pin, csr (base64), token_serial, and attestation (PEM) if the token has one.
    """
    given = request.get_json(silent=True)
    body: dict[str, Any] = given if isinstance(given, dict) else {}
    try:
        enrolment_id = request_certificate(
            str(body.get("application_number", "")),
            str(body.get("download_pin", "")),
            _decoded(body.get("csr")),
            origin=Origin(str(body.get("token_serial", "")).strip(), attestation=_attestation(body)),
            now=clock.now(),
        )
    except DomainError as error:
        return as_json(error)
    # The address is the receipt: unguessable, and good for nothing but asking.
    return {"status": "requested", "url": url_for(".get_request", enrolment_id=enrolment_id)}, 202


@api.get("/requests/<uuid:enrolment_id>")
@machine
def get_request(enrolment_id: UUID) -> ResponseReturnValue:
    """The certificate with the CA's, once it is issued."""
    outcome = find_outcome(enrolment_id)
    if outcome is None:
        return {"error": "not-found"}, 404
    if outcome.refusal_code:
        return as_json(RequestRefusedError(outcome.refusal_code))
    if outcome.certificate is None:
        waits = "officer" if outcome.waits_for_officer else "signer" if outcome.waits_for_signer else ""
        return {"status": outcome.status.value, "waits_for": waits}, 202, {"Retry-After": "1"}
    due = outcome.certificate.receipt_due_on
    return {
        "status": "issued",
        "certificate": base64.b64encode(outcome.certificate.der or b"").decode(),
        "ca": base64.b64encode(outcome.ca_der).decode(),
        "receipt_due_on": due.isoformat() if due else None,
    }


def _decoded(text: object) -> bytes:
    try:
        return base64.b64decode(str(text or ""), validate=True)
    except binascii.Error:
        return b""


def _attestation(body: dict[str, Any]) -> bytes:
    given = str(body.get("attestation") or "").strip()
    if len(given) > MOST_BYTES:
        raise AttestationError("attestation-malformed")
    return given.encode()
