"""The CRL without its entries: what is signed before and after them (RFC 5280 §5). Pure.

The entries are never in one piece: they lie in parts between a head and a tail. The head needs to know how long they are.
"""

from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from app.core import der
from issuance.rules.signing_bytes import PublicKey, algorithm_identifier, hash_for

AUTHORITY_KEY_IDENTIFIER = "2.5.29.35"
CRL_NUMBER = "2.5.29.20"
DISTRIBUTION_POINT = "2.5.29.28"
EXPIRED_CERTS_ON_CRL = "2.5.29.60"  # X.509 (10/2019) §9.5.2.8: since when expired certificates have not been taken off
MOST_NUMBER_OCTETS = 20  # RFC 5280 §5.2.3
_HEADER = 0x30


@dataclass(frozen=True, slots=True)
class CrlPlan:
    """What a CRL says apart from its entries."""

    ca: x509.Certificate
    address: str  # the distribution point, as the certificates name it
    number: int
    this_update: datetime
    next_update: datetime
    keeps_expired: bool = True

    @property
    def public_key(self) -> PublicKey:
        """The key that the CRL is checked with."""
        return ca_key(self.ca)


@dataclass(frozen=True, slots=True)
class Frame:
    """The octets around the entries."""

    head: bytes  # signed, before the entries
    tail: bytes  # signed, after them
    public_key: PublicKey
    entries_length: int

    def first(self, signature: bytes) -> bytes:
        """What stands in the file before the entries."""
        signed = len(self.head) + self.entries_length + len(self.tail)
        return der.header(_HEADER, signed + len(self._end(signature))) + self.head

    def last(self, signature: bytes) -> bytes:
        """What stands in the file after the entries."""
        return self.tail + self._end(signature)

    def size(self, signature: bytes) -> int:
        """Octets of the whole CRL."""
        return len(self.first(signature)) + self.entries_length + len(self.last(signature))

    def _end(self, signature: bytes) -> bytes:
        return algorithm_identifier(self.public_key) + der.bits(signature)


def ca_key(ca: x509.Certificate) -> PublicKey:
    """The public key of a CA. Raises TypeError if it is neither RSA nor on an elliptic curve."""
    key = ca.public_key()
    if not isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
        raise TypeError("a CA has an RSA or elliptic-curve key")
    return key


def frame(plan: CrlPlan, entries_length: int) -> Frame:
    """Head and tail of a CRL.

    Args:
        plan: what it says.
        entries_length: octets of all entries together; 0 leaves the list out, as RFC 5280 §5.1.2.6 demands.
    """
    key = plan.public_key
    start = b"".join(
        (
            der.integer(1),  # v2
            algorithm_identifier(key),
            plan.ca.subject.public_bytes(),
            der.time(plan.this_update),
            der.time(plan.next_update),
            der.header(_HEADER, entries_length) if entries_length else b"",
        )
    )
    tail = der.context(0, _extensions(plan))
    return Frame(der.header(_HEADER, len(start) + entries_length + len(tail)) + start, tail, key, entries_length)


def distribution_point(address: str) -> bytes:
    """Value of issuingDistributionPoint (§5.2.5): this address, user certificates only."""
    full_name = der.context(0, der.context(6, address.encode("ascii"), constructed=False))
    only_user_certificates = der.context(1, b"\xff", constructed=False)
    return der.sequence(der.context(0, full_name), only_user_certificates)


def signature_length(public: PublicKey) -> int:
    """Octets of the key's signatures; with an elliptic curve the most frequent length, a few are shorter."""
    if isinstance(public, rsa.RSAPublicKey):
        return public.key_size // 8
    return 2 * (public.key_size // 8) + 7  # two INTEGERs, one with a leading zero


def is_signed_by(public: PublicKey, signature: bytes, digest: bytes) -> bool:
    """Whether this is the key's signature of what has this digest (`hash_for` the key)."""
    algorithm = Prehashed(hash_for(public))
    try:
        if isinstance(public, rsa.RSAPublicKey):
            public.verify(signature, digest, padding.PKCS1v15(), algorithm)
        else:
            public.verify(signature, digest, ec.ECDSA(algorithm))
    except InvalidSignature:
        return False
    return True


def _extensions(plan: CrlPlan) -> bytes:
    number = der.integer(plan.number)
    if len(number) - 2 > MOST_NUMBER_OCTETS:
        raise ValueError("the CRL number has more than 20 octets")
    key_id = plan.ca.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    rows = [
        _extension(AUTHORITY_KEY_IDENTIFIER, der.sequence(der.context(0, key_id, constructed=False))),
        _extension(CRL_NUMBER, number),
        _extension(DISTRIBUTION_POINT, distribution_point(plan.address), critical=True),
    ]
    if plan.keeps_expired:
        rows.append(_extension(EXPIRED_CERTS_ON_CRL, der.generalized_time(plan.ca.not_valid_before_utc)))
    return der.sequence(*rows)


def _extension(oid: str, value: bytes, *, critical: bool = False) -> bytes:
    return der.sequence(der.oid(oid), der.boolean(value=True) if critical else b"", der.octets(value))
