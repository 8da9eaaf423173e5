"""`cectrust token pin` and `cectrust token unblock`: change the PIN of a token, or give it a new one with its SO-PIN."""

import argparse
import getpass
import sys
from pathlib import Path
from typing import Any

import pkcs11

from app.client.pins import PinLengths, PinRefusedError, needs_own_pin, refuse_locked, refuse_weak, warnings_of
from app.client.token import UserTokenError, choose_token, clean, find_module
from app.client.token_info import pin_lengths


def add_parser(commands: Any) -> None:  # noqa: ANN401  argparse has no public name for it
    """Add `token` with its subcommands."""
    token = commands.add_parser("token", help="PIN of the token / トークンのPIN")
    what = token.add_subparsers(required=True, metavar="WHAT")
    change = what.add_parser("pin", help="change the PIN / PINを変更する")
    change.add_argument("--pin-file", type=Path, help="file with the present PIN (asked for otherwise)")
    change.set_defaults(run=_change)
    unblock = what.add_parser("unblock", help="set a new PIN with the SO-PIN / SO-PINで新しいPINを設定する")
    unblock.add_argument("--so-pin-file", type=Path, help="file with the SO-PIN (asked for otherwise)")
    unblock.set_defaults(run=_unblock)
    for each in (change, unblock):
        each.add_argument("--module", default="", help="PKCS#11 driver of the token")
        each.add_argument("--token-serial", default="", help="which token, if several are inserted")
        each.add_argument("--new-pin-file", type=Path, help="file with the new PIN (asked for twice otherwise)")


def change_pin(module: str, serial: str, present: str, new: str) -> str:
    """Change the PIN. Returns the serial number of the token.

    Raises:
        PinRefusedError: the new PIN is weak, or the token is locked.
        UserTokenError: no token, or the present PIN is wrong.
    """
    token = choose_token(module, serial)
    refuse_locked(token.flags)
    refuse_weak(new, _lengths(module, token), before=present, serial=clean(token.serial))
    try:
        with token.open(rw=True, user_pin=present) as session:
            session.set_pin(present, new)
    except pkcs11.PinIncorrect:
        again = choose_token(module, serial)
        said = "\n".join(warnings_of(again.flags))
        raise UserTokenError(f"The PIN of the token is wrong.\nトークンのPINが違います。\n{said}".strip()) from None
    except pkcs11.PinLocked:
        raise UserTokenError("The token is locked. Call the help desk.\nトークンがロックされています。") from None
    except (pkcs11.PinInvalid, pkcs11.PinLenRange):
        raise PinRefusedError(
            "The token does not take this PIN. Choose another.\nこのPINはトークンに設定できません。"
        ) from None
    return clean(token.serial)


def unblock(module: str, serial: str, so_pin: str, new: str) -> str:
    """Set a new PIN with the SO-PIN; keys and certificates stay. Returns the serial number of the token.

    Raises:
        PinRefusedError: the new PIN is weak.
        UserTokenError: no token, or the SO-PIN is wrong or locked.
    """
    token = choose_token(module, serial)
    refuse_weak(new, _lengths(module, token), before=so_pin, serial=clean(token.serial))
    try:
        with token.open(rw=True, so_pin=so_pin) as session:
            session.init_pin(new)
    except (pkcs11.PinIncorrect, pkcs11.PinInvalid, pkcs11.PinLenRange):
        raise UserTokenError(
            "The SO-PIN is wrong, or the token does not take this PIN. Careful: after a few wrong SO-PINs the token is lost.\n"
            "SO-PINが違うか、このPINは設定できません。SO-PINを続けて誤るとトークンが使えなくなります。"
        ) from None
    except pkcs11.PinLocked:
        raise UserTokenError(
            "The SO-PIN is locked: this token can no longer be unblocked. Report it as damaged.\n"
            "SO-PINがロックされています。破損としてお届けください。"
        ) from None
    return clean(token.serial)


def _lengths(module: str, token: pkcs11.Token) -> PinLengths:
    own = pin_lengths(module, token)
    return PinLengths().within(*own) if own else PinLengths()


def _change(options: argparse.Namespace) -> int:
    module = find_module(options.module)
    token = choose_token(module, options.token_serial)
    refuse_locked(token.flags)
    for warning in warnings_of(token.flags):
        print(warning, file=sys.stderr)
    if needs_own_pin(token.flags):
        print("The token still has the maker's PIN. / トークンは初期PINのままです。")
    present = _secret(options.pin_file, "Present PIN / 今のPIN: ")
    serial = change_pin(module, clean(token.serial), present, _new(options.new_pin_file))
    print(f"The PIN of token {serial} is changed. / トークン{serial}のPINを変更しました。")
    return 0


def _unblock(options: argparse.Namespace) -> int:
    module = find_module(options.module)
    token = choose_token(module, options.token_serial)
    if pkcs11.TokenFlag.SO_PIN_FINAL_TRY in token.flags:
        print("Careful: one try of the SO-PIN is left. / 注意：SO-PINは残り1回です。", file=sys.stderr)
    so_pin = _secret(options.so_pin_file, "SO-PIN: ")
    serial = unblock(module, clean(token.serial), so_pin, _new(options.new_pin_file))
    print(f"Token {serial} has a new PIN. / トークン{serial}に新しいPINを設定しました。")
    return 0


def _new(path: Path | None) -> str:
    if path:
        return path.read_text().strip()
    new = getpass.getpass("New PIN / 新しいPIN: ")
    if getpass.getpass("New PIN again / もう一度: ") != new:
        raise PinRefusedError(
            "The two new PINs differ. Nothing was changed.\n2回の入力が一致しません。変更していません。"
        )
    return new


def _secret(path: Path | None, prompt: str) -> str:
    return path.read_text().strip() if path else getpass.getpass(prompt)
