"""`cectrust doctor`: is everything there that signing needs? One line per finding, each with what to do."""

import os
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

import requests
from cryptography import x509

from app.client.confirm import receipt_of
from app.client.http import clock_error_of, clock_sentence
from app.client.sign import find_certificate, holder_of
from app.client.token import choose_token, clean, find_module, open_token
from app.client.token_errors import UserTokenError

JAPAN = timezone(timedelta(hours=9))
RENEW_DAYS = 60


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
        findings.append(_certificate(certificate))
        if server:
            findings += _receipt(certificate, server)
        if pin is not None:
            findings.append(_trial(place, clean(token.serial), pin))
    except UserTokenError as error:
        findings.append(Finding(False, str(error)))
    if server:
        findings.append(_service(server))
        if (ahead := clock_error_of(server)) is not None:
            findings.append(Finding(False, "Clock / 時計: " + clock_sentence(ahead).replace("\n", "\n   ")))
    return findings


def _certificate(certificate: x509.Certificate) -> Finding:
    until = certificate.not_valid_after_utc.astimezone(JAPAN)
    left = (until.date() - datetime.now(JAPAN).date()).days
    text = f"Certificate / 証明書: {holder_of(certificate)} (–{until:%Y-%m-%d}, {left} days left / 残り{left}日)"
    if left <= RENEW_DAYS:
        text += "\n   Renew it with `cectrust renew`. / `cectrust renew` で更新してください。"
    return Finding(True, text)


def _receipt(certificate: x509.Certificate, server: str) -> list[Finding]:
    """What the service has on record; nothing to say about a certificate for which no receipt is asked."""
    answer = receipt_of(certificate, server)
    due = answer.get("due_on")
    if answer.get("status") == "confirmed":
        return [Finding(True, f"Receipt / 受領確認: OK ({str(answer.get('confirmed_at'))[:10]})")]
    if answer.get("status") == "waiting":
        text = (
            f"Receipt / 受領確認: not confirmed; run `cectrust confirm` by {due}, or the certificate is revoked"
            f"\n   {due}までに `cectrust confirm` を実行してください。確認がないと証明書は失効します。"
        )
        return [Finding(False, text)]
    if answer.get("status") == "overdue":
        text = f"Receipt / 受領確認: not confirmed by {due}; call the help desk / 期限切れです。ヘルプデスクへご連絡ください"
        return [Finding(False, text)]
    return []


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
