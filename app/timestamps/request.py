"""What a client of the time-stamping authority asks, and how it is refused (RFC 3161 §2.4.1, §2.4.2). Pure."""

from dataclasses import dataclass
from enum import IntEnum

from asn1crypto import tsp

from app.core import der

DIGESTS = {"2.16.840.1.101.3.4.2.1": 32, "2.16.840.1.101.3.4.2.2": 48, "2.16.840.1.101.3.4.2.3": 64}
MOST_NONCE_OCTETS = 64
_GRANTED, _REJECTION = 0, 2


class Failure(IntEnum):
    """PKIFailureInfo: the number of the bit."""

    BAD_ALG = 0
    BAD_REQUEST = 2
    BAD_DATA_FORMAT = 5
    TIME_NOT_AVAILABLE = 14
    UNACCEPTED_POLICY = 15
    UNACCEPTED_EXTENSION = 16
    ADD_INFO_NOT_AVAILABLE = 17
    SYSTEM_FAILURE = 25


# statusString: for the person who reads the client's log.
WORDS = {
    Failure.BAD_ALG: "Only SHA-256, SHA-384 and SHA-512 are stamped, without parameters.",
    Failure.BAD_REQUEST: "The request is of another version, or its nonce is too long.",
    Failure.BAD_DATA_FORMAT: "This is no TimeStampReq, or the digest has not the length of its algorithm.",
    Failure.TIME_NOT_AVAILABLE: "The clock is not known to be right. Try again in some minutes.",
    Failure.UNACCEPTED_POLICY: "Stamps are given under another policy only.",
    Failure.UNACCEPTED_EXTENSION: "No extension is supported.",
    Failure.ADD_INFO_NOT_AVAILABLE: "The certificates that were asked for are not there. Ask without certReq.",
    Failure.SYSTEM_FAILURE: "The authority cannot sign now. Try again in some minutes.",
}


class RefusedError(Exception):
    """There is no token for this."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.name)
        self.failure = failure


# What nearly everybody sends: version 1, then the algorithm with NULL or without parameters, up to the digest of so many octets.
_PLAIN = [
    (der.sequence(der.sequence(der.oid(oid), parameters), der.octets(bytes(size)))[:-size], size)
    for oid, size in DIGESTS.items()
    for parameters in (der.NULL, b"")
]
_VERSION, _TRUE = der.integer(1), der.boolean(value=True)
_AT = 2 + len(_VERSION)
_LONGEST_NONCE, _LONGEST_PLAIN = 2 + 16, 127


@dataclass(frozen=True, slots=True)
class StampRequest:
    """A readable request."""

    imprint: bytes  # DER of the MessageImprint, as it was asked
    nonce: bytes | None  # DER of the INTEGER, as it was asked
    wants_certificates: bool


def read_request(data: bytes, *, policy: str) -> StampRequest:
    """Read a TimeStampReq (DER).

    Args:
        data: what came.
        policy: OID of the only policy.

    Raises:
        RefusedError: with what is wrong with it.
    """
    return _read_plain(data) or _read_any(data, policy)


def _read_plain(data: bytes) -> StampRequest | None:
    """A request for one of the digests with perhaps a short nonce and certReq, and nothing else: by comparing octets."""
    if data[:1] != b"\x30" or data[1:2] != bytes((len(data) - 2 & 0xFF,)) or len(data) > _LONGEST_PLAIN:
        return None
    for head, size in _PLAIN:
        end = _AT + len(head) + size
        if data.startswith(head, _AT) and len(data) >= end and data.startswith(_VERSION, 2):
            rest = data[end:]
            nonce = rest.removesuffix(_TRUE)
            return StampRequest(data[_AT:end], nonce or None, nonce != rest) if _is_nonce(nonce) else None
    return None


def _is_nonce(data: bytes) -> bool:
    """Whether this is nothing, or one positive INTEGER of at most sixteen octets in DER."""
    value = int.from_bytes(data[2:], "big")
    return not data or (len(data) <= _LONGEST_NONCE and data == der.integer(value))


def _read_any(data: bytes, policy: str) -> StampRequest:
    try:
        request = tsp.TimeStampReq.load(data, strict=True)
        version = request["version"].native
        imprint = request["message_imprint"]
        algorithm, named = imprint["hash_algorithm"]["algorithm"].dotted, imprint["hash_algorithm"].contents
        hashed = imprint["hashed_message"].native
        asked_policy = request["req_policy"].native and request["req_policy"].dotted
        nonce = None if request["nonce"].native is None else request["nonce"].dump()
        wants_certificates = bool(request["cert_req"].native)
        has_extensions = bool(request["extensions"])
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError) as error:
        raise RefusedError(Failure.BAD_DATA_FORMAT) from error
    if version != "v1" or (nonce is not None and len(nonce) > MOST_NONCE_OCTETS + 2):
        raise RefusedError(Failure.BAD_REQUEST)
    # Parameters of one's own would be kept in our log and stand under our signature (OpenSSL: "superfluous").
    if algorithm not in DIGESTS or named not in {der.oid(algorithm) + der.NULL, der.oid(algorithm)}:
        raise RefusedError(Failure.BAD_ALG)
    if len(hashed) != DIGESTS[algorithm]:
        raise RefusedError(Failure.BAD_DATA_FORMAT)
    if asked_policy and asked_policy != policy:
        raise RefusedError(Failure.UNACCEPTED_POLICY)
    if has_extensions:
        raise RefusedError(Failure.UNACCEPTED_EXTENSION)
    return StampRequest(imprint.dump(), nonce, wants_certificates)


def granted(token: bytes) -> bytes:
    """TimeStampResp with a token."""
    return der.sequence(der.sequence(der.integer(_GRANTED)), token)


def rejection(failure: Failure, *, words: str = "") -> bytes:
    """TimeStampResp without a token: status, statusString (the usual words, or others), failInfo."""
    octets = bytearray(failure // 8 + 1)
    octets[-1] = 0x80 >> failure % 8
    info = der.tlv(0x03, bytes([7 - failure % 8]) + bytes(octets))  # DER: no zero bits after the last one
    text = der.sequence(der.utf8(words or WORDS[failure]))
    return der.sequence(der.sequence(der.integer(_REJECTION), text, info))
