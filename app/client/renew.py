"""`cectrust renew`: ask for the next certificate with the present key, then fetch it like the first one."""

import argparse
import getpass
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509

from app.client.enrol import Enrolled, enrol
from app.client.http import post
from app.client.statements import signed_statement
from app.client.token import Held, UserToken, UserTokenError, find_module, open_token

ADD_PIN = "Download PIN (Enter: fetch it later) / ダウンロードPIN（Enterのみ: 後で格納）: "


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The subcommand and its options."""
    parser = commands.add_parser("renew", help="renew the certificate / 電子証明書をオンラインで更新する")
    parser.add_argument("--server", required=True, help="address of the site")
    parser.add_argument("--module", default="", help="PKCS#11 driver of the token")
    parser.add_argument("--token-serial", default="", help="which token, if several are inserted")
    parser.add_argument("--pin-file", type=Path, help="file with the PIN of the token (asked for otherwise)")
    parser.add_argument("--key", choices=("rsa-3072", "p-256"), default="rsa-3072")
    parser.add_argument("--yes", action="store_true", help="do not ask; sign the application that is shown")
    parser.add_argument("--later", action="store_true", help="only apply; fetch the certificate with `cectrust enrol`")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Apply, ask for the ダウンロードPIN of the e-mail, fetch. The exit status is 0 if it did its work."""
    pin = options.pin_file.read_text().strip() if options.pin_file else getpass.getpass("PIN / トークンのPIN: ")

    def confirm(text: str) -> bool:
        print(f"\n{text}")
        if options.yes:
            return True
        try:
            return input("Sign this application? / この申込みに署名しますか [y/N] ").strip().lower() in {"y", "yes"}
        except EOFError:
            return False  # nobody is there to answer

    with open_token(find_module(options.module), pin, serial=options.token_serial) as token:
        present = present_certificate(token)
        opened = apply(token, present, options.server, confirm=confirm)
        if opened is None:
            print("Nothing was signed. / 署名しませんでした。")
            return 1
        number, address = opened
        print(f"The download PIN was sent to {address}. / ダウンロードPINを {address} に送信しました。")
        download_pin = "" if options.later else getpass.getpass(ADD_PIN).strip()
        if not download_pin:
            print("Fetch the certificate within 14 days / 14日以内に次のコマンドで格納してください:")
            print(f"  cectrust enrol --server {options.server} --application-number {number}")
            return 0
        tell_done(enrol(token, options.server, number, download_pin, kind=options.key), present.certificate)
    return 0


def present_certificate(token: UserToken) -> Held:
    """The newest certificate of the token that is valid today and whose key is there. Raises UserTokenError."""
    now = datetime.now(UTC)
    usable = [
        held
        for held in token.signing_certificates()
        if held.certificate.not_valid_before_utc <= now <= held.certificate.not_valid_after_utc
    ]
    if not usable:
        raise UserTokenError(
            "There is no valid certificate on the token: it cannot be renewed online. Apply on paper; see the site.\n"
            "トークンに有効な電子証明書がないため、オンラインでは更新できません。書面でお申し込みください。"
        )
    return max(usable, key=lambda held: held.certificate.not_valid_before_utc)


def apply(token: UserToken, present: Held, server: str, *, confirm: Callable[[str], bool]) -> tuple[str, str] | None:
    """Sign the application for a renewal with the present key and send it.

    Returns:
        the application number, and the address that the ダウンロードPIN goes to, as far as it is shown; None if the
        person did not want to sign.

    Raises:
        ServiceError: the service refuses and says why, or cannot be reached.
        UserTokenError: the token.
    """
    signed = signed_statement(token, present.key_id, present.certificate, server, "renewal", confirm=confirm)
    if signed is None:
        return None
    answer = post(server, "/api/holder/renewal", dict(signed))
    return str(answer["application_number"]), str(answer["email"])


def tell_done(done: Enrolled, before: x509.Certificate) -> None:
    """What is on the token now."""
    print("Renewed. / 更新しました。")
    print(f"  serial {done.certificate.serial_number:032x}, until {done.certificate.not_valid_after_utc:%Y-%m-%d}")
    print(
        f"  The certificate before stays valid until {before.not_valid_after_utc:%Y-%m-%d}; keep it on the token."
        f" / 更新前の電子証明書も {before.not_valid_after_utc:%Y-%m-%d} まで有効です。削除しないでください。"
    )
