"""One logged-in token: making keys, finding keys, using keys. One session, one lock: nothing runs beside a login."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import pkcs11
from pkcs11 import Attribute, GCMParams, KeyType, Mechanism, ObjectClass
from pkcs11.util.ec import encode_ec_public_key, encode_named_curve_parameters
from pkcs11.util.rsa import encode_rsa_public_key

from app.core import der
from issuance.hsm import templates
from issuance.hsm.module import load_module, start_up_lock

T = TypeVar("T")

DIGEST_BYTES = {"sha256": 32, "sha384": 48, "sha512": 64}
_DIGEST_INFO = {  # RFC 8017 §9.2 note 1
    "sha256": bytes.fromhex("3031300d060960864801650304020105000420"),
    "sha384": bytes.fromhex("3041300d060960864801650304020205000430"),
    "sha512": bytes.fromhex("3051300d060960864801650304020305000440"),
}
_PSS = {
    "sha256": (Mechanism.SHA256, pkcs11.MGF.SHA256),
    "sha384": (Mechanism.SHA384, pkcs11.MGF.SHA384),
    "sha512": (Mechanism.SHA512, pkcs11.MGF.SHA512),
}
GCM_NONCE_BYTES = 12
START_ATTEMPTS = 5


class TokenAwayError(Exception):
    """The token does not answer, also after starting afresh."""


class KeyNotFoundError(LookupError):
    """The token has no such key, or more than one."""


class DigestLengthError(ValueError):
    """The digest has not the length of its algorithm. SoftHSM itself would sign three bytes with CKM_ECDSA."""


class HsmToken:
    """The authority's token, logged in for the life of this object."""

    def __init__(self, module: str, label: str, pin: str, *, lock_file: Path) -> None:
        self._module, self._label, self._pin, self._lock_file = module, label, pin, lock_file
        self._guard = threading.RLock()
        self._session: pkcs11.Session | None = None
        self._handles: dict[tuple[str, ObjectClass], object] = {}

    # --- making -------------------------------------------------------------------------------------------------

    def make_rsa(self, label: str, bits: int, *, leaves_wrapped: bool = False) -> None:
        """Make an RSA key pair in the token: sign only, never to leave it, or only wrapped (templates.kept)."""
        self._use(
            lambda session: session.generate_keypair(
                KeyType.RSA,
                bits,
                store=True,
                label=label,
                id=label.encode(),
                public_template={Attribute.VERIFY: True, Attribute.ENCRYPT: False, Attribute.WRAP: False},
                private_template={
                    **templates.private(leaves_wrapped=leaves_wrapped),
                    Attribute.DECRYPT: False,
                    Attribute.UNWRAP: False,
                },
            ),
            retry=False,
        )

    def make_ec(self, label: str, curve: str, *, leaves_wrapped: bool = False) -> None:
        """Make an elliptic-curve key pair in the token (`secp256r1`, `secp384r1`)."""
        parameters = {Attribute.EC_PARAMS: encode_named_curve_parameters(curve)}
        self._use(
            lambda session: session.create_domain_parameters(KeyType.EC, parameters, local=True).generate_keypair(
                store=True,
                label=label,
                id=label.encode(),
                public_template={Attribute.VERIFY: True},
                private_template={**templates.private(leaves_wrapped=leaves_wrapped), Attribute.UNWRAP: False},
            ),
            retry=False,
        )

    def make_secret(self, label: str, *, leaves_wrapped: bool = False) -> None:
        """Make a 256-bit key for HMAC-SHA-256."""
        self._use(
            lambda session: session.generate_key(
                KeyType.GENERIC_SECRET,
                256,
                mechanism=Mechanism.GENERIC_SECRET_KEY_GEN,
                store=True,
                label=label,
                id=label.encode(),
                template=templates.hmac_secret(leaves_wrapped=leaves_wrapped),
            ),
            retry=False,
        )

    def make_aes(self, label: str, *, leaves_wrapped: bool = False) -> None:
        """Make an AES-256 key that encrypts data keys and short-lived secrets."""
        self._use(
            lambda session: session.generate_key(
                KeyType.AES,
                256,
                store=True,
                label=label,
                id=label.encode(),
                template=templates.cipher_secret(leaves_wrapped=leaves_wrapped),
            ),
            retry=False,
        )

    # --- using --------------------------------------------------------------------------------------------------

    def labels(self) -> list[str]:
        """Labels of the private and secret keys, sorted."""

        def read(session: pkcs11.Session) -> list[str]:
            found: list[str] = []
            for kind in (ObjectClass.PRIVATE_KEY, ObjectClass.SECRET_KEY):
                # list() first: signing inside an open search is CKR_OPERATION_ACTIVE
                found += [str(key.label) for key in list(session.get_objects({Attribute.CLASS: kind}))]
            return sorted(found)

        return self._use(read)

    def leaves_wrapped(self, label: str) -> bool:
        """Whether a key pair's private key may leave the token wrapped. Raises KeyNotFoundError, TokenAwayError."""
        return self._use(
            lambda session: bool(self._find(session, label, ObjectClass.PRIVATE_KEY)[Attribute.EXTRACTABLE])
        )

    def public_key(self, label: str) -> bytes:
        """SubjectPublicKeyInfo (DER) of a key pair.

        Raises:
            KeyNotFoundError: no such key.
            TokenAwayError: no token.
        """

        def read(session: pkcs11.Session) -> bytes:
            key = self._find(session, label, ObjectClass.PUBLIC_KEY)
            if key.key_type is KeyType.RSA:
                from asn1crypto.keys import PublicKeyInfo, RSAPublicKey  # noqa: PLC0415  slow to import

                info: bytes = PublicKeyInfo.wrap(RSAPublicKey.load(encode_rsa_public_key(key)), "rsa").dump()
                return info
            return bytes(encode_ec_public_key(key))

        return self._use(read)

    def sign(self, label: str, digest: bytes, algorithm: str, *, padding: str = "pkcs1v15") -> bytes:
        """Sign a digest.

        Raises:
            DigestLengthError: the digest is not as long as its algorithm says.
            KeyNotFoundError: no such key.
            TokenAwayError: no token.
        """
        if DIGEST_BYTES.get(algorithm) != len(digest):
            raise DigestLengthError(f"{len(digest)} bytes for {algorithm}")

        def act(session: pkcs11.Session) -> bytes:
            key = self._find(session, label, ObjectClass.PRIVATE_KEY)
            if key.key_type is KeyType.EC:
                return _ecdsa_der(bytes(key.sign(digest, mechanism=Mechanism.ECDSA)))
            if padding == "pss":
                parameters = (*_PSS[algorithm], len(digest))
                return bytes(key.sign(digest, mechanism=Mechanism.RSA_PKCS_PSS, mechanism_param=parameters))
            return bytes(key.sign(_DIGEST_INFO[algorithm] + digest, mechanism=Mechanism.RSA_PKCS))

        return self._use(act)

    def hmac(self, label: str, data: bytes) -> bytes:
        """HMAC-SHA-256 of `data`."""
        return self._use(
            lambda session: bytes(
                self._find(session, label, ObjectClass.SECRET_KEY).sign(data, mechanism=Mechanism.SHA256_HMAC)
            )
        )

    def wrap(self, label: str, data: bytes, aad: bytes, nonce: bytes) -> bytes:
        """AES-256-GCM: nonce, then ciphertext with tag."""
        return self._use(
            lambda session: (
                nonce
                + bytes(
                    self._find(session, label, ObjectClass.SECRET_KEY).encrypt(
                        data, mechanism=Mechanism.AES_GCM, mechanism_param=GCMParams(nonce, aad, 128)
                    )
                )
            )
        )

    def unwrap(self, label: str, sealed: bytes, aad: bytes) -> bytes:
        """What `wrap` encrypted. Damaged input makes the token answer with an error of its own."""
        nonce, body = sealed[:GCM_NONCE_BYTES], sealed[GCM_NONCE_BYTES:]
        return self._use(
            lambda session: bytes(
                self._find(session, label, ObjectClass.SECRET_KEY).decrypt(
                    body, mechanism=Mechanism.AES_GCM, mechanism_param=GCMParams(nonce, aad, 128)
                )
            )
        )

    def close(self) -> None:
        """Log out."""
        with self._guard:
            self._forget()

    # --- the session --------------------------------------------------------------------------------------------

    def _use(self, act: Callable[[pkcs11.Session], T], *, retry: bool = True) -> T:
        with self._guard:
            try:
                return act(self._logged_in())
            except STALE as error:
                # The token was pulled and put back, or the module was restarted: start afresh, once.
                self._forget()
                if not retry:
                    raise TokenAwayError(type(error).__name__) from error
            try:
                return act(self._logged_in())
            except STALE as error:
                self._forget()
                raise TokenAwayError(type(error).__name__) from error

    def _find(self, session: pkcs11.Session, label: str, kind: ObjectClass) -> pkcs11.Key:
        handle = self._handles.get((label, kind))
        if handle is None:
            found = list(session.get_objects({Attribute.CLASS: kind, Attribute.LABEL: label}))
            if len(found) != 1:
                raise KeyNotFoundError(f"{len(found)} keys are called {label}")
            handle = self._handles[label, kind] = found[0]
        return handle

    def _logged_in(self) -> pkcs11.Session:
        if self._session is None:
            self._session = self._log_in()
        return self._session

    def _log_in(self) -> pkcs11.Session:
        failure: Exception | None = None
        for attempt in range(START_ATTEMPTS):
            if attempt:
                time.sleep(0.05 * 2**attempt)
            with start_up_lock(self._lock_file):
                try:
                    token = load_module(self._module).get_token(token_label=self._label)
                    return token.open(rw=True, user_pin=self._pin)
                except (pkcs11.NoSuchToken, pkcs11.GeneralError, pkcs11.TokenNotPresent) as error:
                    failure = error
        raise TokenAwayError(f"{self._label}: {type(failure).__name__}") from failure

    def _forget(self) -> None:
        self._handles.clear()
        session, self._session = self._session, None
        if session is not None:
            with suppress(pkcs11.PKCS11Error):  # it may be gone already
                session.close()


def _ecdsa_der(raw: bytes) -> bytes:
    """ECDSA-Sig-Value (RFC 3279 §2.2.3) of r and s as the token puts them side by side; asn1crypto takes 50 µs for it."""
    half = len(raw) // 2
    return der.sequence(der.integer(int.from_bytes(raw[:half], "big")), der.integer(int.from_bytes(raw[half:], "big")))


STALE = (
    pkcs11.SessionHandleInvalid,
    pkcs11.SessionClosed,
    pkcs11.ObjectHandleInvalid,
    pkcs11.KeyHandleInvalid,
    pkcs11.UserNotLoggedIn,
    pkcs11.DeviceRemoved,
    pkcs11.DeviceError,
    pkcs11.TokenNotPresent,
    KeyNotFoundError,
)
