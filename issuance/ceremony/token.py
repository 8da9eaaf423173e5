"""Initialising the authority's token, and making the keys that are not on it yet."""

import os
import secrets
import subprocess
from pathlib import Path

import pkcs11
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from app.core.settings import Settings
from issuance.ceremony.configuration import Configuration, KeyKind
from issuance.errors import CeremonyError
from issuance.hsm.environment import prepare_environment
from issuance.hsm.module import ModuleError, load_module
from issuance.hsm.token import HsmToken, TokenAwayError
from issuance.rules.key_labels import FAMILIES, label_of
from issuance.rules.signing_bytes import PublicKey


def open_token(settings: Settings, *, may_initialise: bool = True) -> HsmToken:
    """The authority's token, logged in; initialised first if the module has none of that label.

    Args:
        settings: of the installation.
        may_initialise: False if the authority's keys must be on it already: a missing token is then an error.

    Raises:
        CeremonyError: the module, the token, or the tool that initialises SoftHSM tokens is missing.
    """
    prepare_environment(settings)
    directory = settings.signer_dir
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        module = load_module(settings.pkcs11_module_path)
        labels = [token.label for token in module.get_tokens()]
    except (ModuleError, pkcs11.PKCS11Error) as error:
        raise CeremonyError("ceremony-module", reason=str(error)) from error
    if settings.pkcs11_token not in labels and not may_initialise:
        raise CeremonyError("ceremony-token-missing", label=settings.pkcs11_token)
    pin = token_pin(settings.pkcs11_pin_file)
    if settings.pkcs11_token not in labels:
        _initialise(settings, pin)
    return HsmToken(settings.pkcs11_module_path, settings.pkcs11_token, pin, lock_file=directory / "hsm.lock")


def make_keys(token: HsmToken, configuration: Configuration, *, generation: int = 1) -> list[str]:
    """Make the keys of a generation that the token lacks. Returns the labels of those made now.

    What a broken ceremony left is used, if it is of the kind that the configuration asks for.

    Raises:
        CeremonyError: a key is there, but another one than is asked for.
    """
    there = set(token.labels())
    leaves = configuration.backup == "wrapped"
    made = []
    for family in FAMILIES:
        label, kind = label_of(family, generation), getattr(configuration, family).key
        if label in there:
            _require_kind(token, label, kind, leaves=leaves)
        else:
            _make_pair(token, label, kind, leaves=leaves)
            made.append(label)
    if "pepper" not in there:
        token.make_secret("pepper", leaves_wrapped=leaves)
        made.append("pepper")
    if "storage" not in there:
        token.make_aes("storage", leaves_wrapped=leaves)
        made.append("storage")
    return made


def public_key(token: HsmToken, label: str) -> PublicKey:
    """The public half of a key on the token.

    Raises:
        CeremonyError: no such key, or of a kind that we do not use.
    """
    try:
        key = serialization.load_der_public_key(token.public_key(label))
    except TokenAwayError as error:
        raise CeremonyError("ceremony-key-missing", label=label) from error
    if not isinstance(key, PublicKey):
        raise CeremonyError("ceremony-key-kind", label=label)
    return key


def _make_pair(token: HsmToken, label: str, kind: KeyKind, *, leaves: bool) -> None:
    if kind.startswith("rsa-"):
        token.make_rsa(label, int(kind.removeprefix("rsa-")), leaves_wrapped=leaves)
    else:
        token.make_ec(label, kind, leaves_wrapped=leaves)


def _require_kind(token: HsmToken, label: str, kind: KeyKind, *, leaves: bool) -> None:
    key = public_key(token, label)
    found = f"rsa-{key.key_size}" if isinstance(key, rsa.RSAPublicKey) else key.curve.name
    if found != kind:
        raise CeremonyError("ceremony-key-kind", label=label, found=found, wanted=kind)
    if token.leaves_wrapped(label) is not leaves:
        raise CeremonyError("ceremony-key-backup", label=label)


def token_pin(path: Path) -> str:
    """The PIN in a file that the signing process alone reads; made if the file is not there."""
    if path.exists():
        return path.read_text().strip()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    pin = "".join(secrets.choice("0123456789") for _ in range(12))
    with os.fdopen(descriptor, "w") as out:
        out.write(pin)
    return pin


def so_pin_file(settings: Settings) -> Path:
    """Where the PIN of the token's security officer lies during a ceremony; afterwards it belongs in a safe."""
    return settings.pkcs11_pin_file.with_suffix(".so-pin")


def _initialise(settings: Settings, pin: str) -> None:
    """C_InitToken through SoftHSM's own tool; python-pkcs11 has no such call. The SO PIN lies beside the PIN."""
    so_pin = token_pin(so_pin_file(settings))
    command = ["softhsm2-util", "--init-token", "--free", "--label", settings.pkcs11_token]
    try:
        done = subprocess.run(
            [*command, "--so-pin", so_pin, "--pin", pin], capture_output=True, text=True, check=False, timeout=60
        )
    except OSError as error:
        raise CeremonyError("ceremony-no-token", label=settings.pkcs11_token) from error
    if done.returncode:
        raise CeremonyError("ceremony-no-token", label=settings.pkcs11_token, reason=done.stderr.strip())
