"""The user's token through PKCS#11: find it by its serial number, make the key on it, sign with it, put the certificate beside it.

RSA keys sign with CKM_RSA_PKCS over DigestInfo and EC keys with CKM_ECDSA over the digest: mechanisms that every token has.
"""

import hashlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pkcs11
from asn1crypto.keys import PublicKeyInfo, RSAPublicKey
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from pkcs11 import Attribute, KeyType, Mechanism, ObjectClass
from pkcs11.util.ec import encode_ec_public_key, encode_ecdsa_signature, encode_named_curve_parameters
from pkcs11.util.rsa import encode_rsa_public_key
from pkcs11.util.x509 import decode_x509_certificate

from app.client.pins import needs_own_pin, refuse_locked, warnings_of
from app.client.token_errors import UserTokenError, explained
from app.client.token_keys import TokenECKey, TokenRSAKey

__all__ = ["Held", "UserToken", "UserTokenError", "choose_token", "clean", "find_module", "open_token"]

MODULES = (
    "/usr/lib/libeToken.so",
    "/usr/lib/libeTPkcs11.so",
    r"C:\Windows\System32\eTPKCS11.dll",
    "/usr/local/lib/libeTPkcs11.dylib",
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
)
_DIGEST_INFO = {  # RFC 8017 §9.2 note 1
    "sha256": bytes.fromhex("3031300d060960864801650304020105000420"),
    "sha384": bytes.fromhex("3041300d060960864801650304020205000430"),
    "sha512": bytes.fromhex("3051300d060960864801650304020305000440"),
}


@dataclass(frozen=True, slots=True)
class Held:
    """A certificate on the token with the id of its key."""

    certificate: x509.Certificate
    key_id: bytes


def find_module(given: str = "") -> str:
    """The PKCS#11 module: the one given, or the first known one that is installed.

    Raises:
        UserTokenError: none is there.
    """
    if given:
        return given
    for place in MODULES:
        if os.path.exists(place):  # noqa: PTH110  Windows paths on other systems too
            return place
    raise UserTokenError(
        "No driver of a token was found. Install the eToken driver, or name it with --module.\n"
        "トークンのドライバーが見つかりません。eTokenのドライバーを入れるか、--module で指定してください。"
    )


@contextmanager
def open_token(module: str, pin: str, *, serial: str = "") -> Iterator["UserToken"]:
    """Log in to the token with this serial number, or to the only one that is inserted.

    A token that says that it still has the maker's PIN is not used before its holder gave it another.

    Raises:
        UserTokenError: no token, several, a wrong PIN, or the maker's.
        PinRefusedError: the token is locked.
    """
    token = choose_token(module, serial)
    refuse_locked(token.flags)
    if needs_own_pin(token.flags):
        raise UserTokenError(
            "The token still has the maker's PIN. Change it first: cectrust token pin\n"
            "トークンが初期PINのままです。先にPINを変更してください（cectrust token pin）。"
        )
    for warning in warnings_of(token.flags):
        print(warning, file=sys.stderr)
    with explained():
        session = token.open(rw=True, user_pin=pin)
        with session:
            yield UserToken(session, clean(token.serial))


def choose_token(module: str, serial: str) -> pkcs11.Token:
    """The token with this serial number, or the only one there is. Raises UserTokenError."""
    try:
        library = pkcs11.lib(module)
        library.reinitialize()
        found = [token for token in library.get_tokens() if pkcs11.TokenFlag.TOKEN_INITIALIZED in token.flags]
    except (RuntimeError, OSError) as error:
        raise UserTokenError(
            f"The driver {module} does not work ({type(error).__name__}). Install it again, or name another with --module.\n"
            f"ドライバー {module} が動作しません。入れ直すか、--module で別のドライバーを指定してください。"
        ) from error
    wanted = [token for token in found if not serial or clean(token.serial) == serial]
    if len(wanted) == 1:
        return wanted[0]
    if not wanted:
        raise UserTokenError(
            "No such token is inserted. Insert the eToken and try again.\neTokenを挿してからやり直してください。"
        )
    serials = ", ".join(clean(token.serial) for token in wanted)
    raise UserTokenError(
        f"Several tokens are inserted ({serials}). Choose one with --token-serial.\n"
        f"複数のトークンが挿してあります（{serials}）。--token-serial で選んでください。"
    )


def clean(serial: Any) -> str:  # noqa: ANN401  bytes or text, by the version of the library
    """A serial number as text, without padding."""
    text = serial.decode("ascii", "replace") if isinstance(serial, bytes) else str(serial)
    return text.strip().strip("\x00")


