"""From a builder to the bytes to sign, and from bytes and signature to the certificate (RFC 5280 §4.1)."""

from typing import Protocol

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding

from app.core import der
from app.signer.keys import RemoteECKey, RemoteRSAKey

PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey

_RSA_SHA256 = der.sequence(der.oid("1.2.840.113549.1.1.11"), der.NULL)
_ECDSA_SHA256 = der.sequence(der.oid("1.2.840.10045.4.3.2"))
_ECDSA_SHA384 = der.sequence(der.oid("1.2.840.10045.4.3.3"))


class Issuer(Protocol):
    """Who signs digests: the signing process's client, or the token itself during the ceremony."""

    def sign_digest(self, label: str, digest: bytes, algorithm: str, *, padding: str = "pkcs1v15") -> bytes:
        """Sign a digest with the key of this label."""


class _NullSigner:
    """Signs with nothing: the bytes to sign come out as they will be, and can be linted before anything is signed."""

    def __init__(self, public: PublicKey) -> None:
        self._public = public

    def sign_digest(self, label: str, digest: bytes, algorithm: str, *, padding: str = "pkcs1v15") -> bytes:
        """Zeros of the right form."""
        if isinstance(self._public, rsa.RSAPublicKey):
            return bytes(self._public.key_size // 8)
        return encode_dss_signature(1, 1)


def hash_for(public: PublicKey) -> hashes.SHA256 | hashes.SHA384:
    """The hash that goes with an issuer's key: as strong as the key, no longer."""
    if isinstance(public, ec.EllipticCurvePublicKey) and public.curve.key_size > 256:  # noqa: PLR2004
        return hashes.SHA384()
    return hashes.SHA256()


def algorithm_identifier(public: PublicKey) -> bytes:
    """AlgorithmIdentifier (DER) of the issuer's signatures."""
    if isinstance(public, rsa.RSAPublicKey):
        return _RSA_SHA256
    return _ECDSA_SHA384 if isinstance(hash_for(public), hashes.SHA384) else _ECDSA_SHA256


def unsigned(builder: x509.CertificateBuilder, issuer_key: PublicKey) -> x509.Certificate:
    """The certificate with an empty signature, to lint; its `tbs_certificate_bytes` are what is signed later."""
    null = _NullSigner(issuer_key)
    key = (
        RemoteRSAKey(null, "null", issuer_key)
        if isinstance(issuer_key, rsa.RSAPublicKey)
        else RemoteECKey(null, "null", issuer_key)
    )
    return builder.sign(key, hash_for(issuer_key))


def sign_bytes(tbs: bytes, *, issuer: Issuer, label: str, issuer_key: PublicKey) -> bytes:
    """The signature over exactly these bytes, made in the HSM."""
    algorithm = hash_for(issuer_key)
    digest = hashes.Hash(algorithm)
    digest.update(tbs)
    return issuer.sign_digest(label, digest.finalize(), algorithm.name)


def assemble(tbs: bytes, signature: bytes, issuer_key: PublicKey) -> bytes:
    """The certificate (or CRL): SEQUENCE of the signed bytes, the algorithm, the signature."""
    return der.sequence(tbs, algorithm_identifier(issuer_key), der.bits(signature))


def pem(der_bytes: bytes) -> str:
    """A certificate as PEM."""
    return x509.load_der_x509_certificate(der_bytes).public_bytes(Encoding.PEM).decode()


def public_key_of(certificate: x509.Certificate) -> PublicKey:
    """The key of a certificate of the authority."""
    key = certificate.public_key()
    assert isinstance(key, PublicKey)  # the ceremony makes no others
    return key
