"""The built-in time-stamping authority: requests in, tokens or rejections out (RFC 3161 §2.4). It is not accredited."""

from datetime import datetime
from functools import lru_cache

from asn1crypto import tsp
from cryptography import x509
from flask import current_app
from sqlalchemy import insert, select

from app import signer
from app.core import clock, der
from app.core.db import db
from app.core.errors import DomainError
from app.timestamps.token import Stamp, build_token
from models.certificates import CaCertificate
from models.enums import CaKeyPurpose
from models.time_stamps import TimeStamp

DIGESTS = {"2.16.840.1.101.3.4.2.1": 32, "2.16.840.1.101.3.4.2.2": 48, "2.16.840.1.101.3.4.2.3": 64}
POLICY_SUFFIX = ".2.1"
BAD_ALGORITHM, BAD_REQUEST, BAD_FORMAT = 0, 2, 5
TIME_NOT_AVAILABLE, UNACCEPTED_POLICY, UNACCEPTED_EXTENSION = 14, 15, 16


class NoTimeStampAuthorityError(DomainError):
    """No ceremony has made the authority's certificate. Code: no-tsa."""

    def __init__(self) -> None:
        super().__init__("no-tsa")


class _RejectedError(Exception):
    def __init__(self, failure: int) -> None:
        super().__init__(failure)
        self.failure = failure


def policy() -> str:
    """OID of the policy that tokens name."""
    return f"{current_app.extensions['settings'].policy_oid_arc}{POLICY_SUFFIX}"


def respond(request: bytes, *, now: datetime | None = None) -> bytes:
    """Answer a TimeStampReq (DER) with a TimeStampResp (DER).

    Raises:
        SignerUnavailableError, NoTimeStampAuthorityError: no answer can be signed now.
    """
    try:
        imprint, nonce, with_certificates = _read(request)
    except _RejectedError as error:
        bits = bytearray(4)
        bits[error.failure // 8] |= 0x80 >> error.failure % 8
        unused = 31 - error.failure
        content = bytes(bits)[: error.failure // 8 + 1]
        failure = der.tlv(0x03, bytes([unused % 8]) + content)
        return der.sequence(der.sequence(der.integer(2), failure))
    token = make_token(imprint, nonce=nonce, with_certificates=with_certificates, now=now or clock.now())
    return der.sequence(der.sequence(der.integer(0)), token)


def make_token(imprint: bytes, *, nonce: int | None, with_certificates: bool, now: datetime) -> bytes:
    """A token over a MessageImprint (DER)."""
    certificate, ca, label = _authority()
    return build_token(
        Stamp(imprint, _next_serial(imprint, now), now, policy(), nonce),
        certificate=certificate,
        chain=(ca,),
        signer=signer.current(),
        label=label,
        with_certificates=with_certificates,
    )


def imprint_of(digest: bytes) -> bytes:
    """MessageImprint (DER) of a SHA-256 digest."""
    return der.sequence(der.sequence(der.oid("2.16.840.1.101.3.4.2.1"), der.NULL), der.octets(digest))


def _read(data: bytes) -> tuple[bytes, int | None, bool]:
    try:
        request = tsp.TimeStampReq.load(data, strict=True)
        version = request["version"].native
        imprint = request["message_imprint"]
        algorithm = imprint["hash_algorithm"]["algorithm"].dotted
        hashed = imprint["hashed_message"].native
        asked_policy = request["req_policy"].native and request["req_policy"].dotted
        nonce = request["nonce"].native
        with_certificates = bool(request["cert_req"].native)
        extensions = request["extensions"].native
    except (ValueError, TypeError, KeyError) as error:
        raise _RejectedError(BAD_FORMAT) from error
    if version != "v1":
        raise _RejectedError(BAD_REQUEST)
    if DIGESTS.get(algorithm) is None:
        raise _RejectedError(BAD_ALGORITHM)
    if len(hashed) != DIGESTS[algorithm]:
        raise _RejectedError(BAD_FORMAT)
    if asked_policy and asked_policy != policy():
        raise _RejectedError(UNACCEPTED_POLICY)
    if extensions:
        raise _RejectedError(UNACCEPTED_EXTENSION)
    return imprint.dump(), nonce, with_certificates


def _next_serial(imprint: bytes, now: datetime) -> int:
    """A serial number that no token had before: committed at once, on a connection of its own, whatever the caller does."""
    with db.engine.begin() as connection:
        row = insert(TimeStamp).values(imprint=imprint, gen_time=now).returning(TimeStamp.serial)
        return int(connection.execute(row).scalar_one())


def _authority() -> tuple[x509.Certificate, x509.Certificate, str]:
    rows = db.session.execute(
        select(CaCertificate.purpose, CaCertificate.der, CaCertificate.key_label).where(
            CaCertificate.active, CaCertificate.purpose.in_((CaKeyPurpose.TSA, CaKeyPurpose.CA))
        )
    ).all()
    found = {purpose: (encoded, label) for purpose, encoded, label in rows}
    if len(found) != 2:
        raise NoTimeStampAuthorityError
    (tsa, label), (ca, _ca_label) = found[CaKeyPurpose.TSA], found[CaKeyPurpose.CA]
    return _parse(tsa), _parse(ca), label


@lru_cache(maxsize=8)
def _parse(encoded: bytes) -> x509.Certificate:
    return x509.load_der_x509_certificate(encoded)
