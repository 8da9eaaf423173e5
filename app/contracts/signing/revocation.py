"""Whether a certificate is on its authority's current CRL (RFC 5280 §6.3), also on one of a million entries.

pyHanko builds an object for each entry at every validation: 0.2 s for 100,000, and a gigabyte for a million. Here a CRL is
checked once as a whole; for a certificate it is only searched.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from app.core import der


class RevokedError(Exception):
    """It is on the CRL."""


class NoCrlError(Exception):
    """No current CRL of its issuer says anything about it."""


@dataclass(frozen=True, slots=True)
class SignedCrl:
    """A CRL whose signature one of the roots made, and what it covers."""

    encoded: bytes
    crl: x509.CertificateRevocationList
    root: x509.Certificate
    addresses: frozenset[str]  # distribution points; empty: all of the issuer's certificates

    def is_current(self, moment: datetime) -> bool:
        """Whether it holds at a moment."""
        until = self.crl.next_update_utc
        return until is not None and self.crl.last_update_utc <= moment <= until

    def covers(self, certificate: x509.Certificate) -> bool:
        """Whether it is for this certificate: issued by the same key, and naming the same address if it names any."""
        if not _is_issued_by(certificate, self.root):
            return False
        return not self.addresses or not self.addresses.isdisjoint(_addresses_of(certificate))

    def has(self, serial: int) -> bool:
        """Whether a serial number is on it."""
        # As octets first: what is not there as octets is no entry, and this takes milliseconds of the longest list.
        if der.integer(serial) not in self.encoded:
            return False
        return self.crl.get_revoked_certificate_by_serial_number(serial) is not None


def require_not_revoked(encoded: bytes, *, crls: tuple[bytes, ...], roots: tuple[bytes, ...], moment: datetime) -> None:
    """Check a certificate that a root issued directly.

    Args:
        encoded: the certificate, DER.
        crls: DER; the same objects at every call are read only once.
        roots: DER.
        moment: at which it counts.

    Raises:
        RevokedError: a current CRL names it.
        NoCrlError: no current CRL covers it.
    """
    certificate = x509.load_der_x509_certificate(encoded)
    fitting = [
        found
        for each in crls
        if (found := _signed(each, roots)) is not None and found.is_current(moment) and found.covers(certificate)
    ]
    if any(found.has(certificate.serial_number) for found in fitting):
        raise RevokedError
    if not fitting:
        raise NoCrlError("no current CRL covers the certificate")


@lru_cache(maxsize=8)
def _signed(encoded: bytes, roots: tuple[bytes, ...]) -> SignedCrl | None:
    """The CRL, if it is a complete one for users' certificates that a root signed."""
    try:
        crl = x509.load_der_x509_crl(encoded)
        addresses = _scope(crl)
    except ValueError:
        return None
    if addresses is None:
        return None
    for root in map(x509.load_der_x509_certificate, roots):
        if root.subject == crl.issuer and _is_signed(crl, root):
            return SignedCrl(encoded, crl, root, addresses)
    return None


def _scope(crl: x509.CertificateRevocationList) -> frozenset[str] | None:
    """Its distribution points; None if it is partial in a way that is not ours (delta, indirect, some reasons, CAs only)."""
    addresses: frozenset[str] = frozenset()
    for extension in crl.extensions:
        value = extension.value
        if isinstance(value, x509.IssuingDistributionPoint):
            if (
                value.indirect_crl
                or value.only_contains_ca_certs
                or value.only_contains_attribute_certs
                or value.only_some_reasons
                or value.relative_name
            ):
                return None
            addresses = frozenset(_uris(value.full_name or ()))
        elif extension.critical:
            return None
    return addresses


def _is_signed(crl: x509.CertificateRevocationList, root: x509.Certificate) -> bool:
    key = root.public_key()
    try:
        return isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey) and crl.is_signature_valid(key)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return False


def _is_issued_by(certificate: x509.Certificate, root: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(root)
    except (InvalidSignature, ValueError, TypeError, UnsupportedAlgorithm):
        return False
    return True


def _addresses_of(certificate: x509.Certificate) -> set[str]:
    try:
        points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except x509.ExtensionNotFound:
        return set()
    return {uri for point in points for uri in _uris(point.full_name or ())}


def _uris(names: list[x509.GeneralName] | tuple[()]) -> Iterator[str]:
    return (name.value for name in names if isinstance(name, x509.UniformResourceIdentifier))
