"""What `cectrust sign` talks to. No cookie counts here: the one-time code and the signature are what is checked."""

import base64
import binascii
import zlib
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from app import storage
from app.contracts import queries
from app.contracts.errors import (
    CertificateRefusedError,
    ContractError,
    SignatureRefusedError,
    SigningCodeError,
)
from app.contracts.rules import codes
from app.contracts.services.open_signing_session import Opened, open_signing_session
from app.contracts.services.report_refusal import report_refusal
from app.contracts.services.submit_signature import submit_signature
from app.contracts.web.messages import both_languages
from app.core import clock
from app.core.errors import DomainError, NotFoundError
from app.security import PIN_LIMIT, limiter, machine
from app.signer import SignerRefusedError, SignerUnavailableError
from app.timestamps import StampRejectedError

signing_api = Blueprint("signing_api", __name__, url_prefix="/api/signing")

STATUS: tuple[tuple[type[DomainError], int], ...] = (
    (SigningCodeError, 403),
    (CertificateRefusedError, 403),
    (SignatureRefusedError, 422),
    (ContractError, 409),
    (NotFoundError, 404),
    (SignerUnavailableError, 503),
    (SignerRefusedError, 503),
    (StampRejectedError, 503),
)


class MalformedError(DomainError):
    """The request is not what this interface takes."""

    def __init__(self) -> None:
        super().__init__("malformed")


@signing_api.errorhandler(DomainError)
def tell(error: DomainError) -> ResponseReturnValue:
    """An error as the program reads it: a code, and sentences in both languages."""
    status = next((number for kind, number in STATUS if isinstance(error, kind)), 400)
    return jsonify(error=error.code, message=both_languages(error)), status


@signing_api.post("/sessions")
@machine
@limiter.limit(PIN_LIMIT)
def open_session() -> ResponseReturnValue:
    """Code and certificate in; what is to be signed out."""
    given = _json()
    opened = open_signing_session(_text(given, "code"), _bytes(given, "certificate"), now=clock.now())
    return jsonify(_told(opened)), 201


@signing_api.get("/sessions/<uuid:session_id>/base")
@machine
@limiter.limit(PIN_LIMIT)
def base(session_id: UUID) -> ResponseReturnValue:
    """The revision that is signed over, so that the program can derive the digest itself."""
    _require_code(session_id, request.headers.get("X-Signing-Code", ""))
    revision = queries.get_revision_by_id(queries.get_session(session_id).base_revision_id)
    return Response(storage.get(revision.sha256), mimetype="application/pdf")


@signing_api.post("/sessions/<uuid:session_id>/signature")
@machine
@limiter.limit(PIN_LIMIT)
def signature(session_id: UUID) -> ResponseReturnValue:
    """The signature value in; the accepted revision out. Safe to send again."""
    given = _json()
    accepted = submit_signature(session_id, _text(given, "code"), _bytes(given, "signature"), now=clock.now())
    return jsonify(revision=accepted.number, sha256=accepted.sha256, complete=accepted.is_complete)


@signing_api.post("/sessions/<uuid:session_id>/refusal")
@machine
@limiter.limit(PIN_LIMIT)
def refusal(session_id: UUID) -> ResponseReturnValue:
    """The program would not sign, and says why in a word that we know. Safe to send again."""
    given = _json()
    report_refusal(session_id, _text(given, "code"), _text(given, "reason"))
    return jsonify(noted=True)


def _told(opened: Opened) -> dict[str, Any]:
    prepared = opened.prepared
    return {
        "session": str(opened.session_id),
        "expires_at": opened.expires_at.isoformat(),
        "contract": {
            "number": opened.number,
            "title": opened.title,
            "amount": opened.amount,
            "date": opened.contract_date,
            "counterparty": opened.counterparty,
            "signer": opened.signer,
        },
        "base": {"sha256": opened.base_sha256, "bytes": opened.base_byte_count},
        "field": opened.field_name,
        "delta": base64.b64encode(zlib.compress(prepared.delta, 9)).decode(),
        "hole": [prepared.hole_start, prepared.hole_end],
        "signed_attributes": base64.b64encode(prepared.signed_attributes).decode(),
    }


def _require_code(session_id: UUID, code: str) -> None:
    if queries.find_code_of_session(session_id, codes.digest(codes.read(code))) is None:
        raise SigningCodeError


def _json() -> dict[str, Any]:
    given = request.get_json(silent=True)
    if not isinstance(given, dict):
        raise MalformedError
    return given


def _text(given: dict[str, Any], name: str) -> str:
    value = given.get(name)
    if not isinstance(value, str) or len(value) > 10_000:
        raise MalformedError
    return value


def _bytes(given: dict[str, Any], name: str) -> bytes:
    try:
        return base64.b64decode(_text(given, name), validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedError from error
