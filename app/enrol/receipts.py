"""The confirmation of receipt: the client posts what it signed, and asks how it stands."""

import base64
import binascii
from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.errors import DomainError
from app.enrol.answers import as_json, too_many
from app.security import PIN_LIMIT, limiter, machine
from issuance.queries.receipts import find_certificate_by_digest, find_receipt
from issuance.rules.receipts import receipt_state
from issuance.services.confirm_receipt import confirm_receipt

receipts = Blueprint("receipts", __name__, url_prefix="/api/holder/receipts")


@receipts.errorhandler(429)
def _too_many(_error: Exception) -> ResponseReturnValue:
    return too_many()


@receipts.post("")
@limiter.limit(PIN_LIMIT)
@machine
def post_receipt() -> ResponseReturnValue:
    """JSON: `statement` (text, as it was given) and `signature` (base64). The same again is answered the same."""
    given = request.get_json(silent=True)
    body: dict[str, Any] = given if isinstance(given, dict) else {}
    try:
        signature = base64.b64decode(str(body.get("signature", "")), validate=True)
    except binascii.Error:
        signature = b""
    try:
        done = confirm_receipt(str(body.get("statement", "")).encode(), signature, now=clock.now())
    except DomainError as error:
        return as_json(error)
    return {"status": "confirmed", "serial": done.serial, "confirmed_at": done.confirmed_at.isoformat()}


@receipts.get("/<string:sha256>")
@machine
def get_receipt(sha256: str) -> ResponseReturnValue:
    """How it stands with a certificate, by the SHA-256 of its DER: not-asked, waiting, overdue or confirmed."""
    certificate = find_certificate_by_digest(sha256)
    if certificate is None:
        return {"error": "not-found"}, 404
    found = find_receipt(certificate.id)
    due = certificate.receipt_due_on
    state = receipt_state(due_on=due, is_confirmed=found is not None, today=clock.today())
    return {
        "status": state.value,
        "certificate": certificate.status.value,
        "due_on": due.isoformat() if due else None,
        "confirmed_at": found.confirmed_at.isoformat() if found else None,
    }
