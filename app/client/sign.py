"""`cectrust sign`: sign a contract with the key on the token. Only a signature value leaves the computer."""

import base64
import hashlib
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from app.client.http import ServiceError, get, post
from app.client.request_check import RequestCheckError, checked_attributes, require_unchanged
from app.client.token import UserToken, choose_token, clean, open_token
from app.client.token_errors import UserTokenError, explained


@dataclass(frozen=True, slots=True)
class Signed:
    """What the service answered."""

    revision: int
    sha256: str
    is_complete: bool


class CancelledError(Exception):
    """The person did not want to sign."""


def sign(
    module: str,
    server: str,
    code: str,
    *,
    serial: str,
    pin: Callable[[], str],
    confirm: Callable[[str], bool],
) -> Signed:
    """Sign the contract that the code belongs to.

    Args:
        module: PKCS#11 driver.
        server: address of the site.
        code: from the contract's page.
        serial: of the token, if several are inserted.
        pin: asks for the token's PIN; called after everything was checked and shown.
        confirm: shows a text and asks whether to sign.

    Raises:
        UserTokenError: the token; a wrong PIN, no certificate.
        ServiceError: the service refuses, or is away. The command may be run again.
        RequestCheckError: the service asks for a signature over something else. Nothing was signed.
        CancelledError: the person said no.
    """
    serial, certificate = find_certificate(module, serial)
    der = certificate.public_bytes(Encoding.DER)
    answer = post(server, "/api/signing/sessions", {"code": code, "certificate": base64.b64encode(der).decode()})
    path = f"/api/signing/sessions/{answer['session']}"
    try:
        base, kept = _document(server, path, code, answer)
        attributes = checked_attributes(answer, base, der)
        if not confirm(summary(answer, certificate, kept)):
            raise CancelledError
        require_unchanged(kept, answer["base"]["sha256"])
    except RequestCheckError as error:
        _report(server, path, code, error.reason)
        raise
    with open_token(module, pin(), serial=serial) as token:
        value = token.sign(_key_id(token, certificate), attributes)
    done = post(server, f"{path}/signature", {"code": code, "signature": base64.b64encode(value).decode()})
    return Signed(int(done["revision"]), str(done["sha256"]), bool(done["complete"]))


def find_certificate(module: str, serial: str) -> tuple[str, x509.Certificate]:
    """The newest certificate for signing on the token, read without a PIN, and the token's serial number.

    Raises:
        UserTokenError: no token, or no certificate that is valid today.
    """
    token = choose_token(module, serial)
    with explained(), token.open() as session:
        found = [held.certificate for held in UserToken(session, "").certificates()]
    now = datetime.now(UTC)
    usable = [
        each for each in found if _is_for_signing(each) and each.not_valid_before_utc <= now <= each.not_valid_after_utc
    ]
    if not usable:
        raise UserTokenError(
            "There is no valid certificate on the token. Fetch it with `cectrust enrol`.\n"
            "トークンに有効な電子証明書がありません。`cectrust enrol` で格納してください。"
        )
    return clean(token.serial), max(usable, key=lambda each: each.not_valid_before_utc)


def summary(answer: dict[str, Any], certificate: x509.Certificate, kept: Path) -> str:
    """What is about to be signed, in both languages."""
    contract = answer["contract"]
    amount = "—" if contract["amount"] is None else f"¥{contract['amount']:,}"
    rows = (
        ("Contract / 契約", f"{contract['number']}  {contract['title']}"),
        ("Date / 契約日", contract["date"]),
        ("Amount / 金額", amount),
        ("Other party / 相手方", contract["counterparty"]),
        ("Signer / 署名者", contract["signer"]),
        ("Certificate / 証明書", f"{holder_of(certificate)}, {certificate.serial_number:032x}"),
        ("SHA-256", answer["base"]["sha256"]),
        ("File / ファイル", str(kept)),
    )
    return "\n".join(f"  {name:<22} {value}" for name, value in rows)


def holder_of(certificate: x509.Certificate) -> str:
    """The holder's name as the certificate has it."""
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else certificate.subject.rfc4514_string()


def _document(server: str, path: str, code: str, answer: dict[str, Any]) -> tuple[bytes, Path]:
    """The document, from the cache if it was fetched before; never kept if it is another one."""
    directory = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "cectrust"
    kept = directory / f"{_plain(answer['base']['sha256'])}.pdf"
    if kept.exists() and hashlib.sha256(data := kept.read_bytes()).hexdigest() == answer["base"]["sha256"]:
        return data, kept
    data = get(server, f"{path}/base", {"X-Signing-Code": code})
    if hashlib.sha256(data).hexdigest() != answer["base"]["sha256"]:
        raise RequestCheckError("document-changed")
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    kept.write_bytes(data)
    return data, kept


def _report(server: str, path: str, code: str, reason: str) -> None:
    """Tell the service that it was refused. If that fails, the person still reads why."""
    with suppress(ServiceError):
        post(server, f"{path}/refusal", {"code": code, "reason": reason})


def _plain(digest: str) -> str:
    """A digest that may be a file name: the service is not believed."""
    return "".join(character for character in digest if character in "0123456789abcdef")[:64]


def _is_for_signing(certificate: x509.Certificate) -> bool:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return False
    return (usage.digital_signature or usage.content_commitment) and not usage.key_cert_sign


def _key_id(token: UserToken, certificate: x509.Certificate) -> bytes:
    for held in token.signing_certificates():
        if held.certificate == certificate:
            return held.key_id
    raise UserTokenError("The key of the certificate is not on this token.\nこのトークンに鍵がありません。")
