"""`cectrust revoke`: ask, with a signature of the key itself, that its certificate be revoked."""

import argparse
import getpass
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from app.client.http import ServiceError, post
from app.client.statements import signed_statement
from app.client.token import Held, UserToken, find_module, open_token

# What happened; the first four are revoked at once.
CIRCUMSTANCES = {
    "loss": "eToken lost / eTokenの紛失",
    "theft": "eToken stolen / eTokenの盗難",
    "pin-leak": "PIN known to somebody else / PINの漏えい",
    "key-compromise": "key used by somebody else / 鍵の危殆化",
    "damage": "eToken damaged / eTokenの破損",
    "left-company": "left the company / 退職・異動",
    "facts-changed": "contents changed / 記載事項の変更",
    "reissue": "replaced by a new one / 再発行",
    "end-of-use": "no longer needed / 利用中止",
    "unspecified": "something else / その他",
}


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The subcommand and its options."""
    parser = commands.add_parser("revoke", help="have the certificate revoked / 電子証明書を失効する")
    parser.add_argument("--server", required=True, help="address of the site")
    parser.add_argument("--module", default="", help="PKCS#11 driver of the token")
    parser.add_argument("--token-serial", default="", help="which token, if several are inserted")
    parser.add_argument("--pin-file", type=Path, help="file with the PIN of the token (asked for otherwise)")
    parser.add_argument("--certificate", default="", help="serial number, if the token has several certificates")
    parser.add_argument(
        "--circumstance",
        required=True,
        choices=CIRCUMSTANCES,
        metavar="|".join(CIRCUMSTANCES),
        help="what happened: " + "; ".join(f"{name} ({words})" for name, words in CIRCUMSTANCES.items()),
    )
    parser.add_argument("--since", default="", help="since when the key is unsafe, e.g. 2026-11-26T14:05")
    parser.add_argument("--yes", action="store_true", help="do not ask; sign the request that is shown")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Choose the certificate, sign, send. The exit status is 0 if the request is with the service."""
    since = moment_of(options.since)
    pin = options.pin_file.read_text().strip() if options.pin_file else getpass.getpass("PIN / トークンのPIN: ")

    def confirm(text: str) -> bool:
        print(f"\n{text}\nA revocation cannot be taken back. / 失効は取り消せません。")
        if options.yes:
            return True
        if not sys.stdin.isatty():
            return False  # nobody is there to answer
        return input("Ask for it? / 失効を請求しますか [y/N] ").strip().lower() in {"y", "yes"}

    with open_token(find_module(options.module), pin, serial=options.token_serial) as token:
        held = chosen(token, options.certificate)
        answer = revoke(token, held, options.server, options.circumstance, since, confirm=confirm)
    if answer is None:
        print("Nothing was asked for. / 請求しませんでした。")
        return 1
    if answer.get("status") == "revoked":
        print("Revoked; the list is published within minutes. / 失効しました。失効リストは数分以内に公開されます。")
    else:
        print("Received; you are told when it is decided. / 受け付けました。結果はお知らせします。")
    print(f"  {answer.get('number', '')}  {held.certificate.serial_number:032x}")
    return 0


def revoke(  # noqa: PLR0913  whose key, which certificate, where, why, since when, and who is asked
    token: UserToken,
    held: Held,
    server: str,
    circumstance: str,
    since: str,
    *,
    confirm: Callable[[str], bool],
) -> dict[str, Any] | None:
    """Sign the request and send it.

    Returns:
        what the service answers: `status` and `number`; None if the person did not want to sign.

    Raises:
        ServiceError: the service refuses and says why, or cannot be reached.
        UserTokenError: the token.
    """
    signed = signed_statement(
        token,
        held.key_id,
        held.certificate,
        server,
        "revocation",
        confirm=confirm,
        circumstance=circumstance,
        invalid_since=since,
    )
    return post(server, "/api/holder/revocations", dict(signed)) if signed else None


def chosen(token: UserToken, serial: str) -> Held:
    """The certificate of this serial number, or the only one. Raises ServiceError with what there is."""
    found = token.signing_certificates()
    wanted = serial.replace(":", "").lower().lstrip("0")
    if wanted:
        found = [each for each in found if f"{each.certificate.serial_number:x}" == wanted]
    if len(found) == 1:
        return found[0]
    listed = "\n".join(
        f"  {each.certificate.serial_number:032x}  {each.certificate.subject.rfc4514_string()}"
        for each in (found or token.signing_certificates())
    )
    raise ServiceError(
        "Say which certificate with --certificate SERIAL; these are on the token:\n"
        f"--certificate で証明書を指定してください。トークン内の証明書:\n{listed or '  –'}",
        "certificate",
    )


def moment_of(text: str) -> str:
    """A moment as the service reads it: on this computer's clock unless it has an offset. Raises ServiceError."""
    if not text:
        return ""
    try:
        return datetime.fromisoformat(text).astimezone().isoformat(timespec="seconds")
    except ValueError as error:
        raise ServiceError(
            "Write --since as 2026-11-26T14:05.\n--since は 2026-11-26T14:05 の形で指定してください。", "since"
        ) from error
