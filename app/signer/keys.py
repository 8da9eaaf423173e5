"""Private keys that live in the HSM, as classes that `cryptography` accepts in its builders.

The data is hashed here; only the digest travels. A CRL of 50 MB never goes to the token.
"""

from typing import Any, NoReturn, Protocol, Self

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import NoDigestInfo, Prehashed
from typing_extensions import Buffer


class DigestSigner(Protocol):
    """Who signs digests."""

    def sign_digest(self, label: str, digest: bytes, algorithm: str, *, padding: str = "pkcs1v15") -> bytes:
        """Sign a digest with the key of this label."""


def digest_of(data: Buffer, algorithm: hashes.HashAlgorithm | Prehashed | NoDigestInfo | None) -> tuple[bytes, str]:
    """The digest of `data` and the name of its algorithm; `Prehashed` data is the digest already."""
    if isinstance(algorithm, Prehashed):
        return bytes(data), algorithm._algorithm.name  # noqa: SLF001  there is no public way to ask
    if not isinstance(algorithm, hashes.HashAlgorithm):
        raise TypeError("a hash algorithm is needed")
    digest = hashes.Hash(algorithm)
    digest.update(memoryview(data))
    return digest.finalize(), algorithm.name


class _InHsm:
    """What no key in an HSM can do."""

    def private_numbers(self) -> NoReturn:
        raise TypeError("the key does not leave the HSM")

    def private_bytes(self, *_args: Any, **_kwargs: Any) -> NoReturn:  # noqa: ANN401
        raise TypeError("the key does not leave the HSM")

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, object]) -> Self:
        return self


class RemoteRSAKey(_InHsm, rsa.RSAPrivateKey):
    """An RSA key of the signing process."""

    def __init__(self, signer: DigestSigner, label: str, public: rsa.RSAPublicKey) -> None:
        self._signer, self.label, self._public = signer, label, public

    def public_key(self) -> rsa.RSAPublicKey:
        return self._public

    @property
    def key_size(self) -> int:
        return self._public.key_size

    def decrypt(self, ciphertext: Buffer, padding: Any) -> NoReturn:  # noqa: ANN401
        raise TypeError("this key only signs")

    def sign(
        self,
        data: Buffer,
        padding: Any,  # noqa: ANN401
        algorithm: Prehashed | hashes.HashAlgorithm | NoDigestInfo,
    ) -> bytes:
        digest, name = digest_of(data, algorithm)
        return self._signer.sign_digest(self.label, digest, name, padding=_padding_name(padding))


class RemoteECKey(_InHsm, ec.EllipticCurvePrivateKey):
    """An elliptic-curve key of the signing process."""

    def __init__(self, signer: DigestSigner, label: str, public: ec.EllipticCurvePublicKey) -> None:
        self._signer, self.label, self._public = signer, label, public

    def public_key(self) -> ec.EllipticCurvePublicKey:
        return self._public

    @property
    def key_size(self) -> int:
        return self._public.key_size

    @property
    def curve(self) -> ec.EllipticCurve:
        return self._public.curve

    def exchange(self, algorithm: ec.ECDH, peer_public_key: ec.EllipticCurvePublicKey) -> NoReturn:
        raise TypeError("this key only signs")

    def sign(self, data: Buffer, signature_algorithm: ec.EllipticCurveSignatureAlgorithm) -> bytes:
        digest, name = digest_of(data, signature_algorithm.algorithm)
        return self._signer.sign_digest(self.label, digest, name)


def _padding_name(scheme: object) -> str:
    if isinstance(scheme, padding.PKCS1v15):
        return "pkcs1v15"
    if isinstance(scheme, padding.PSS):
        return "pss"  # salt as long as the digest, MGF1 with the same hash
    raise TypeError(f"unknown padding {scheme!r}")
