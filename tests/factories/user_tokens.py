"""A holder's token in a process of its own, as on the holder's computer: `python -m tests.factories.user_tokens …`."""

import subprocess
import sys
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from app.client.token import find_module, open_token
from app.core.settings import ROOT
from tests.tour.user_token import USER_PIN, UserToken, make_token

LABEL = "CECSIGN"


class TokenKey:
    """Stands for the key on the token while its certificate is issued."""

    def __init__(self, public: Any) -> None:
        self._public = public

    def public_key(self) -> Any:
        return self._public


def new_token(directory: Path, label: str, kind: str) -> tuple[UserToken, TokenKey, str]:
    """A token with a fresh key; its public half and its id."""
    token = make_token(directory, label)
    key_id, public = run(token, "make", kind).split()
    return token, TokenKey(load_der_public_key(bytes.fromhex(public))), key_id


def store(token: UserToken, key_id: str, der: bytes) -> None:
    """Put the certificate beside the key."""
    run(token, "store", key_id, der.hex())


def cectrust(token: UserToken, *arguments: str, pin_file: Path | None = None) -> subprocess.CompletedProcess[str]:
    """The program on the holder's computer."""
    environment = {**token.environment(), "XDG_CACHE_HOME": str(token.configuration.parent / "cache")}
    command = [sys.executable, "-m", "app.client", *arguments, "--pin-file", str(pin_file or token.pin_file)]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=60)


def run(token: UserToken, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "tests.factories.user_tokens", *arguments],
        cwd=ROOT,
        env=token.environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def main(what: str, *arguments: str) -> None:
    with open_token(find_module(), USER_PIN) as token:
        if what == "make":
            key_id = token.make_key(LABEL, kind=arguments[0])
            public = token.public_key(key_id).public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
            print(key_id.hex(), public.hex())
        elif what == "list":
            print(*(f"{held.certificate.serial_number:032x}" for held in token.signing_certificates()))
        else:
            label = arguments[2] if len(arguments) > 2 else LABEL
            token.store_certificate(bytes.fromhex(arguments[1]), label, bytes.fromhex(arguments[0]))


if __name__ == "__main__":
    main(*sys.argv[1:])
