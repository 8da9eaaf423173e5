"""`cectrust enrol`: make the key on the token, ask for the certificate, put it beside the key, confirm that it has come.

Running it again is always safe. A key that an interrupted run left on the token is taken up, the service answers the same
request the same, and a certificate that was issued and not stored is fetched once more.
"""

import base64
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from app.client.attestation import find_attestation
from app.client.confirm import confirm_receipt
from app.client.http import ServiceError, clock_error_of, clock_sentence, get_json, post
from app.client.token import UserToken
from app.client.token_errors import UserTokenError

WAIT_SECONDS = 300
PENDING_LABEL = "CECSIGN"
AGAIN_SECONDS = 5
NOT_YET = 5  # exit status
# Refusals of one key: another one that is on the token may be the right one.
ANOTHER_KEY_WAS_ASKED_FOR = ("request-known", "pin-used")
KEY_IS_NO_GOOD = ("key-known", "key-weak", "key-refused")


class EnrolError(Exception):
    """The certificate cannot be had now; the text says why and what to do."""

    def __init__(self, text: str, code: str, exit_status: int = 1) -> None:
        super().__init__(text)
        self.code, self.exit_status = code, exit_status


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What is on the token now."""

    certificate: x509.Certificate
    ca: x509.Certificate
    is_confirmed: bool = False
    receipt_due_on: str = ""


def enrol(  # noqa: PLR0913  which token, where, with what, which key, and how long
    token: UserToken,
    server: str,
    application_number: str,
    download_pin: str,
    *,
    kind: str = "rsa-3072",
    tell: Callable[[str], None] = print,
    wait: float = WAIT_SECONDS,
) -> Enrolled:
    """From the ダウンロードPIN to the certificate on the token, and the confirmation that it has come.

    Args:
        token: logged in.
        server: address of the site.
        application_number: as in the letter.
        download_pin: from the e-mail.
        kind: of the key, rsa-3072 or p-256.
        tell: says what is being done, in both languages.
        wait: seconds to wait for a busy service and for the certificate.

    Raises:
        EnrolError, ServiceError: the service refuses, or does not issue in time.
        UserTokenError: the token.
    """
    if (ahead := clock_error_of(server)) is not None:
        tell(clock_sentence(ahead))
    request = _Request(token, server, application_number, download_pin, kind, tell, time.monotonic() + wait)
    key_id, url = request.send()
    tell("Waiting for the certificate … / 証明書の発行を待っています…")
    try:
        issued = request.fetch(url)
    except ServiceError as error:
        if error.code not in KEY_IS_NO_GOOD:
            raise
        tell(str(error))  # found while the certificate was made: once more, with a new key
        key_id, url = request.send()
        issued = request.fetch(url)
    der, ca_der = base64.b64decode(issued["certificate"]), base64.b64decode(issued["ca"])
    certificate, ca = _checked(der, ca_der, token, key_id)
    token.store_certificate(der, PENDING_LABEL, key_id)
    token.store_certificate(ca_der, "CECSIGN CA", b"ca")
    if certificate.not_valid_before_utc > datetime.now(UTC):
        tell(
            "The certificate is on the token, but by this computer's clock it is not valid yet. Set the clock right.\n"
            "証明書を格納しましたが、このパソコンの時計ではまだ有効になっていません。日付と時刻を合わせてください。"
        )
    due_on = str(issued.get("receipt_due_on") or "")
    return Enrolled(certificate, ca, _confirm(token, key_id, certificate, server, tell, due_on), due_on)


def _confirm(  # noqa: PLR0913, PLR0917  what to sign with, for what, and what to say
    token: UserToken, key_id: bytes, certificate: x509.Certificate, server: str, tell: Callable[[str], None], due: str
) -> bool:
    """The certificate is stored, whatever happens here: what is missing is said, and how to do it later."""
    try:
        confirm_receipt(token, key_id, certificate, server)
    except (ServiceError, UserTokenError) as error:
        by, until = (f" by {due}", f"{due}までに") if due else ("", "")
        tell(
            f"The receipt could not be confirmed now: {error}\n"
            f"Confirm it{by} with `cectrust confirm --server {server}`. / {until}上のコマンドで受領を確認してください。"
        )
        return False
    tell("The receipt was confirmed with a signature of the new key. / 新しい鍵の署名により、受領を確認しました。")
    return True


def _checked(der: bytes, ca_der: bytes, token: UserToken, key_id: bytes) -> tuple[x509.Certificate, x509.Certificate]:
    try:
        certificate, ca = x509.load_der_x509_certificate(der), x509.load_der_x509_certificate(ca_der)
        certificate.verify_directly_issued_by(ca)
    except (ValueError, TypeError, InvalidSignature) as error:
        raise EnrolError(
            "What the service sent is no certificate of its authority. Nothing was stored; call the help desk.\n"
            "届いた証明書を検証できないため、格納しませんでした。ヘルプデスクへご連絡ください。",
            "certificate-wrong",
        ) from error
    if certificate.public_key() != token.public_key(key_id):
        raise EnrolError(
            "The certificate is for another key. Nothing was stored; call the help desk.\n"
            "証明書の鍵が一致しないため、格納しませんでした。ヘルプデスクへご連絡ください。",
            "key-other",
        )
    return certificate, ca


@dataclass(frozen=True, slots=True)
class _Request:
    """One passage: the same request, as often as it takes."""

    token: UserToken
    server: str
    number: str
    pin: str
    kind: str
    tell: Callable[[str], None]
    until: float  # monotonic clock

    def send(self) -> tuple[bytes, str]:
        """Ask with the keys that are there, then with a new one. Returns the key's id and where to ask."""
        refusal: ServiceError | None = None
        for key_id in self.token.unused_keys(PENDING_LABEL, self.kind):
            try:
                return key_id, self._post(key_id)
            except ServiceError as error:
                if error.code not in ANOTHER_KEY_WAS_ASKED_FOR + KEY_IS_NO_GOOD:
                    raise
                if refusal is None or error.code in ANOTHER_KEY_WAS_ASKED_FOR:
                    refusal = error
        if refusal is not None and refusal.code in ANOTHER_KEY_WAS_ASKED_FOR:
            raise refusal
        self.tell("Making the key on the token … / トークンで鍵を作成しています…")
        key_id = self.token.make_key(PENDING_LABEL, kind=self.kind)
        return key_id, self._post(key_id)

    def _post(self, key_id: bytes) -> str:
        body = {
            "application_number": self.number,
            "download_pin": self.pin,
            "token_serial": self.token.serial,
            "csr": base64.b64encode(_csr(self.token, key_id, self.number)).decode(),
            "attestation": find_attestation(self.token, key_id),
        }
        return str(self._patiently(lambda: post(self.server, "/api/enrol/requests", body))["url"])

    def fetch(self, url: str) -> dict[str, Any]:
        """Wait until the certificate is there."""
        said = False
        while True:
            answer = self._patiently(lambda: get_json(self.server, url, {}), was_reached=True)
            if answer.get("status") == "issued":
                return answer
            if answer.get("waits_for") == "officer":
                raise EnrolError(
                    "The certification authority looks into your certificate first. You will get an e-mail; then run this "
                    "command again. Keep the key on the token; nothing is lost.\n"
                    "発行の前に認証局の担当者が確認しています。メールが届いたら、もう一度このコマンドを実行してください。"
                    "トークンの鍵は消さないでください。",
                    "waits-for-officer",
                    NOT_YET,
                )
            if answer.get("waits_for") and not said:
                self.tell("The certification service is busy; still waiting … / 認証サービスの復旧を待っています…")
                said = True
            if time.monotonic() >= self.until:
                raise EnrolError(
                    "The certificate was not issued yet. Run the command again later; nothing is lost.\n"
                    "証明書はまだ発行されていません。後でもう一度実行してください。続きから行います。",
                    "not-yet",
                    NOT_YET,
                )
            time.sleep(1)

    def _patiently(self, act: Callable[[], dict[str, Any]], *, was_reached: bool = False) -> dict[str, Any]:
        """Again while the service says that it is busy; or is away, if it was there a moment ago."""
        said = False
        while True:
            try:
                return act()
            except ServiceError as error:
                pause = AGAIN_SECONDS if error.code == "unreachable" and was_reached else error.retry_after
                if pause is None or time.monotonic() + pause > self.until:
                    raise
                if not said:
                    self.tell(f"{error}\n… {pause} s")
                said = True
                time.sleep(pause)


def _csr(token: UserToken, key_id: bytes, number: str) -> bytes:
    """PKCS#10, signed with the new key: that is the proof of possession. The CA takes names from the application."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, number)])
    builder = x509.CertificateSigningRequestBuilder().subject_name(name)
    return builder.sign(token.private_key(key_id), hashes.SHA256()).public_bytes(Encoding.DER)
