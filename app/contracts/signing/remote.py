"""A pyHanko signer whose key lies elsewhere: only a digest goes there."""

import hashlib
from collections.abc import Callable

from asn1crypto import x509
from asn1crypto.algos import SignedDigestAlgorithm
from pyhanko.sign.signers.pdf_cms import Signer
from pyhanko_certvalidator.registry import SimpleCertificateStore

SignDigest = Callable[[bytes, str], bytes]  # digest, name of its algorithm → signature


class DigestSigner(Signer):
    """Signs with a function over digests, in PKCS #1 v1.5 or ECDSA as the certificate's key says."""

    def __init__(self, certificate: bytes, chain: tuple[bytes, ...], sign_digest: SignDigest) -> None:
        store = SimpleCertificateStore.from_certs([x509.Certificate.load(der) for der in chain])
        super().__init__(signing_cert=x509.Certificate.load(certificate), cert_registry=store, embed_roots=True)
        self._sign_digest = sign_digest

    def get_signature_mechanism_for_digest(self, digest_algorithm: str | None) -> SignedDigestAlgorithm:
        """The mechanism that belongs to the key; SHA-256 unless told otherwise."""
        return super().get_signature_mechanism_for_digest(digest_algorithm or "sha256")

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        """The signature over `data`; for a dry run, as many bytes as it could have."""
        if dry_run:
            return bytes(longest_signature(self.signing_cert))
        return self._sign_digest(hashlib.new(digest_algorithm, data).digest(), digest_algorithm)


def longest_signature(certificate: x509.Certificate) -> int:
    """Octets that a signature by this certificate's key can have."""
    key = certificate.public_key
    octets = int(-(-key.bit_size // 8))
    return octets if key.algorithm == "rsa" else 2 * octets + 16
