"""A certification authority of its own, with its own SoftHSM and signing process, that a test may break."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from flask import Flask

from app.core import clock
from app.core.db import db
from app.core.settings import ROOT
from app.signer import SignerClient, SignerUnavailableError
from issuance.ceremony.certificates import ca_builder
from issuance.ceremony.configuration import Authority
from issuance.rules.profile import serial_from, serial_text
from issuance.rules.signing_bytes import hash_for
from models.certificates import CaCertificate
from models.enums import CaKeyPurpose
from tests.factories.authority import stop_signer

_MAKE_KEY = """
from app.core.settings import Settings
from issuance.ceremony.token import open_token
token = open_token(Settings())
make, size = {"rsa": (token.make_rsa, 3072), "ec": (token.make_ec, "secp384r1")}[KIND]
make("ca", size)
token.close()
"""


class BreakableHsm:
    """A signing process with one key, `ca`, on a token that can be taken away."""

    def __init__(self, directory: Path, kind: str) -> None:
        self.directory, self.kind = directory, kind
        self._tokens = directory / "softhsm" / "tokens"
        self._environment = {**os.environ, "VAR_DIR": str(directory)}
        self._environment.pop("SOFTHSM2_CONF", None)
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def socket(self) -> Path:
        return self.directory / "signer" / "worker.sock"

    def make_key(self) -> None:
        command = [sys.executable, "-c", _MAKE_KEY.replace("KIND", repr(self.kind))]
        subprocess.run(command, cwd=ROOT, env=self._environment, check=True)

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "issuance.hsm.daemon"],
            cwd=ROOT,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + 60
        while True:
            client = SignerClient(self.socket)
            try:
                client.health()
            except SignerUnavailableError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)
            else:
                client.close()
                return

    def stop(self) -> None:
        if self.process is not None:
            stop_signer(self.process)

    def take_token_away(self) -> None:
        self._tokens.rename(self._tokens.with_name("away"))

    def put_token_back(self) -> None:
        away = self._tokens.with_name("away")
        if away.exists():
            away.rename(self._tokens)


@contextmanager
def breakable_hsm(directory: Path, kind: str) -> Iterator[BreakableHsm]:
    """Key `rsa` (3072 bits) or `ec` (P-384), for as long as the block lasts."""
    hsm = BreakableHsm(directory, kind)
    hsm.make_key()
    hsm.start()
    try:
        yield hsm
    finally:
        hsm.stop()


def establish(app: Flask, hsm: BreakableHsm) -> x509.Certificate:
    """Make the CA of this HSM the authority of the application's database, and its signing process that of the app."""
    client = SignerClient(hsm.socket)
    app.extensions["signer"] = client
    public = client.public_key("ca")
    authority = Authority(organization="CECSIGN (test)", common_name=f"CA on {hsm.kind}")
    now = clock.now().replace(microsecond=0)
    serial = serial_from(os.urandom(15))
    builder = ca_builder(authority, public, serial=serial, now=now)
    certificate = builder.sign(client.private_key("ca"), hash_for(public))
    db.session.add(
        CaCertificate(
            purpose=CaKeyPurpose.CA,
            key_label="ca",
            der=certificate.public_bytes(Encoding.DER),
            sha256=certificate.fingerprint(SHA256()).hex(),
            serial=serial_text(serial),
            not_before=certificate.not_valid_before_utc,
            not_after=certificate.not_valid_after_utc,
            ceremony={},
        )
    )
    db.session.commit()
    return certificate
