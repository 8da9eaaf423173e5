"""`cectrust enrol`: make the key on the token, ask for the certificate, put it beside the key."""

import base64
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from app.client.http import sentence_of
from app.client.token import UserToken

TIMEOUT_SECONDS = 30
WAIT_SECONDS = 300
PENDING_LABEL = "CECSIGN"


class EnrolError(Exception):
    """The service refused; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What is on the token now."""

    certificate: x509.Certificate
    ca: x509.Certificate


def enrol(
    token: UserToken,
    server: str,
    application_number: str,
    download_pin: str,
    *,
    kind: str = "rsa-3072",
    tell: Callable[[str], None] = print,
) -> Enrolled:
    """From the ダウンロードPIN to the certificate on the token.

    Raises:
        EnrolError: the service refuses, or does not issue in time. Running the command again is safe.
        UserTokenError: the token.
    """
    key_id = token.find_unused_key(PENDING_LABEL)  # the same request again is the same request
    if key_id is None:
        tell("Making the key on the token … / トークンで鍵を作成しています…")
        key_id = token.make_key(PENDING_LABEL, kind=kind)
    answer = _post(
        urljoin(server, "/api/enrol/requests"),
        {
            "application_number": application_number,
            "download_pin": download_pin,
            "token_serial": token.serial,
            "csr": base64.b64encode(_request(token, key_id, application_number)).decode(),
        },
    )
    tell("Waiting for the certificate … / 証明書の発行を待っています…")
    issued = _wait(urljoin(server, answer["url"]), tell)
    der, ca_der = base64.b64decode(issued["certificate"]), base64.b64decode(issued["ca"])
    certificate, ca = x509.load_der_x509_certificate(der), x509.load_der_x509_certificate(ca_der)
    certificate.verify_directly_issued_by(ca)
    if certificate.public_key() != token.public_key(key_id):
        raise EnrolError("The certificate is for another key. Call the help desk.\n証明書の鍵が一致しません。")
    token.store_certificate(der, PENDING_LABEL, key_id)
    token.store_certificate(ca_der, "CECSIGN CA", b"ca")
    return Enrolled(certificate, ca)


def _request(token: UserToken, key_id: bytes, number: str) -> bytes:
    """PKCS#10, signed with the new key: that is the proof of possession. The CA takes names from the application."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, number)])
    builder = x509.CertificateSigningRequestBuilder().subject_name(name)
    return builder.sign(token.private_key(key_id), hashes.SHA256()).public_bytes(Encoding.DER)


def _post(url: str, body: dict[str, str]) -> dict[str, Any]:
    try:
        response = requests.post(url, json=body, timeout=TIMEOUT_SECONDS)
        answer: dict[str, Any] = response.json()
    except (requests.RequestException, ValueError) as error:
        raise EnrolError(
            f"The service cannot be reached ({type(error).__name__}).\nサービスに接続できません。"
        ) from error
    if response.status_code != 202:
        raise EnrolError(sentence_of(answer, response.status_code))
    return answer


def _wait(url: str, tell: Callable[[str], None]) -> dict[str, str]:
    until = time.monotonic() + WAIT_SECONDS
    said = False
    while time.monotonic() < until:
        try:
            response = requests.get(url, timeout=TIMEOUT_SECONDS)
            answer: dict[str, str] = response.json()
        except (requests.RequestException, ValueError):
            answer, response = {}, None
        if response is not None and response.status_code == 200 and answer.get("status") == "issued":
            return answer
        if answer.get("waits_for") and not said:
            tell("The certification service is busy; still waiting … / 認証サービスの復旧を待っています…")
            said = True
        time.sleep(1)
    raise EnrolError("The certificate was not issued yet. Run the command again later.\n後でもう一度実行してください。")
