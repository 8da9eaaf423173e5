"""What the maker of a token says about a key: made on this very token, and unable to leave it. Pure.

The statement is a chain of certificates. The leaf certifies the key itself and names the token's serial number; the last
one is issued by the maker's root, which the approved token model names. Makers differ in where they write the serial
number: the leaf's subject has it as serialNumber (X.520), or an extension has it as an INTEGER (YubiKey, PIV attestation).
"""

from datetime import datetime
from itertools import pairwise

from asn1crypto.core import Integer
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from issuance.errors import AttestationError
from issuance.rules.requests import PublicKey

MOST_BYTES = 32 * 1024
MOST_CERTIFICATES = 5
SERIAL_EXTENSIONS = (x509.ObjectIdentifier("1.3.6.1.4.1.41482.3.7"),)
GOOD_HASHES = (hashes.SHA256, hashes.SHA384, hashes.SHA512)


def require_attested(data: bytes, *, root: bytes, public_key: PublicKey, token_serial: str, at: datetime) -> None:
    """Refuse a statement that does not prove what it should.

    Args:
        data: the chain, PEM, the leaf first; the root may be left out.
        root: DER of the maker's root.
        public_key: of the certificate request.
        token_serial: of the token that the key should be on.
        at: the moment at which the chain must be valid.

    Raises:
        AttestationError: attestation-malformed, attestation-chain (not of this maker, not valid now, or a weak hash),
            attestation-key (about another key), attestation-serial (about another token).
    """
    chain = _read(data)
    try:
        _require_chain(chain, x509.load_der_x509_certificate(root), at)
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError) as error:
        raise AttestationError("attestation-chain") from error
    leaf = chain[0]
    if _spki(leaf.public_key()) != _spki(public_key):
        raise AttestationError("attestation-key")
    if token_serial not in _serials(leaf):
        raise AttestationError("attestation-serial", serial=token_serial)


def _read(data: bytes) -> list[x509.Certificate]:
    if len(data) > MOST_BYTES:
        raise AttestationError("attestation-malformed")
    try:
        chain = x509.load_pem_x509_certificates(data)
        for each in chain:
            each.public_key(), each.extensions  # noqa: B018  both are read when first asked for
    except (ValueError, UnsupportedAlgorithm, TypeError) as error:
        raise AttestationError("attestation-malformed") from error
    if not 1 <= len(chain) <= MOST_CERTIFICATES:
        raise AttestationError("attestation-malformed")
    return chain


def _require_chain(chain: list[x509.Certificate], root: x509.Certificate, at: datetime) -> None:
    """Each certificate is issued by the next one, the last one by the root; all are valid. Raises ValueError."""
    whole = chain if chain[-1] == root else [*chain, root]
    if len(whole) < 2:  # noqa: PLR2004  the root says nothing about a key of a token
        raise ValueError("no leaf")
    for below, (certificate, issuer) in enumerate(pairwise(whole)):
        _require_issuer(issuer, below)
        if not isinstance(certificate.signature_hash_algorithm, GOOD_HASHES):
            raise ValueError("hash")  # noqa: TRY004  of the certificate, not of our types
        certificate.verify_directly_issued_by(issuer)
    if any(not each.not_valid_before_utc <= at <= each.not_valid_after_utc for each in whole):
        raise ValueError("validity")


def _require_issuer(issuer: x509.Certificate, below: int) -> None:
    """A CA certificate (RFC 5280 §4.2.1.9, §4.2.1.3) that may have this many CAs below it."""
    try:
        constraints = issuer.extensions.get_extension_for_class(x509.BasicConstraints).value
    except x509.ExtensionNotFound as error:
        raise ValueError("no CA") from error
    if not constraints.ca or (constraints.path_length is not None and constraints.path_length < below):
        raise ValueError("no CA")
    try:
        usage = issuer.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return
    if not usage.key_cert_sign:
        raise ValueError("no CA")


def _serials(leaf: x509.Certificate) -> set[str]:
    found = {str(each.value).strip() for each in leaf.subject.get_attributes_for_oid(NameOID.SERIAL_NUMBER)}
    for extension in leaf.extensions:
        if extension.oid in SERIAL_EXTENSIONS and isinstance(extension.value, x509.UnrecognizedExtension):
            try:
                found.add(str(Integer.load(extension.value.value, strict=True).native))
            except ValueError:
                continue
    return found - {""}


def _spki(key: object) -> bytes:
    if not isinstance(key, PublicKey):
        raise AttestationError("attestation-key")
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
