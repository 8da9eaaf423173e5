"""What the subcommands share: options of the token, secrets, and how they tell what they did."""

import argparse
import getpass
import json
import sys
from collections.abc import Callable
from pathlib import Path


def token_options(parser: argparse.ArgumentParser) -> None:
    """Which driver, which token, and where its PIN comes from."""
    parser.add_argument("--module", default="", help="PKCS#11 driver of the token")
    parser.add_argument("--token-serial", default="", help="which token, if several are inserted")
    parser.add_argument("--pin-file", type=Path, help="file with the PIN of the token (asked for otherwise)")


def ask_pin(options: argparse.Namespace) -> str:
    """The PIN of the token."""
    return secret(options.pin_file, "PIN of the token / トークンのPIN: ")


def secret(path: Path | None, prompt: str) -> str:
    """A secret from a file, or typed without being shown."""
    return path.read_text().strip() if path else getpass.getpass(prompt)


def wants_json(options: argparse.Namespace) -> bool:
    """Whether a script reads the answer."""
    return bool(getattr(options, "json", False))


def teller(options: argparse.Namespace) -> Callable[[str], None]:
    """Says what is being done: to a person on the standard output, beside a script's answer on the other one."""
    stream = sys.stderr if wants_json(options) else sys.stdout
    return lambda text: print(text, file=stream, flush=True)


def say_done(options: argparse.Namespace, text: str, **facts: str) -> None:
    """The last word: a sentence with facts, or JSON."""
    if wants_json(options):
        print(json.dumps({"status": "done", **facts}, ensure_ascii=False))
        return
    print(text)
    for name, value in facts.items():
        print(f"  {name.replace('_', ' '):<14} {value}")


def say_failed(options: argparse.Namespace, error: Exception) -> None:
    """Why it did not work."""
    if wants_json(options):
        code = getattr(error, "code", "") or type(error).__name__
        print(json.dumps({"status": "failed", "code": code, "message": str(error)}, ensure_ascii=False))
    print(f"\n{error}", file=sys.stderr)
