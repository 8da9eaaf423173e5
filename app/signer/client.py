"""The client of the signing process: one connection per thread and process, opened when first needed."""

import os
import socket
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from app.signer.errors import SignerRefusedError, SignerUnavailableError
from app.signer.keys import RemoteECKey, RemoteRSAKey
from app.signer.wire import MOST_DIGESTS, WireError, receive, send

TIMEOUT_SECONDS = 30
PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey


class _Connection(socket.socket):
    """A connection and the process that opened it; closed with the thread that used it.

    Closed by itself and not by an owner: the garbage collector may come to the socket before it comes to the owner.
    """

    def __init__(self) -> None:
        super().__init__(socket.AF_UNIX)
        self.pid = os.getpid()

    def __del__(self) -> None:
        self.close()


class SignerClient:
    """Asks the signing process to use keys that never leave the HSM."""

    def __init__(self, path: Path, *, timeout: float = TIMEOUT_SECONDS) -> None:
        self.path, self._timeout = path, timeout
        self._local = threading.local()
        self._public: dict[str, PublicKey] = {}

    def public_key(self, label: str) -> PublicKey:
        """The public half of a key.

        Raises:
            SignerUnavailableError: no answer.
            SignerRefusedError: no such key for this role.
        """
        if label not in self._public:
            self._public[label] = self.read_public_key(label)
        return self._public[label]

    def read_public_key(self, label: str) -> PublicKey:
        """The public half of a key, asked for anew: a trial of the whole way to the HSM that signs nothing.

        Raises:
            SignerUnavailableError, SignerRefusedError: as `public_key`.
        """
        answer = self._ask(op="public", key=label)
        loaded = serialization.load_der_public_key(bytes.fromhex(answer["value"]))
        if not isinstance(loaded, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
            raise SignerRefusedError("key-type")
        return loaded

    def private_key(self, label: str) -> RemoteRSAKey | RemoteECKey:
        """An object that `cryptography` takes for the private key; signing with it asks the signing process."""
        public = self.public_key(label)
        if isinstance(public, rsa.RSAPublicKey):
            return RemoteRSAKey(self, label, public)
        return RemoteECKey(self, label, public)

    def sign_digest(self, label: str, digest: bytes, algorithm: str, *, padding: str = "pkcs1v15") -> bytes:
        """Sign a digest that was computed here.

        Args:
            label: of the key.
            digest: of the length that `algorithm` gives.
            algorithm: `sha256`, `sha384` or `sha512`.
            padding: `pkcs1v15` or `pss`, for RSA keys.

        Returns:
            the signature: for RSA as long as the modulus, for ECDSA the DER of r and s.

        Raises:
            SignerUnavailableError: no answer; its `perhaps_done` says whether the signature may have been made. It is
                never asked for twice.
            SignerRefusedError: the policy forbids it, or the digest has the wrong length.
        """
        return self.sign_digests(label, [digest], algorithm, padding=padding)[0]

    def sign_digests(
        self, label: str, digests: Sequence[bytes], algorithm: str, *, padding: str = "pkcs1v15"
    ) -> list[bytes]:
        """Sign several digests with the same key, in one request: the signatures in the same order, or none at all.

        Args, errors: as `sign_digest`; at most `MOST_DIGESTS` go in one request, so more are several.
        """
        signatures: list[bytes] = []
        for begin in range(0, len(digests), MOST_DIGESTS):
            asked = [each.hex() for each in digests[begin : begin + MOST_DIGESTS]]
            answer = self._ask(op="sign", key=label, digests=asked, hash=algorithm, padding=padding)
            signatures += [bytes.fromhex(each) for each in answer["values"]]
        return signatures

    def hmac(self, label: str, data: bytes) -> bytes:
        """HMAC-SHA-256 over `data` with a key in the HSM: 32 bytes."""
        return bytes.fromhex(self._ask(op="hmac", key=label, data=data.hex())["value"])

    def wrap(self, plaintext: bytes, aad: bytes, *, label: str = "storage") -> bytes:
        """Encrypt something small (a data key, a short-lived secret) and bind it to `aad`."""
        return bytes.fromhex(self._ask(op="wrap", key=label, data=plaintext.hex(), aad=aad.hex())["value"])

    def unwrap(self, sealed: bytes, aad: bytes, *, label: str = "storage") -> bytes:
        """Decrypt what `wrap` made.

        Raises:
            SignerRefusedError: damaged, or bound to something else.
        """
        return bytes.fromhex(self._ask(op="unwrap", key=label, data=sealed.hex(), aad=aad.hex())["value"])

    def health(self) -> dict[str, Any]:
        """State of the signing process: `{"keys": [...], "signatures": n}`."""
        answer = self._ask(op="health")
        return {name: value for name, value in answer.items() if name != "ok"}

    def _ask(self, **message: Any) -> dict[str, Any]:  # noqa: ANN401  JSON values
        # An idle connection may be to a process that was stopped meanwhile; then nothing can be handed over, and one
        # fresh try is safe. Once a request is on its way, what may be done twice is asked for again, a signature is not.
        is_repeatable = message["op"] != "sign"
        for fresh in (False, True):
            handed_over = False
            try:
                connection = self._connection(fresh=fresh)
                send(connection, message)
                handed_over = True
                answer = receive(connection)
                break
            except (OSError, WireError) as error:
                self._drop()
                if fresh or (handed_over and not is_repeatable):
                    raise SignerUnavailableError(type(error).__name__, perhaps_done=handed_over) from error
        if answer.get("ok"):
            return answer
        if answer.get("error") == "unavailable":
            raise SignerUnavailableError(str(answer.get("reason", "")))
        raise SignerRefusedError(str(answer.get("reason", "")))

    def _connection(self, *, fresh: bool) -> socket.socket:
        held: _Connection | None = getattr(self._local, "held", None)
        if held and held.pid == os.getpid() and not fresh:
            return held
        self._drop()
        connection = _Connection()
        connection.settimeout(self._timeout)
        try:
            connection.connect(str(self.path))
        except OSError:
            connection.close()
            raise
        self._local.held = connection
        return connection

    def _drop(self) -> None:
        held: _Connection | None = getattr(self._local, "held", None)
        if held:
            held.close()
            self._local.held = None

    def close(self) -> None:
        """Close this thread's connection."""
        self._drop()
