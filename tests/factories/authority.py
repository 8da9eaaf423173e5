"""A certification authority for tests: SoftHSM keys, the real signing process, certificates from a real ceremony."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from app.core import clock
from app.core.settings import ROOT, Settings
from app.signer import SignerClient, SignerUnavailableError
from issuance.ceremony.configuration import Configuration
from issuance.ceremony.run import hold_ceremony
from issuance.ceremony.token import make_keys, open_token

# Small keys: what is tested is not how long RSA-4096 takes.
CONFIGURATION = Configuration.model_validate(
    {
        "title": "Test",
        "ca": {"organization": "CECSIGN (test)", "common_name": "CECSIGN Test CA", "key": "secp384r1"},
        "ocsp": {"common_name": "CECSIGN Test OCSP", "key": "secp256r1", "days": 45},
        "tsa": {"common_name": "CECSIGN Test TSA", "key": "secp256r1", "days": 4018},
        "seal": {"common_name": "CECTRUST Test Seal", "key": "rsa-3072", "days": 1826},
        "present": [{"name": "Operator", "role": "CA operator"}, {"name": "Witness"}],
    }
)


def make_authority_keys(settings: Settings) -> None:
    """Token and keys, without certificates. Call before `running_signer`."""
    token = open_token(settings)
    make_keys(token, CONFIGURATION)
    token.close()


def start_signer(settings: Settings) -> "subprocess.Popen[bytes]":
    """Start the signing process and wait until it answers."""
    with (settings.var_dir / "signer.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "issuance.hsm.daemon"],
            cwd=ROOT,
            env={**os.environ, "VAR_DIR": str(settings.var_dir)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=log,
        )
    client = SignerClient(settings.signer_dir / "worker.sock")
    until = time.monotonic() + 30
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        try:
            client.health()
            client.close()
        except SignerUnavailableError:
            time.sleep(0.05)
        else:
            return process
    raise RuntimeError((settings.var_dir / "signer.log").read_text())


def stop_signer(process: "subprocess.Popen[bytes]") -> None:
    """Ask it to stop and wait."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def running_signer(settings: Settings) -> Iterator[None]:
    """The signing process, for as long as the block lasts."""
    process = start_signer(settings)
    try:
        yield
    finally:
        stop_signer(process)


def make_authority(settings: Settings) -> None:
    """Hold the ceremony in the current application's database: four certificates and the first CRL."""
    hold_ceremony(CONFIGURATION, settings, now=clock.now())
