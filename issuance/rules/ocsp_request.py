"""What an OCSP client asks (RFC 6960 §4.1, RFC 9654). Pure.

`cryptography` refuses a request for several certificates; that, and whatever is unusual, is read with asn1crypto.
"""

from dataclasses import dataclass
from enum import IntEnum

from asn1crypto import core, ocsp
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.x509 import ocsp as x509_ocsp

from app.core import der
from app.core.errors import DomainError

MOST_BYTES = 4096  # ten questions with SHA-512 and a long nonce are 2,000
MOST_QUESTIONS = 10
MOST_NONCE_OCTETS = 128  # RFC 9654 §2.1
NONCE = "1.3.6.1.5.5.7.48.1.2"
# Understood in a request: the nonce; these two are understood and change nothing, since there is one answer type and
# one signature algorithm per key (RFC 6960 §4.4.3, §4.4.7).
HARMLESS = {"1.3.6.1.5.5.7.48.1.4", "1.3.6.1.5.5.7.48.1.8"}
_NONCE = der.oid(NONCE)
_OIDS = {"sha1": "1.3.14.3.2.26", "sha256": "2.16.840.1.101.3.4.2.1"}
_UNREADABLE = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError)


class ResponseStatus(IntEnum):
    """OCSPResponseStatus (RFC 6960 §4.2.1)."""

    SUCCESSFUL = 0
    MALFORMED_REQUEST = 1
    INTERNAL_ERROR = 2
    TRY_LATER = 3
    UNAUTHORIZED = 6


class OcspRefusedError(DomainError):
    """There is no signed answer to this. Code: ocsp-refused; `told` is what the client is told."""

    def __init__(self, status: ResponseStatus) -> None:
        super().__init__("ocsp-refused", status=status.name)
        self.told = status


@dataclass(frozen=True, slots=True)
class CertId:
    """Which certificate is meant."""

    encoded: bytes  # DER as it was asked: the answer repeats it
    algorithm: str  # OID of the hash
    name_hash: bytes
    key_hash: bytes
    serial: int
    is_plain: bool  # written as everybody writes it: in DER, with or without NULL for the hash's parameters


@dataclass(frozen=True, slots=True)
class OcspRequest:
    """A readable request."""

    ids: tuple[CertId, ...]
    nonce: bytes | None = None  # value of the extension (DER), to be repeated

    @property
    def may_be_shared(self) -> bool:
        """Whether others can be given the answer: one certificate, plainly named, and no nonce (RFC 5019 §2.1)."""
        return self.nonce is None and len(self.ids) == 1 and self.ids[0].is_plain


def read_request(data: bytes) -> OcspRequest:
    """Read a request (DER).

    Raises:
        OcspRefusedError: MALFORMED_REQUEST if it is none, or its nonce has not 1 to 128 octets; UNAUTHORIZED if it asks
            for more than ten certificates or has a critical extension that we do not know (RFC 6960 §4.1.2).
    """
    if not data or len(data) > MOST_BYTES:
        raise OcspRefusedError(ResponseStatus.MALFORMED_REQUEST)
    return _read_plain(data) or _read_any(data)


def _read_plain(data: bytes) -> OcspRequest | None:
    """What nearly everybody sends: one certificate, perhaps a nonce, nothing else. Read ten times as fast, and only
    believed if the same bytes come out when it is written again.
    """
    try:
        found = x509_ocsp.load_der_ocsp_request(data)
        algorithm = _OIDS[found.hash_algorithm.name]
        nonces = [each.value.nonce for each in found.extensions if isinstance(each.value, x509.OCSPNonce)]
    except (ValueError, TypeError, NotImplementedError, KeyError, UnsupportedAlgorithm, x509.DuplicateExtension):
        return None
    if nonces and not 1 <= len(nonces[0]) <= MOST_NONCE_OCTETS:
        return None
    nonce = der.octets(nonces[0]) if nonces else None
    tail = der.context(2, der.sequence(der.sequence(_NONCE, der.octets(nonce)))) if nonce is not None else b""
    name_hash, key_hash, serial = found.issuer_name_hash, found.issuer_key_hash, found.serial_number
    for parameters in (der.NULL, b""):
        hashes = der.sequence(der.oid(algorithm), parameters), der.octets(name_hash), der.octets(key_hash)
        encoded = der.sequence(*hashes, der.integer(max(serial, 0)))
        if data == der.sequence(der.sequence(der.sequence(der.sequence(encoded)), tail)):
            return OcspRequest((CertId(encoded, algorithm, name_hash, key_hash, serial, is_plain=True),), nonce)
    return None


def _read_any(data: bytes) -> OcspRequest:
    try:
        asked = ocsp.OCSPRequest.load(data, strict=True)["tbs_request"]
        if asked["version"].native != "v1":
            raise OcspRefusedError(ResponseStatus.MALFORMED_REQUEST)
        extensions = [_extension(each) for each in asked["request_extensions"] or ()]
        single = [_extension(each) for one in asked["request_list"] for each in one["single_request_extensions"] or ()]
        nonce = _nonce(extensions)
        questions = asked["request_list"]
        if not questions:
            raise OcspRefusedError(ResponseStatus.MALFORMED_REQUEST)
        if len(questions) > MOST_QUESTIONS or any(_is_strange(each) for each in (*extensions, *single)):
            raise OcspRefusedError(ResponseStatus.UNAUTHORIZED)
        return OcspRequest(tuple(_cert_id(each["req_cert"]) for each in questions), nonce)
    except _UNREADABLE as error:
        raise OcspRefusedError(ResponseStatus.MALFORMED_REQUEST) from error


Extension = tuple[str, bool, bytes]  # OID, critical, value


def _extension(found: core.Sequence) -> Extension:
    return found["extn_id"].dotted, bool(found["critical"].native), bytes(found["extn_value"].contents)


def _is_strange(extension: Extension) -> bool:
    oid, critical, _value = extension
    return critical and oid != NONCE and oid not in HARMLESS


def _nonce(extensions: list[Extension]) -> bytes | None:
    values = [value for oid, _critical, value in extensions if oid == NONCE]
    if not values:
        return None
    octets = core.OctetString.load(values[0], strict=True).contents  # RFC 9654: an OCTET STRING in the extension's own
    if len(values) > 1 or not 1 <= len(octets) <= MOST_NONCE_OCTETS:
        raise OcspRefusedError(ResponseStatus.MALFORMED_REQUEST)
    return values[0]


def _cert_id(found: core.Sequence) -> CertId:
    encoded, serial = found.dump(), found["serial_number"].native
    algorithm = found["hash_algorithm"]["algorithm"].dotted
    name_hash, key_hash = found["issuer_name_hash"].native, found["issuer_key_hash"].native
    plain = (
        der.sequence(
            der.sequence(der.oid(algorithm), parameters),
            der.octets(name_hash),
            der.octets(key_hash),
            der.integer(max(serial, 0)),
        )
        for parameters in (der.NULL, b"")
    )
    return CertId(encoded, algorithm, name_hash, key_hash, serial, is_plain=encoded in plain)


def plain_request(asked: CertId) -> bytes:
    """The request for one certificate that has nothing else in it (RFC 5019 §2.1.1)."""
    return der.sequence(der.sequence(der.sequence(der.sequence(asked.encoded))))
