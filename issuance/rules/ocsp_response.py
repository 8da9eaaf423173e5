"""OCSP answers, assembled from DER (RFC 6960 §4.2). Pure."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache

from app.core import der
from issuance.rules.ocsp_request import NONCE, ResponseStatus
from issuance.rules.revocation import REASONS

BASIC = der.oid("1.3.6.1.5.5.7.48.1.1")
ARCHIVE_CUTOFF = der.oid("1.3.6.1.5.5.7.48.1.6")
INVALIDITY_DATE = der.oid("2.5.29.24")
_GOOD, _UNKNOWN = b"\x80\x00", b"\x82\x00"


class Word(StrEnum):
    """CertStatus."""

    GOOD = "good"
    REVOKED = "revoked"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Status:
    """What is known of one certificate."""

    word: Word
    reason: str = ""  # by its name in RFC 5280
    revoked_at: datetime | None = None
    invalid_since: datetime | None = None  # invalidityDate

    @property
    def fingerprint(self) -> str:
        """Text that differs for different statuses: an answer that was signed for another one is never given."""
        moments = (moment.isoformat() if moment else "" for moment in (self.revoked_at, self.invalid_since))
        return "|".join((self.word, self.reason, *moments))


UNKNOWN = Status(Word.UNKNOWN)
GOOD = Status(Word.GOOD)


def single_response(
    cert_id: bytes, status: Status, *, this_update: datetime, next_update: datetime, archive_cutoff: datetime
) -> bytes:
    """SingleResponse.

    Args:
        cert_id: DER of the CertID as it was asked.
        status: what is known.
        this_update: when it was looked up, UTC.
        next_update: until when it may be relied on, UTC.
        archive_cutoff: since when statuses are kept, also beyond the end of a certificate (§4.4.4). Not said of a
            certificate that is unknown.
    """
    extensions = b"" if status.word is Word.UNKNOWN else _single_extensions(archive_cutoff, status.invalid_since)
    return der.sequence(
        cert_id,
        _cert_status(status),
        der.generalized_time(this_update),
        der.context(0, der.generalized_time(next_update)),
        extensions,
    )


def response_data(
    responder_key_hash: bytes, *, produced_at: datetime, responses: tuple[bytes, ...], nonce: bytes | None
) -> bytes:
    """ResponseData: what is signed.

    Args:
        responder_key_hash: SHA-1 of the responder's public key, without tag, length and unused bits (byKey).
        produced_at: when it is signed, UTC.
        responses: of `single_response`, in the order of the request.
        nonce: value of the request's extension, repeated.
    """
    extensions = b""
    if nonce is not None:
        extensions = der.context(1, der.sequence(der.sequence(der.oid(NONCE), der.octets(nonce))))
    return der.sequence(
        _by_key(responder_key_hash),
        der.generalized_time(produced_at),
        der.sequence(*responses),
        extensions,
    )


def successful(data: bytes, *, algorithm: bytes, signature: bytes, certificate: bytes) -> bytes:
    """OCSPResponse around signed ResponseData, with the responder's certificate (DER)."""
    basic = der.sequence(data, algorithm, der.bits(signature), _certificates(certificate))
    body = der.context(0, der.sequence(BASIC, der.octets(basic)))
    return der.sequence(der.enumerated(ResponseStatus.SUCCESSFUL), body)


def refusal(status: ResponseStatus) -> bytes:
    """OCSPResponse without an answer: nobody signs it (§2.3)."""
    return der.sequence(der.enumerated(status))


def key_hash(subject_public_key: bytes) -> bytes:
    """SHA-1 of a public key's bits, as responderID wants it (§4.2.1)."""
    return hashlib.sha1(subject_public_key, usedforsecurity=False).digest()


# What is the same in many answers is written once.


@lru_cache(maxsize=256)
def _single_extensions(archive_cutoff: datetime, invalid_since: datetime | None) -> bytes:
    listed = [der.sequence(ARCHIVE_CUTOFF, der.octets(der.generalized_time(archive_cutoff)))]
    if invalid_since:
        listed.append(der.sequence(INVALIDITY_DATE, der.octets(der.generalized_time(invalid_since))))
    return der.context(1, der.sequence(*listed))


@lru_cache(maxsize=32)
def _by_key(responder_key_hash: bytes) -> bytes:
    return der.context(2, der.octets(responder_key_hash))


@lru_cache(maxsize=32)
def _certificates(certificate: bytes) -> bytes:
    return der.context(0, der.sequence(certificate))


def _cert_status(status: Status) -> bytes:
    if status.word is Word.GOOD:
        return _GOOD
    if status.revoked_at is None:
        return _UNKNOWN
    code = REASONS.get(status.reason, 0)
    reason = der.context(0, der.enumerated(code)) if code else b""  # as in the CRL: nothing instead of unspecified
    return der.context(1, der.generalized_time(status.revoked_at) + reason)