class UserToken:
    """A token that is logged in."""

    def __init__(self, session: pkcs11.Session, serial: str) -> None:
        self._session = session
        self.serial = serial

    def make_key(self, label: str, *, kind: str = "rsa-3072") -> bytes:
        """Make a signing key that never leaves the token. Returns its id (CKA_ID)."""
        key_id = os.urandom(16)
        private = {
            Attribute.SENSITIVE: True,
            Attribute.EXTRACTABLE: False,
            Attribute.PRIVATE: True,
            Attribute.SIGN: True,
        }
        options: dict[str, Any] = {"store": True, "label": label, "id": key_id, "private_template": private}
        if kind.startswith("rsa-"):
            private[Attribute.DECRYPT] = False
            self._session.generate_keypair(KeyType.RSA, int(kind[4:]), **options)
        else:
            parameters = {Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")}
            self._session.create_domain_parameters(KeyType.EC, parameters, local=True).generate_keypair(**options)
        return key_id

    def unused_keys(self, label: str, kind: str) -> list[bytes]:
        """The ids of keys with this label and of this kind that have no certificate: what interrupted runs left behind."""
        keys = list(self._session.get_objects({Attribute.CLASS: ObjectClass.PRIVATE_KEY, Attribute.LABEL: label}))
        used = {held.key_id for held in self.certificates()}
        found = [bytes(key[Attribute.ID]) for key in keys]
        return [key_id for key_id in found if key_id not in used and self._is_whole(key_id, kind)]

    def _is_whole(self, key_id: bytes, kind: str) -> bool:
        """Whether both halves of a key are there; a token that was pulled out may have kept one."""
        try:
            public = self.public_key(key_id)
        except UserTokenError:
            return False
        return kind == (f"rsa-{public.key_size}" if isinstance(public, rsa.RSAPublicKey) else "p-256")

    def public_key(self, key_id: bytes) -> rsa.RSAPublicKey | ec.EllipticCurvePublicKey:
        """The public half of a key."""
        key = self._object(ObjectClass.PUBLIC_KEY, key_id)
        if key.key_type is KeyType.RSA:
            der = PublicKeyInfo.wrap(RSAPublicKey.load(encode_rsa_public_key(key)), "rsa").dump()
        else:
            der = encode_ec_public_key(key)
        loaded = serialization.load_der_public_key(der)
        assert isinstance(loaded, rsa.RSAPublicKey | ec.EllipticCurvePublicKey)
        return loaded

    def private_key(self, key_id: bytes) -> TokenRSAKey | TokenECKey:
        """The key as `cryptography` takes it, e.g. to sign a request."""
        public = self.public_key(key_id)
        return (
            TokenRSAKey(self, key_id, public)
            if isinstance(public, rsa.RSAPublicKey)
            else TokenECKey(self, key_id, public)
        )

    def sign(self, key_id: bytes, data: bytes, algorithm: str = "sha256") -> bytes:
        """Sign data: PKCS#1 v1.5 or ECDSA (DER), with this hash."""
        return self.sign_digest(key_id, hashlib.new(algorithm, data).digest(), algorithm)

    def sign_digest(self, key_id: bytes, digest: bytes, algorithm: str) -> bytes:
        """Sign a digest."""
        key = self._object(ObjectClass.PRIVATE_KEY, key_id)
        if key.key_type is KeyType.EC:
            return bytes(encode_ecdsa_signature(key.sign(digest, mechanism=Mechanism.ECDSA)))
        return bytes(key.sign(_DIGEST_INFO[algorithm] + digest, mechanism=Mechanism.RSA_PKCS))

    def store_certificate(self, der: bytes, label: str, key_id: bytes) -> None:
        """Put a certificate on the token under the id of its key. One that is there already stays."""
        if any(held.certificate == x509.load_der_x509_certificate(der) for held in self.certificates()):
            return
        template = decode_x509_certificate(der)
        self._session.create_object(
            {**template, Attribute.TOKEN: True, Attribute.PRIVATE: False, Attribute.LABEL: label, Attribute.ID: key_id}
        )

    def certificates(self) -> list[Held]:
        """Every certificate on the token, but for what the maker says about keys."""
        return [held for label, held in self._labelled() if not _is_attestation(label)]

    def attestations(self) -> list[x509.Certificate]:
        """What the token's maker says about keys: its certificates carry the word in their label."""
        return [held.certificate for label, held in self._labelled() if _is_attestation(label)]

    def _labelled(self) -> list[tuple[str, Held]]:
        objects = list(self._session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE}))
        return [
            (_label_of(each), Held(x509.load_der_x509_certificate(each[Attribute.VALUE]), each[Attribute.ID]))
            for each in objects
        ]

    def signing_certificates(self) -> list[Held]:
        """Certificates whose key is on the token."""
        keys = {
            bytes(key[Attribute.ID])
            for key in list(self._session.get_objects({Attribute.CLASS: ObjectClass.PRIVATE_KEY}))
        }
        return [held for held in self.certificates() if held.key_id in keys]

    def _object(self, kind: ObjectClass, key_id: bytes) -> Any:  # noqa: ANN401
        found = list(self._session.get_objects({Attribute.CLASS: kind, Attribute.ID: key_id}))
        if len(found) != 1:
            raise UserTokenError("The key is not on this token.\nこのトークンに鍵がありません。")
        return found[0]


def _is_attestation(label: str) -> bool:
    return "attestation" in label.lower()


def _label_of(item: Any) -> str:  # noqa: ANN401  an object of python-pkcs11
    try:
        return str(item[Attribute.LABEL] or "")
    except pkcs11.exceptions.AttributeTypeInvalid:  # a token need not keep labels
        return ""
