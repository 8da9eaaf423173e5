"""Signing a statement of the service with the key on the token: receipt, renewal, revocation."""

import base64
from collections.abc import Callable

from cryptography import x509

from app.client.http import ServiceError, get_json
from app.client.token import UserToken

FIRST_LINE = "CECSIGN statement 1"


def signed_statement(  # noqa: PLR0913  whose key, where, what, about which certificate, and who is asked
    token: UserToken,
    key_id: bytes,
    certificate: x509.Certificate,
    server: str,
    purpose: str,
    *,
    confirm: Callable[[str], bool],
    **details: str,
) -> dict[str, str] | None:
    """Get a statement, show it, sign it. The token signs nothing but a statement about this very certificate.

    Args:
        token: logged in.
        key_id: CKA_ID of the certificate's key.
        certificate: whom the statement is about.
        server: address of the site.
        purpose: receipt, renewal or revocation.
        confirm: shows the text and says whether to sign.
        details: further lines, with `_` for `-` in their names.

    Returns:
        `statement` and `signature` (base64), as the service takes them; None if the person did not want to sign.

    Raises:
        ServiceError: the service does not answer, or with something else than such a statement.
        UserTokenError: the token.
    """
    serial = f"{certificate.serial_number:032x}"
    extra = {name.replace("_", "-"): value for name, value in details.items() if value}
    answer = get_json(server, "/api/holder/statement", {"purpose": purpose, "serial": serial, **extra})
    text = str(answer.get("statement", ""))
    _require_ours(text, purpose, serial, extra)
    if not confirm(text):
        return None
    signature = token.sign(key_id, text.encode())
    return {"statement": text, "signature": base64.b64encode(signature).decode()}


def _require_ours(text: str, purpose: str, serial: str, details: dict[str, str]) -> None:
    """A server must not get a signature over anything else, a hash of a contract least of all."""
    lines = text.split("\n")
    wanted = {f"purpose: {purpose}", f"certificate: {serial}", *(f"{name}: {each}" for name, each in details.items())}
    if lines[0] != FIRST_LINE or wanted - set(lines):
        raise ServiceError(
            "The service sent something else than the statement that was asked for. Nothing was signed; call the help desk.\n"
            "サービスから想定外の文面が届いたため、署名しませんでした。ヘルプデスクへご連絡ください。",
            "statement",
        )
