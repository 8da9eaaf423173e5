"""`cectrust doctor`: is everything there that signing needs? One line per finding, each with what to do."""

import os
from dataclasses import dataclass

import requests

from app.client.sign import find_certificate, holder_of
from app.client.token import UserTokenError, choose_token, clean, find_module, open_token


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report."""

    is_good: bool
    text: str


def examine(module: str, serial: str, server: str, pin: str | None) -> list[Finding]:
    """Driver, token, certificate, service, and with a PIN a trial signature."""
    try:
        place = find_module(module)
    except UserTokenError as error:
        return [Finding(False, str(error))]
    findings = [Finding(True, f"Driver / ドライバー: {place}")]
    try:
        token = choose_token(place, serial)
        findings.append(Finding(True, f"Token / トークン: {clean(token.serial)} {str(token.label).strip()}"))
        _, certificate = find_certificate(place, serial)
        until = f"{certificate.not_valid_after_utc:%Y-%m-%d}"
        findings.append(Finding(True, f"Certificate / 証明書: {holder_of(certificate)} (–{until})"))
        if pin is not None:
            findings.append(_trial(place, clean(token.serial), pin))
    except UserTokenError as error:
        findings.append(Finding(False, str(error)))
    if server:
        findings.append(_service(server))
    return findings


def _trial(module: str, serial: str, pin: str) -> Finding:
    with open_token(module, pin, serial=serial) as token:
        held = token.signing_certificates()
        if not held:
            return Finding(False, "Key / 鍵: not on this token / トークンにありません")
        token.sign(held[0].key_id, b"cectrust doctor" + os.urandom(16))
    return Finding(True, "Trial signature / 試し署名: OK")


def _service(server: str) -> Finding:
    try:
        status = requests.get(server, timeout=10).status_code
    except requests.RequestException as error:
        return Finding(False, f"Service / サービス: {server} {type(error).__name__}")
    return Finding(status < 500, f"Service / サービス: {server} {status}")
