"""Initialising the authority's token, and making the keys that are not on it yet."""

import os
import secrets
import subprocess
from pathlib import Path

import pkcs11

from app.core.settings import Settings
from issuance.ceremony.configuration import Configuration, KeyKind
from issuance.errors import CeremonyError
from issuance.hsm.environment import prepare_environment
from issuance.hsm.module import ModuleError, load_module
from issuance.hsm.token import HsmToken


def open_token(settings: Settings) -> HsmToken:
    """The authority's token, logged in; initialised first if the module has none of that label.

    Raises:
        CeremonyError: the module, or the tool that initialises SoftHSM tokens, is missing.
    """
    prepare_environment(settings)
    directory = settings.signer_dir
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    pin = _pin(settings.pkcs11_pin_file)
    try:
        module = load_module(settings.pkcs11_module_path)
        labels = [token.label for token in module.get_tokens()]
    except (ModuleError, pkcs11.PKCS11Error) as error:
        raise CeremonyError("ceremony-module", reason=str(error)) from error
    if settings.pkcs11_token not in labels:
        _initialise(settings, pin)
    return HsmToken(settings.pkcs11_module_path, settings.pkcs11_token, pin, lock_file=directory / "hsm.lock")


def make_keys(token: HsmToken, configuration: Configuration) -> list[str]:
    """Make the keys that the token lacks. Returns the labels of those made now."""
    there = set(token.labels())
    made = []
    for label in ("ca", "ocsp", "tsa", "seal"):
        if label not in there:
            _make_pair(token, label, getattr(configuration, label).key)
            made.append(label)
    if "pepper" not in there:
        token.make_secret("pepper")
        made.append("pepper")
    if "storage" not in there:
        token.make_aes("storage")
        made.append("storage")
    return made


def _make_pair(token: HsmToken, label: str, kind: KeyKind) -> None:
    if kind.startswith("rsa-"):
        token.make_rsa(label, int(kind.removeprefix("rsa-")))
    else:
        token.make_ec(label, kind)


def _pin(path: Path) -> str:
    if path.exists():
        return path.read_text().strip()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    pin = "".join(secrets.choice("0123456789") for _ in range(12))
    with os.fdopen(descriptor, "w") as out:
        out.write(pin)
    return pin


def _initialise(settings: Settings, pin: str) -> None:
    """C_InitToken through SoftHSM's own tool; python-pkcs11 has no such call. The SO PIN lies beside the PIN."""
    so_pin = _pin(settings.pkcs11_pin_file.with_suffix(".so-pin"))
    command = ["softhsm2-util", "--init-token", "--free", "--label", settings.pkcs11_token]
    try:
        done = subprocess.run(
            [*command, "--so-pin", so_pin, "--pin", pin], capture_output=True, text=True, check=False, timeout=60
        )
    except OSError as error:
        raise CeremonyError("ceremony-no-token", label=settings.pkcs11_token) from error
    if done.returncode:
        raise CeremonyError("ceremony-no-token", label=settings.pkcs11_token, reason=done.stderr.strip())
