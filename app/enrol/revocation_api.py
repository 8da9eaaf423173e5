"""What `cectrust revoke` talks to: a signed statement that asks for the revocation of the certificate itself."""

import base64
import binascii
from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.db import db
from app.core.errors import DomainError
from app.enrol.messages import both_languages
from app.security import PIN_LIMIT, limiter, machine
from app.signer import SignerUnavailableError
from issuance.queries.revocations import get_request
from issuance.services.revoke_by_statement import revoke_by_statement

revocation_api = Blueprint("revocation_api", __name__, url_prefix="/api/holder")


@revocation_api.post("/revocations")
@limiter.limit(PIN_LIMIT)
@machine
def post_revocation() -> ResponseReturnValue:
    """Statement (text) and signature (base64). Answers `revoked`, or `received` if somebody is to decide."""
    given = request.get_json(silent=True)
    body: dict[str, Any] = given if isinstance(given, dict) else {}
    try:
        signature = base64.b64decode(str(body.get("signature", "")), validate=True)
        made = revoke_by_statement(str(body.get("statement", "")).encode(), signature, now=clock.now())
    except binascii.Error:
        return {"error": "statement-signature"}, 422
    except DomainError as error:
        db.session.rollback()
        return {"error": error.code, "message": both_languages(error)}, _status(error)
    asked = get_request(made)
    return {"status": asked.status.value, "number": asked.number, "reason": asked.reason}


def _status(error: DomainError) -> int:
    if isinstance(error, SignerUnavailableError):
        return 503
    return 410 if error.code == "revocation-already" else 422
