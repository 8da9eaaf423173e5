"""Enrollment over Secure Transport (RFC 7030, RFC 8951): for devices and programs that speak the standard.

Application number and ダウンロードPIN are the HTTP Basic credentials. TLS ends in front of the site (docs/enrolment.md).
"""

import base64

from cryptography import x509
from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.db import db
from app.core.errors import DomainError
from app.enrol.answers import BUSY, TOO_MANY, TOO_MANY_SECONDS, refusal_of
from app.enrol.messages import both_languages
from app.security import PIN_LIMIT, limiter, machine
from app.security.gate import BusyError
from issuance.errors import NoAuthorityError, PinTypingError, PinWrongError, RequestRefusedError
from issuance.queries.profiles import get_profiles
from issuance.queries.requests import find_outcome
from issuance.queries.trust import list_est_certificates
from issuance.rules.est import certificates_body, csr_attributes, decode_body, device_serial
from issuance.services.request_certificate import Origin, request_certificate
from models.enums import EnrolmentChannel, EnrolmentKind

est = Blueprint("est", __name__, url_prefix="/.well-known/est")

MOST_BYTES = 64 * 1024
ISSUING_SECONDS = 5
OFFICER_SECONDS = 3600  # somebody looks at it first
UNAUTHORIZED, UNPROCESSABLE = 401, 422
ALL_LIMIT = "60 per minute"  # a client that waits asks again and again; each time costs an Argon2


@est.errorhandler(429)
def _too_many(_error: Exception) -> ResponseReturnValue:
    return _plain(429, both_languages(TOO_MANY), {"Retry-After": str(TOO_MANY_SECONDS)})


@est.errorhandler(BusyError)
def _busy(_error: BusyError) -> ResponseReturnValue:
    refusal = refusal_of(BUSY)
    return _plain(refusal.status, refusal.message, refusal.headers)


@est.errorhandler(413)
def _too_large(_error: Exception) -> ResponseReturnValue:
    return _plain(413, both_languages(RequestRefusedError("csr-malformed")), {})


@est.get("/cacerts")
@machine
def cacerts() -> ResponseReturnValue:
    """The authority's certificates, the present one first (§4.1)."""
    found = list_est_certificates(clock.now())
    if not found:
        refusal = refusal_of(NoAuthorityError("ca"))
        return _plain(503, refusal.message, {"Retry-After": str(TOO_MANY_SECONDS)})
    return _encoded(certificates_body(found), "application/pkcs7-mime")


@est.get("/csrattrs")
@machine
def csrattrs() -> ResponseReturnValue:
    """What a request should have (§4.5)."""
    return _encoded(base64.b64encode(csr_attributes(get_profiles().holder)), "application/csrattrs")


@est.post("/simpleenroll")
@limiter.limit(ALL_LIMIT)
@limiter.limit(PIN_LIMIT, deduct_when=lambda response: response.status_code in {401, 403})
@machine
def simpleenroll() -> ResponseReturnValue:
    """A first certificate, on papers and the 申請PIN (§4.2.1)."""
    return _enrol(EnrolmentKind.NEW)


@est.post("/simplereenroll")
@limiter.limit(ALL_LIMIT)
@limiter.limit(PIN_LIMIT, deduct_when=lambda response: response.status_code in {401, 403})
@machine
def simplereenroll() -> ResponseReturnValue:
    """The renewal that was asked for with the present certificate's signature (§4.2.2)."""
    return _enrol(EnrolmentKind.RENEWAL)


def _enrol(kind: EnrolmentKind) -> ResponseReturnValue:
    given = request.authorization
    if given is None or given.type != "basic" or not given.username or not given.password:
        return _unauthorized()
    request.max_content_length = MOST_BYTES
    try:
        csr = decode_body(_body())
        origin = Origin(_device_serial(csr), channel=EnrolmentChannel.EST, kind=kind)
        enrolment_id = request_certificate(given.username, given.password, csr, origin=origin, now=clock.now())
        outcome = find_outcome(enrolment_id)
        if outcome is not None and outcome.refusal_code:
            raise RequestRefusedError(outcome.refusal_code)  # noqa: TRY301  one place answers refusals
    except (PinWrongError, PinTypingError):
        db.session.rollback()
        return _unauthorized()
    except DomainError as error:
        refusal = refusal_of(error)
        status = 400 if refusal.status == UNPROCESSABLE else refusal.status
        return _plain(status, refusal.message, refusal.headers)
    if outcome is None or outcome.certificate is None or outcome.certificate.der is None:
        wait = OFFICER_SECONDS if outcome is not None and outcome.waits_for_officer else ISSUING_SECONDS
        return Response(status=202, headers={"Retry-After": str(wait)})
    issued = x509.load_der_x509_certificate(outcome.certificate.der)
    return _encoded(certificates_body([issued]), "application/pkcs7-mime; smime-type=certs-only")


def _body() -> bytes:
    if request.mimetype != "application/pkcs10":
        raise RequestRefusedError("est-media-type", given=request.mimetype or "—")
    return request.get_data(cache=False)


def _device_serial(csr: bytes) -> str:
    """The token that the request names; whether the rest of it is right is judged after the PIN."""
    try:
        is_text = csr.startswith(b"-----")
        return device_serial(x509.load_pem_x509_csr(csr) if is_text else x509.load_der_x509_csr(csr))
    except ValueError:
        return ""


def _unauthorized() -> ResponseReturnValue:
    """Without a body: BouncyCastle's client fails on one."""
    return Response(status=UNAUTHORIZED, headers={"WWW-Authenticate": 'Basic realm="CECSIGN EST", charset="UTF-8"'})


def _encoded(body: bytes, content_type: str) -> ResponseReturnValue:
    return Response(body, content_type=content_type, headers={"Content-Transfer-Encoding": "base64"})


def _plain(status: int, message: dict[str, str], headers: dict[str, str]) -> ResponseReturnValue:
    """A reason that a person reads in a log: English, then Japanese (§4.2.3)."""
    text = f"{message['en']}\n{message['ja']}\n"
    return Response(text, status=status, content_type="text/plain; charset=utf-8", headers=headers)
