"""Backup of the authority's keys under a key that is split among people, and the way back (docs/adr/0012)."""

import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pkcs11
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from app import audit
from app.core.actor import SYSTEM
from app.core.db import db
from app.core.settings import Settings
from app.core.transaction import transaction
from issuance.ceremony.making import alone
from issuance.ceremony.token import open_token, so_pin_file, token_pin
from issuance.errors import CeremonyError, NoAuthorityError
from issuance.hsm.backup import NotTrustedError, Place, WrappedKey, WrongKeyError, unwrap_keys, wrap_keys
from issuance.hsm.token import HsmToken
from issuance.queries.authority import list_published_authorities
from issuance.rules.shares import Share, join, split

FORM = 1


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup made: the file, the shares to hand out, and the keys that never leave the HSM."""

    name: str
    path: Path
    labels: list[str]
    kept: list[str]
    shares: list[Share]


def back_up(
    settings: Settings,
    path: Path,
    *,
    present: list[str],
    needed: int,
    count: int,
    so_pin_path: Path | None,
    now: datetime,
) -> Backup:
    """Write the authority's keys, wrapped, into a file; split the wrapping key.

    Args:
        settings: of the installation.
        path: of the new file.
        present: names of the people in the room, checked before.
        needed: how many shares open the backup.
        count: how many shares there are.
        so_pin_path: file with the PIN of the token's security officer; None for the one beside the user's PIN.
        now: the present moment.

    Raises:
        NoAuthorityError, CeremonyError: backup-none, backup-so-pin, backup-untrusted, backup-unwritable, and those of
            open_token.
        ShareError: backup-shares.
    """
    rows = list_published_authorities()
    if not rows:
        raise NoAuthorityError("ca")
    label = rows[0].key_label
    db.session.rollback()
    name, wrapping = secrets.token_hex(4), secrets.token_bytes(32)
    shares = split(wrapping, backup=name, needed=needed, count=count, random=secrets.token_bytes)
    with alone():
        public = _public_keys(settings, label)
        so_pin = _so_pin(so_pin_path or so_pin_file(settings))
        try:
            keys, kept = wrap_keys(_place(settings), so_pin, wrapping, public.__getitem__)
        except NotTrustedError as error:
            raise CeremonyError("backup-untrusted", reason=str(error)) from error
        _write(path, _content(settings, shares, keys=keys, kept=kept, wrapping=wrapping, now=now))
        _note("authority:backup", name, {"present": present, "keys": [key.label for key in keys], "kept": kept})
    return Backup(name, path, [key.label for key in keys], kept, shares)


def restore(settings: Settings, path: Path, shares: list[Share], *, present: list[str]) -> list[str]:
    """Put the keys of a backup onto the token, which must not have them; try each. Returns their labels.

    Raises:
        CeremonyError: restore-malformed, restore-key-there, restore-wrong, and those of open_token.
        ShareError: shares-too-few, shares-mixed.
    """
    content, keys = _read(path)
    wrapping = join(shares)
    if shares[0].backup != content["name"] or not hmac.compare_digest(
        _mark(wrapping, content["name"]), content["check"]
    ):
        raise CeremonyError("shares-mixed")
    with alone():
        token = open_token(settings)
        there = set(token.labels())
        token.close()
        if clash := next((key.label for key in keys if key.label in there), None):
            raise CeremonyError("restore-key-there", label=clash)
        try:
            unwrap_keys(_place(settings), wrapping, keys)
        except WrongKeyError as error:
            raise CeremonyError("restore-wrong", label=str(error)) from error
        except pkcs11.PKCS11Error as error:
            raise CeremonyError("restore-malformed", reason=type(error).__name__) from error
        _try_all(settings, keys)
        labels = [key.label for key in keys]
        _note(
            "authority:restore", content["name"], {"present": present, "keys": labels, "token": settings.pkcs11_token}
        )
    return labels


def _public_keys(settings: Settings, ca_label: str) -> dict[str, bytes]:
    token = open_token(settings, may_initialise=False)
    try:
        labels = token.labels()
        if ca_label not in labels:
            raise CeremonyError("ceremony-key-missing", label=ca_label)
        if not token.leaves_wrapped(ca_label):
            raise CeremonyError("backup-none")
        return {label: token.public_key(label) for label in labels if label not in {"pepper", "storage"}}
    finally:
        token.close()


def _try_all(settings: Settings, keys: list[WrappedKey]) -> None:
    token = open_token(settings, may_initialise=False)
    try:
        for key in keys:
            if key.kind in {"rsa", "ec"} and not _signs(token, key):
                raise CeremonyError("restore-wrong", label=key.label)
    finally:
        token.close()


def _signs(token: HsmToken, key: WrappedKey) -> bool:
    digest = hashlib.sha256(key.label.encode()).digest()
    signature = token.sign(key.label, digest, "sha256")
    public = serialization.load_der_public_key(key.proof)
    try:
        if isinstance(public, rsa.RSAPublicKey):
            public.verify(signature, digest, padding.PKCS1v15(), Prehashed(hashes.SHA256()))
        elif isinstance(public, ec.EllipticCurvePublicKey):
            public.verify(signature, digest, ec.ECDSA(Prehashed(hashes.SHA256())))
    except InvalidSignature:
        return False
    return True


def _place(settings: Settings) -> Place:
    pin = token_pin(settings.pkcs11_pin_file)
    return Place(settings.pkcs11_module_path, settings.pkcs11_token, pin, settings.signer_dir / "hsm.lock")


def _so_pin(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError as error:
        raise CeremonyError("backup-so-pin", path=str(path)) from error


def _mark(wrapping: bytes, name: str) -> str:
    return hmac.new(wrapping, f"cectrust backup {name}".encode(), "sha256").hexdigest()


def _content(
    settings: Settings,
    shares: list[Share],
    *,
    keys: list[WrappedKey],
    kept: list[str],
    wrapping: bytes,
    now: datetime,
) -> dict[str, Any]:
    return {
        "form": FORM,
        "name": shares[0].backup,
        "at": now.replace(microsecond=0).isoformat(),
        "token": settings.pkcs11_token,
        "wrapped_with": "AES-256 key wrap with padding (RFC 5649)",
        "shares": {"needed": shares[0].needed, "count": len(shares)},
        "check": _mark(wrapping, shares[0].backup),
        "kept_in_the_hsm": kept,
        "keys": [
            {"label": key.label, "kind": key.kind, "wrapped": key.wrapped.hex(), "proof": key.proof.hex()}
            for key in keys
        ],
    }


def _write(path: Path, content: dict[str, Any]) -> None:
    try:
        with path.open("x", encoding="utf-8") as out:  # never over an older backup
            path.chmod(0o600)
            out.write(json.dumps(content, indent=2) + "\n")
    except OSError as error:
        raise CeremonyError("backup-unwritable", path=str(path), reason=error.strerror or "") from error


def _read(path: Path) -> tuple[dict[str, Any], list[WrappedKey]]:
    try:
        content = json.loads(path.read_text("utf-8"))
        if content["form"] != FORM:
            raise ValueError(f"form {content['form']}")
        keys = [
            WrappedKey(key["label"], key["kind"], bytes.fromhex(key["wrapped"]), bytes.fromhex(key["proof"]))
            for key in content["keys"]
        ]
        str(content["name"]), str(content["check"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CeremonyError("restore-malformed", reason=f"{type(error).__name__}: {error}") from error
    return content, keys


def _note(event: str, name: str, detail: dict[str, Any]) -> None:
    with transaction():
        audit.record(event, subject_type="key_backup", subject_id=name, actor=SYSTEM, detail=detail)
