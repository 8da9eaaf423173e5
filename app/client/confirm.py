"""`cectrust confirm`: tell the authority, with a signature of the key, that the certificate has come."""

import argparse
from collections.abc import Callable
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256

from app.client.http import ServiceError, get_json, post
from app.client.options import ask_pin, say_done, teller, token_options
from app.client.sign import find_certificate
from app.client.statements import signed_statement
from app.client.token import UserToken, find_module, open_token
from app.client.token_errors import UserTokenError


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The subcommand and its options."""
    parser = commands.add_parser("confirm", help="confirm the receipt of the certificate / 電子証明書の受領を確認する")
    token_options(parser)
    parser.add_argument("--server", required=True, help="address of the site")
    parser.add_argument("--json", action="store_true", help="answer as JSON, for scripts")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Sign and send. The exit status is 0 if the receipt is on record."""
    module = find_module(options.module)
    serial, certificate = find_certificate(module, options.token_serial)
    with open_token(module, ask_pin(options), serial=serial) as token:
        key_id = key_of(token, certificate)
        answer = confirm_receipt(token, key_id, certificate, options.server, tell=teller(options))
    say_done(
        options,
        "The receipt is confirmed. / 受領を確認しました。",
        serial=f"{certificate.serial_number:032x}",
        receipt="confirmed",
        confirmed_at=str(answer["confirmed_at"]),
    )
    return 0


def confirm_receipt(
    token: UserToken,
    key_id: bytes,
    certificate: x509.Certificate,
    server: str,
    *,
    tell: Callable[[str], None] = lambda _text: None,
) -> dict[str, Any]:
    """Sign the statement that the certificate has come, and send it. Again, the service answers the same.

    Raises:
        ServiceError: the service refuses, or is away.
        UserTokenError: the token.
    """

    def shown(text: str) -> bool:
        tell(text)
        return True  # the statement is fixed, and the command itself is the declaration

    signed = signed_statement(token, key_id, certificate, server, "receipt", confirm=shown)
    assert signed is not None  # noqa: S101  `shown` never says no
    return post(server, "/api/holder/receipts", dict(signed))


def receipt_of(certificate: x509.Certificate, server: str) -> dict[str, Any]:
    """How it stands with the confirmation, by the service: `status`, `due_on`. Empty if it does not know or is away."""
    try:
        return get_json(server, f"/api/holder/receipts/{certificate.fingerprint(SHA256()).hex()}", {})
    except ServiceError:
        return {}


def key_of(token: UserToken, certificate: x509.Certificate) -> bytes:
    """The id of the certificate's key. Raises UserTokenError."""
    for held in token.signing_certificates():
        if held.certificate == certificate:
            return held.key_id
    raise UserTokenError("The key of the certificate is not on this token.\nこのトークンに鍵がありません。")
