"""The command `cectrust`."""

import argparse
import sys
from pathlib import Path

from app.client import confirm, renew, revoke
from app.client.doctor import examine
from app.client.enrol import WAIT_SECONDS, EnrolError, enrol
from app.client.http import ServiceError
from app.client.options import ask_pin, say_done, say_failed, secret, teller, token_options
from app.client.pins import PinRefusedError
from app.client.request_check import RequestCheckError
from app.client.sign import CancelledError, sign
from app.client.token import find_module, open_token
from app.client.token_errors import UserTokenError
from app.client.token_pin import add_parser as add_token


def main(arguments: list[str] | None = None) -> int:
    """Run a subcommand. The exit status is 0 if it did its work.

    1 the service refused, or nothing was signed; 2 the command line is wrong; 3 the token; 4 the service is away or
    busy, try again; 5 the certificate is not issued yet, try again.
    """
    options = _parser().parse_args(arguments)
    try:
        result: int = options.run(options)
    except CancelledError:
        print("\nNothing was signed. / 署名しませんでした。", file=sys.stderr)
        return 1
    except (EnrolError, PinRefusedError, UserTokenError, ServiceError, RequestCheckError) as error:
        say_failed(options, error)
        return int(getattr(error, "exit_status", 1))
    except KeyboardInterrupt:
        print(
            "\nStopped. Run the command again to go on. / 中断しました。もう一度実行すると続きから行います。",
            file=sys.stderr,
        )
        return 130
    return result


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="cectrust", description="CECSIGN / CECTRUST on your own computer.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    fetch = commands.add_parser("enrol", help="fetch the certificate onto the token / 電子証明書をトークンに格納する")
    token_options(fetch)
    fetch.add_argument("--server", required=True, help="address of the site")
    fetch.add_argument("--application-number", required=True, help="as in the letter, e.g. A-2026-000001-1")
    fetch.add_argument("--download-pin-file", type=Path, help="file with the download PIN (asked for otherwise)")
    fetch.add_argument("--key", choices=("rsa-3072", "p-256"), default="rsa-3072")
    fetch.add_argument("--wait", type=float, default=WAIT_SECONDS, help="seconds to wait for the service")
    fetch.add_argument("--json", action="store_true", help="answer as JSON, for scripts")
    fetch.set_defaults(run=_enrol)
    confirm.add_parser(commands)
    write = commands.add_parser("sign", help="sign a contract / 契約書に署名する")
    token_options(write)
    write.add_argument("--server", required=True, help="address of the site")
    write.add_argument("--yes", action="store_true", help="do not ask; sign what is shown")
    write.add_argument("code", help="the signing code of the contract's page")
    write.set_defaults(run=_sign)
    revoke.add_parser(commands)
    check = commands.add_parser("doctor", help="check driver, token and service / 動作環境を確認する")
    token_options(check)
    check.add_argument("--server", default="", help="address of the site")
    check.add_argument("--try-signing", action="store_true", help="ask for the PIN and make a trial signature")
    check.set_defaults(run=_doctor)
    renew.add_parser(commands)
    add_token(commands)
    return parser


def _enrol(options: argparse.Namespace) -> int:
    download_pin = secret(options.download_pin_file, "Download PIN / ダウンロードPIN: ")
    with open_token(find_module(options.module), ask_pin(options), serial=options.token_serial) as token:
        done = enrol(
            token,
            options.server,
            options.application_number,
            download_pin,
            kind=options.key,
            tell=teller(options),
            wait=options.wait,
        )
    say_done(
        options,
        "Done. / 完了しました。",
        subject=done.certificate.subject.rfc4514_string(),
        serial=f"{done.certificate.serial_number:032x}",
        until=f"{done.certificate.not_valid_after_utc:%Y-%m-%d}",
        receipt="confirmed" if done.is_confirmed else "not confirmed",
        receipt_due_on=done.receipt_due_on,
    )
    return 0


def _sign(options: argparse.Namespace) -> int:
    def confirm(text: str) -> bool:
        print(f"\n{text}\n")
        return options.yes or input("Sign this contract? / この契約に署名しますか [y/N] ").strip().lower() in {
            "y",
            "yes",
        }

    done = sign(
        find_module(options.module),
        options.server,
        options.code,
        serial=options.token_serial,
        pin=lambda: ask_pin(options),
        confirm=confirm,
    )
    print("Signed and accepted. / 署名が受け付けられました。")
    print(f"  revision {done.revision}, SHA-256 {done.sha256}")
    if done.is_complete:
        print("  The contract is complete. / 契約が締結されました。")
    return 0


def _doctor(options: argparse.Namespace) -> int:
    pin = ask_pin(options) if options.try_signing or options.pin_file else None
    findings = examine(options.module, options.token_serial, options.server, pin)
    for finding in findings:
        print(f"{'OK ' if finding.is_good else 'NG '} {finding.text}")
    return 0 if all(finding.is_good for finding in findings) else 1


if __name__ == "__main__":
    sys.exit(main())
