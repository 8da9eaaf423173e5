"""Certificate requests: proof of possession, and keys that we certify.

RFC 2986 (the request is signed with the key it names); 施行規則2条 and CRYPTREC LS-0003 (key lengths).
"""

import hashlib
from dataclasses import dataclass
from typing import Protocol

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from issuance.errors import RequestRefusedError
from issuance.rules.weak_keys import weakness

PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey
MOST_BYTES = 16 * 1024


class KeyRules(Protocol):
    """Which keys are certified: the holder's profile says so."""

    @property
    def rsa_bits(self) -> tuple[int, ...]:
        """Sizes of RSA keys."""

    @property
    def curves(self) -> tuple[str, ...]:
        """Names of elliptic curves (SEC 2)."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request that was checked."""

    der: bytes
    public_key: PublicKey
    spki_sha256: str

    @property
    def key_kind(self) -> str:
        """`rsa-3072`, `secp256r1`, …: as profiles and token models name it."""
        if isinstance(self.public_key, rsa.RSAPublicKey):
            return f"rsa-{self.public_key.key_size}"
        return self.public_key.curve.name


def parse_request(data: bytes, profile: KeyRules) -> Request:
    """A PKCS#10 request (PEM or DER), checked.

    Raises:
        RequestRefusedError: malformed, not signed with its own key, or with a key that we do not certify. Its code
            is one of csr-malformed, csr-signature, csr-hash, key-kind, key-weak.
    """
    if len(data) > MOST_BYTES:
        raise RequestRefusedError("csr-malformed")
    try:
        is_text = data.lstrip().startswith(b"-----")
        csr = x509.load_pem_x509_csr(data) if is_text else x509.load_der_x509_csr(data)
        public = csr.public_key()
        is_proven = csr.is_signature_valid
        algorithm = csr.signature_hash_algorithm
    except (ValueError, UnsupportedAlgorithm, TypeError) as error:
        raise RequestRefusedError("csr-malformed") from error
    if not is_proven:
        raise RequestRefusedError("csr-signature")
    if not isinstance(algorithm, hashes.SHA256 | hashes.SHA384 | hashes.SHA512):
        raise RequestRefusedError("csr-hash")
    require_good_key(public, profile)
    assert isinstance(public, rsa.RSAPublicKey | ec.EllipticCurvePublicKey)  # noqa: S101  require_good_key saw to it
    return Request(csr.public_bytes(Encoding.DER), public, spki_sha256(public))


def spki_sha256(public: PublicKey) -> str:
    """SHA-256 of the SubjectPublicKeyInfo, in hexadecimal: names a key."""
    return hashlib.sha256(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()


def require_good_key(public: object, profile: KeyRules) -> None:
    """Refuse a key of a kind the profile does not have, and keys known to be weak.

    Raises:
        RequestRefusedError: key-kind or key-weak.
    """
    if isinstance(public, ec.EllipticCurvePublicKey):
        if public.curve.name not in profile.curves:
            raise RequestRefusedError("key-kind", kind=public.curve.name)
        return
    if not isinstance(public, rsa.RSAPublicKey):
        raise RequestRefusedError("key-kind", kind=type(public).__name__)
    if public.key_size not in profile.rsa_bits:
        raise RequestRefusedError("key-kind", kind=f"RSA-{public.key_size}")
    numbers = public.public_numbers()
    if reason := weakness(numbers.n, numbers.e):
        raise RequestRefusedError("key-weak", reason=reason)
