"""Signing, without knowing a PIN: the client of the process that owns the HSM."""

from flask import Flask, current_app

from app.signer.client import SignerClient
from app.signer.errors import SignerRefusedError, SignerUnavailableError

__all__ = ["SignerClient", "SignerRefusedError", "SignerUnavailableError", "current", "init_app"]


def init_app(app: Flask, role: str) -> None:
    """Give the application its client. Nothing is connected yet: a signing process that is away stops no start."""
    app.extensions["signer"] = SignerClient(app.extensions["settings"].signer_dir / f"{role}.sock")


def current() -> SignerClient:
    """The client of the current application."""
    client: SignerClient = current_app.extensions["signer"]
    return client
