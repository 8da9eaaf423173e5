"""The signing process: `python -m issuance.hsm.daemon`.

Owns the PKCS#11 module, the PIN and the session; answers over one unix socket per role. See docs/adr/0005.
"""

import logging
import os
import signal
import socket
import socketserver
import struct
import sys
import threading
from pathlib import Path
from typing import Any

import pkcs11

from app.core.private import keep_private
from app.core.settings import Settings
from app.signer.wire import MOST_DIGESTS, ROLES, WireError, receive, send
from issuance.hsm.environment import prepare_environment
from issuance.hsm.module import ModuleError
from issuance.hsm.policy import is_allowed
from issuance.hsm.token import DigestLengthError, HsmToken, KeyNotFoundError, TokenAwayError

log = logging.getLogger("signer")
MOST_WORD = 32  # characters of an operation or a label in the log
MOST_DATA = 4096  # bytes to wrap or to HMAC: data keys and PINs, never documents


class RefusedError(Exception):
    """The request is against the policy or malformed."""


class Service:
    """Decides about requests and carries them out."""

    def __init__(self, token: HsmToken) -> None:
        self._token = token
        self._count = 0
        self._lock = threading.Lock()

    def answer(self, role: str, request: dict[str, Any]) -> dict[str, Any]:
        """The answer to one request of one role; never raises."""
        operation, label = str(request.get("op", "")), str(request.get("key", ""))
        try:
            if operation == "health":
                return {"ok": True, "keys": self._token.labels(), "operations": self._count}
            if not is_allowed(role, label, operation):
                raise RefusedError("not-allowed")
            if operation == "sign":
                return {"ok": True, "values": [each.hex() for each in self._sign(role, label, request)]}
            value = self._do(operation, label, request)
        except (RefusedError, DigestLengthError, ValueError, TypeError, KeyError) as error:
            reason = str(error) if isinstance(error, RefusedError) else type(error).__name__
            log.warning("refused role=%s op=%s key=%s reason=%s", role, _word(operation), _word(label), reason)
            return {"ok": False, "error": "refused", "reason": reason}
        except (TokenAwayError, KeyNotFoundError, ModuleError) as error:
            shown = _word(operation), _word(label)
            log.error("unavailable role=%s op=%s key=%s reason=%s", role, *shown, error)  # noqa: TRY400  the reason says it all
            return {"ok": False, "error": "unavailable", "reason": type(error).__name__}
        except pkcs11.PKCS11Error as error:
            log.warning("refused role=%s op=%s key=%s reason=%s", role, operation, label, type(error).__name__)
            return {"ok": False, "error": "refused", "reason": type(error).__name__}
        self._add(1)
        return {"ok": True, "value": value.hex()}

    def _do(self, operation: str, label: str, request: dict[str, Any]) -> bytes:
        if operation == "public":
            return self._token.public_key(label)
        data = bytes.fromhex(request["data"])
        if len(data) > MOST_DATA:
            raise RefusedError("too-long")
        if operation == "hmac":
            return self._token.hmac(label, data)
        aad = bytes.fromhex(request["aad"])
        if operation == "wrap":
            return self._token.wrap(label, data, aad, os.urandom(12))
        return self._token.unwrap(label, data, aad)

    def _sign(self, role: str, label: str, request: dict[str, Any]) -> list[bytes]:
        padding, algorithm = str(request.get("padding", "pkcs1v15")), str(request["hash"])
        if padding not in {"pkcs1v15", "pss"}:
            raise RefusedError("padding")
        digests = [bytes.fromhex(each) for each in request["digests"]]
        if not 1 <= len(digests) <= MOST_DIGESTS:
            raise RefusedError("number")
        # One after the other, so that somebody else's signature need not wait for all of them.
        values = [self._token.sign(label, each, algorithm, padding=padding) for each in digests]
        # One line for each request: the number of the last signature, and every digest that was signed.
        total, signed = self._add(len(values)), ",".join(each.hex() for each in digests)
        log.info("signed n=%d role=%s key=%s hash=%s digests=%s", total, role, label, algorithm, signed)
        return values

    def _add(self, count: int) -> int:
        with self._lock:
            self._count += count
            return self._count


def _word(text: str) -> str:
    """What somebody else wrote, so that it can be no second line of the log: this log is the evidence of what was signed."""
    return text if text.isascii() and text.isalnum() and len(text) <= MOST_WORD else ascii(text[:MOST_WORD])


class _Handler(socketserver.BaseRequestHandler):
    server: "_Server"

    def handle(self) -> None:
        if not _is_same_user(self.request):
            log.warning("refused role=%s: another user", self.server.role)
            return
        while True:
            try:
                request = receive(self.request)
                send(self.request, self.server.service.answer(self.server.role, request))
            except (WireError, OSError):
                return


def _is_same_user(connection: socket.socket) -> bool:
    credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    _pid, user, _group = struct.unpack("3i", credentials)
    return bool(user == os.getuid())


class _Server(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, path: Path, role: str, service: Service) -> None:
        self.role, self.service = role, service
        path.unlink(missing_ok=True)  # left behind by a killed process
        before = os.umask(0o177)  # the socket is born with mode 0600
        try:
            super().__init__(str(path), _Handler)
        finally:
            os.umask(before)


def main() -> None:
    """Serve until a signal comes."""
    keep_private()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s", stream=sys.stderr)
    # A line for each signature: without the place in the source, the thread and the process, which are not in the format.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging._srcfile = None  # type: ignore[attr-defined]  # noqa: SLF001  "Optimization" in the manual of logging
    settings = Settings()
    prepare_environment(settings)
    directory = settings.signer_dir
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    token = HsmToken(
        settings.pkcs11_module_path,
        settings.pkcs11_token,
        settings.pkcs11_pin_file.read_text().strip(),
        lock_file=directory / "hsm.lock",
    )
    token.labels()  # fail at start, with the reason, rather than at the first signature
    service = Service(token)
    servers = [_Server(directory / f"{role}.sock", role, service) for role in ROLES]
    for server in servers:
        threading.Thread(target=server.serve_forever, name=server.role, daemon=True).start()
    log.info("ready roles=%s", ",".join(ROLES))
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    signal.signal(signal.SIGINT, lambda *_: stop.set())
    while not stop.wait(3600):
        pass
    for server in servers:
        server.shutdown()
    token.close()


if __name__ == "__main__":
    main()
