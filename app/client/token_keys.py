"""Keys of the token as `cryptography` takes them: they sign, and give nothing else away."""

from typing import TYPE_CHECKING, Any, NoReturn, Self

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

if TYPE_CHECKING:
    from app.client.token import UserToken


class _OnToken:
    def private_numbers(self) -> NoReturn:
        raise TypeError("the key does not leave the token")

    def private_bytes(self, *_args: Any, **_kwargs: Any) -> NoReturn:  # noqa: ANN401
        raise TypeError("the key does not leave the token")

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, object]) -> Self:
        return self


class TokenRSAKey(_OnToken, rsa.RSAPrivateKey):
    """An RSA key of the token."""

    def __init__(self, token: "UserToken", key_id: bytes, public: rsa.RSAPublicKey) -> None:
        self._token, self._id, self._public = token, key_id, public

    def public_key(self) -> rsa.RSAPublicKey:
        return self._public

    @property
    def key_size(self) -> int:
        return self._public.key_size

    def decrypt(self, ciphertext: Any, padding: Any) -> NoReturn:  # noqa: ANN401
        raise TypeError("this key only signs")

    def sign(self, data: Any, scheme: Any, algorithm: Any) -> bytes:  # noqa: ANN401
        if not isinstance(scheme, padding.PKCS1v15) or not isinstance(algorithm, hashes.HashAlgorithm):
            raise TypeError("PKCS#1 v1.5 with a plain hash")
        return self._token.sign(self._id, bytes(data), algorithm.name)


class TokenECKey(_OnToken, ec.EllipticCurvePrivateKey):
    """An elliptic-curve key of the token."""

    def __init__(self, token: "UserToken", key_id: bytes, public: ec.EllipticCurvePublicKey) -> None:
        self._token, self._id, self._public = token, key_id, public

    def public_key(self) -> ec.EllipticCurvePublicKey:
        return self._public

    @property
    def key_size(self) -> int:
        return self._public.key_size

    @property
    def curve(self) -> ec.EllipticCurve:
        return self._public.curve

    def exchange(self, algorithm: Any, peer_public_key: Any) -> NoReturn:  # noqa: ANN401
        raise TypeError("this key only signs")

    def sign(self, data: Any, signature_algorithm: Any) -> bytes:  # noqa: ANN401
        return self._token.sign(self._id, bytes(data), signature_algorithm.algorithm.name)
